"""Keep what a series' shifts look like, and templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_planning"
down_revision = "0014_offers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("description_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "minutes between 1 and 10080", name=op.f("ck_activity_template_lasts_a_week_at_most")
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_activity_template_has_a_name")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_activity_template_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_activity_template_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_activity_template_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_template")),
        sa.UniqueConstraint("place_id", "name", name=op.f("uq_activity_template_place_id_name")),
    )
    op.create_table(
        "shift_pattern",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("template_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("begins_after", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("spot_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("spot_en", sa.Text(), nullable=True),
        sa.Column("tasks_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("tasks_en", sa.Text(), nullable=True),
        sa.Column("requirements_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("requirements_en", sa.Text(), nullable=True),
        sa.Column("risk_notice_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("risk_notice_en", sa.Text(), nullable=True),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("is_dangerous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_insurance", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("need", sa.Text(), nullable=True),
        sa.Column("opens_before", sa.Integer(), nullable=True),
        sa.Column("closes_before", sa.Integer(), nullable=True),
        sa.Column("fair_before", sa.Integer(), nullable=True),
        sa.Column("leave_cutoff", sa.Integer(), server_default="0", nullable=False),
        sa.Column("minimum", sa.Integer(), server_default="0", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("roles", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(series_id, template_id) = 1", name=op.f("ck_shift_pattern_belongs_to_one")
        ),
        sa.CheckConstraint(
            "begins_after between -10080 and 10080",
            name=op.f("ck_shift_pattern_begins_within_a_week"),
        ),
        sa.CheckConstraint(
            "minutes between 1 and 10080", name=op.f("ck_shift_pattern_lasts_a_week_at_most")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_shift_pattern_has_places")),
        sa.CheckConstraint(
            "minimum between 0 and capacity", name=op.f("ck_shift_pattern_minimum_fits")
        ),
        sa.CheckConstraint(
            "least(opens_before, closes_before, fair_before, leave_cutoff) >= 0",
            name=op.f("ck_shift_pattern_windows_lie_before_the_start"),
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_shift_pattern_series_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["activity_template.id"],
            name=op.f("fk_shift_pattern_template_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_shift_pattern_place_id")),
        sa.ForeignKeyConstraint(
            ["need"], ["credential_type.code"], name=op.f("fk_shift_pattern_need")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_pattern")),
    )
    op.create_index(
        "ix_shift_pattern_series_id", "shift_pattern", ["series_id", "begins_after", "id"]
    )
    op.create_index(
        "ix_shift_pattern_template_id", "shift_pattern", ["template_id", "begins_after", "id"]
    )


def downgrade() -> None:
    op.drop_table("shift_pattern")
    op.drop_table("activity_template")

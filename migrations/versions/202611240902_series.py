"""Let activities recur."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_series"
down_revision = "0012_credentials"
branch_labels = None
depends_on = None

CHECKS = {
    "of_a_series_has_a_nominal_day": "(series_id is null) = (nominal_on is null)",
    "choice_is_known": "choice in ('none', 'waiting', 'kept', 'moved', 'cancelled')",
    "day_off_is_known": (
        "day_off in ('new-year', 'spring-festival', 'qingming', 'labour-day', 'dragon-boat',"
        " 'mid-autumn', 'national-day', 'victory-day', 'public-holiday', 'makeup-workday')"
    ),
    "chooses_on_days_off": "(choice = 'none') = (day_off is null)",
    "day_off_is_nominal": "day_off is null or nominal_on is not null",
}


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("description_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("description_en", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("publishes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("expanded_to", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "minutes between 1 and 10080", name=op.f("ck_series_lasts_a_week_at_most")
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_series_ends_after_it_begins")),
        sa.CheckConstraint("state in ('running', 'ended')", name=op.f("ck_series_state_is_known")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_series_place_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_series_project_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_series_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index("ix_series_place_id", "series", ["place_id", "id"])
    op.add_column("activity", sa.Column("series_id", sa.BigInteger(), nullable=True))
    op.add_column("activity", sa.Column("nominal_on", sa.Date(), nullable=True))
    op.add_column("activity", sa.Column("day_off", sa.Text(), nullable=True))
    op.add_column("activity", sa.Column("choice", sa.Text(), server_default="none", nullable=False))
    op.add_column(
        "activity", sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "activity", sa.Column("revision", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_foreign_key(
        op.f("fk_activity_series_id"), "activity", "series", ["series_id"], ["id"]
    )
    op.create_unique_constraint(
        op.f("uq_activity_series_id_nominal_on"), "activity", ["series_id", "nominal_on"]
    )
    for name, says in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_activity_{name}"), "activity", says)
    op.create_index(
        "ix_activity_waiting",
        "activity",
        ["starts_at", "id"],
        postgresql_where=sa.text("choice = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_activity_waiting",
        table_name="activity",
        postgresql_where=sa.text("choice = 'waiting'"),
    )
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_activity_{name}"), "activity")
    op.drop_constraint(op.f("uq_activity_series_id_nominal_on"), "activity")
    op.drop_constraint(op.f("fk_activity_series_id"), "activity")
    for name in ("revision", "edited", "choice", "day_off", "nominal_on", "series_id"):
        op.drop_column("activity", name)
    op.drop_table("series")

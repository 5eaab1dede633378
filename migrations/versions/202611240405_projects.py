"""Build the room projects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_projects"
down_revision = "0004_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("goal_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("goal_en", sa.Text(), nullable=True),
        sa.Column("story_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("story_en", sa.Text(), nullable=True),
        sa.Column("programme", sa.Text(), server_default="micro_philanthropy", nullable=False),
        sa.Column("beneficiary_group", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "beneficiary_group in ('residents', 'elderly', 'children', 'women', 'veterans', 'families_in_need', 'disabled')",
            name=op.f("ck_project_group_is_known"),
        ),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_project_slug_is_plain")
        ),
        sa.CheckConstraint(
            "state = 'draft' or (goal_zh <> '' and story_zh <> '' and starts_on is not null and ends_on is not null)",
            name=op.f("ck_project_published_is_complete"),
        ),
        sa.CheckConstraint(
            "state in ('published', 'closed', 'draft')", name=op.f("ck_project_state_is_known")
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_project_ends_after_start")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_project_created_by")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_project_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("slug", name=op.f("uq_project_slug")),
    )
    op.create_index("ix_project_place_id", "project", ["place_id"], unique=False)
    op.create_index("ix_project_state", "project", ["state", "id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("unit_zh", sa.Text(), nullable=False),
        sa.Column("unit_en", sa.Text(), nullable=True),
        sa.Column("target", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.CheckConstraint("unit_zh <> ''", name=op.f("ck_indicator_has_a_unit")),
        sa.CheckConstraint("target > 0", name=op.f("ck_indicator_target_is_positive")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_indicator_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index("ix_indicator_project_id", "indicator", ["project_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_milestone_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index("ix_milestone_project_id", "milestone", ["project_id", "due_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_milestone_project_id", table_name="milestone")
    op.drop_table("milestone")
    op.drop_index("ix_indicator_project_id", table_name="indicator")
    op.drop_table("indicator")
    op.drop_index("ix_project_state", table_name="project")
    op.drop_index("ix_project_place_id", table_name="project")
    op.drop_table("project")

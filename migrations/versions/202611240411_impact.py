"""Build the room impact."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_impact"
down_revision = "0010_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cell",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
        sa.UniqueConstraint(
            "kind",
            "place_id",
            "project_id",
            "day",
            name=op.f("uq_cell_kind_place_id_project_id_day"),
        ),
    )
    op.create_index("ix_cell_day", "cell", ["day", "kind"], unique=False)
    op.create_index("ix_cell_project_id", "cell", ["project_id", "kind", "day"], unique=False)
    op.create_index(
        "ix_cell_nothing", "cell", ["id"], unique=False, postgresql_where="amount = 0 and rows = 0"
    )
    op.create_table(
        "cell_delta",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "made_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_delta")),
    )
    op.create_table(
        "cell_person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_person")),
        sa.UniqueConstraint(
            "kind",
            "place_id",
            "project_id",
            "day",
            "person_id",
            name=op.f("uq_cell_person_kind_place_id_project_id_day_person_id"),
        ),
    )
    op.create_index("ix_cell_person_day", "cell_person", ["kind", "day", "person_id"], unique=False)
    op.create_index(
        "ix_cell_person_nothing",
        "cell_person",
        ["id"],
        unique=False,
        postgresql_where="amount = 0 and rows = 0",
    )
    op.create_table(
        "stat_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "finished_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("changes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("differences", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "kind in ('compile', 'rebuild', 'verify')", name=op.f("ck_stat_run_kind_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stat_run")),
    )
    op.create_index("ix_stat_run_kind", "stat_run", ["kind", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_stat_run_kind", table_name="stat_run")
    op.drop_table("stat_run")
    op.drop_index("ix_cell_person_nothing", table_name="cell_person")
    op.drop_index("ix_cell_person_day", table_name="cell_person")
    op.drop_table("cell_person")
    op.drop_table("cell_delta")
    op.drop_index("ix_cell_nothing", table_name="cell")
    op.drop_index("ix_cell_project_id", table_name="cell")
    op.drop_index("ix_cell_day", table_name="cell")
    op.drop_table("cell")

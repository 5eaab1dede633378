"""Standing volunteers: orders, and what came of each on every shift."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_standing"
down_revision = "0016_hours_provenance"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    _create_orders()
    _create_tries()


def _create_orders() -> None:
    op.create_table(
        "standing_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=True),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("role_zh", sa.Text(), nullable=True),
        sa.Column("role_en", sa.Text(), nullable=True),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_to", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column(
            "made_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("stopped_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('running', 'stopped')", name=op.f("ck_standing_order_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'stopped') = (stopped_at is not null)",
            name=op.f("ck_standing_order_stopped_then"),
        ),
        sa.CheckConstraint(
            "ends_on >= begins_on", name=op.f("ck_standing_order_ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "role_zh is null or title_zh is not null",
            name=op.f("ck_standing_order_role_is_of_a_shift"),
        ),
        sa.CheckConstraint(
            "weekdays <@ array[0, 1, 2, 3, 4, 5, 6]::smallint[] and cardinality(weekdays) > 0",
            name=op.f("ck_standing_order_weekdays_are_known"),
        ),
        sa.CheckConstraint(
            "(away_from is null) = (away_to is null)", name=op.f("ck_standing_order_away_in_whole")
        ),
        sa.CheckConstraint(
            "away_to >= away_from", name=op.f("ck_standing_order_away_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_standing_order_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_standing_order_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order")),
    )
    op.create_index(
        "uq_standing_order_running",
        "standing_order",
        ["person_id", "series_id", "title_zh", "role_zh"],
        unique=True,
        postgresql_where=RUNNING,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_standing_order_person_id", "standing_order", ["person_id", "id"])
    op.create_index(
        "ix_standing_order_series_id",
        "standing_order",
        ["series_id", "id"],
        postgresql_where=RUNNING,
    )
    op.execute(
        "create trigger standing_order_is_final before update on standing_order"
        " for each row when (old.state = 'stopped') execute function refuse_change()"
    )


def _create_tries() -> None:
    op.create_table(
        "standing_try",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shift_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signup_id", sa.BigInteger(), nullable=True),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('joined', 'waiting', 'refused')",
            name=op.f("ck_standing_try_outcome_is_known"),
        ),
        sa.CheckConstraint(
            "(outcome = 'refused') = (reason is not null)",
            name=op.f("ck_standing_try_refused_says_why"),
        ),
        sa.CheckConstraint(
            "(outcome = 'refused') = (signup_id is null)",
            name=op.f("ck_standing_try_else_is_signed_up"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["standing_order.id"], name=op.f("fk_standing_try_order_id")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_standing_try_shift_id")),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_standing_try_signup_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "shift_id", name=op.f("pk_standing_try")),
    )
    op.create_index("ix_standing_try_shift_id", "standing_try", ["shift_id"])
    op.execute(
        "create trigger standing_try_stands before update or delete on standing_try"
        " for each row execute function refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("standing_try")
    op.drop_table("standing_order")

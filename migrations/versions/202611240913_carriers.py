"""Room carriers: what workers share of each carrier; which one a letter was handed to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_carriers"
down_revision = "0022_hour_classes"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
NOW = sa.text("clock_timestamp()")
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    _create_carriers()
    op.add_column("message", sa.Column("carrier", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("key_until", INSTANT, nullable=True))
    op.add_column("attempt", sa.Column("carrier", sa.Text(), nullable=True))
    # A carrier without a name is called after its channel: who is unknown may be asked again there.
    op.execute("update message set carrier = channel where state in ('sending', 'unknown')")
    _line_up_by("lane", "try_at", "topic")
    op.create_index(
        "ix_message_expiring", "message", ["expires_at"], unique=False, postgresql_where=PENDING
    )


def downgrade() -> None:
    op.drop_index("ix_message_expiring", table_name="message", postgresql_where=PENDING)
    _line_up_by("lane", "try_at")
    op.drop_column("attempt", "carrier")
    op.drop_column("message", "key_until")
    op.drop_column("message", "carrier")
    op.drop_table("carrier")


def _line_up_by(*columns: str) -> None:
    op.drop_index("ix_message_waiting", table_name="message", postgresql_where=PENDING)
    op.create_index(
        "ix_message_waiting", "message", list(columns), unique=False, postgresql_where=PENDING
    )


def _create_carriers() -> None:
    op.create_table(
        "carrier",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.Column("resting", sa.SmallInteger(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=True),
        sa.Column("drifted_at", INSTANT, nullable=True),
        sa.Column("state", sa.Text(), server_default="closed", nullable=False),
        sa.Column("in_a_row", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", postgresql.ARRAY(INSTANT), server_default="{}", nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("probe_at", INSTANT, nullable=True),
        sa.Column("per_second", sa.Float(), nullable=True),
        sa.Column("tokens", sa.Float(), server_default="0", nullable=False),
        sa.Column("refilled_at", INSTANT, server_default=NOW, nullable=False),
        sa.CheckConstraint("channel in ('email', 'sms')", name=op.f("ck_carrier_channel_is_known")),
        sa.CheckConstraint(
            "state in ('closed', 'open', 'half_open')", name=op.f("ck_carrier_state_is_known")
        ),
        sa.CheckConstraint("weight between 0 and 100", name=op.f("ck_carrier_weight_is_a_share")),
        sa.CheckConstraint("resting between 0 and 100", name=op.f("ck_carrier_resting_is_a_share")),
        sa.CheckConstraint("per_second > 0", name=op.f("ck_carrier_limit_lets_something_through")),
        sa.CheckConstraint("tokens >= 0", name=op.f("ck_carrier_bucket_is_not_overdrawn")),
        sa.CheckConstraint("in_a_row >= 0", name=op.f("ck_carrier_row_is_counted")),
        sa.CheckConstraint(
            "(state = 'closed') = (opened_at is null) and (opened_at is null) = (probe_at is null)",
            name=op.f("ck_carrier_open_has_its_times"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier")),
        sa.UniqueConstraint("name", name=op.f("uq_carrier_name")),
    )

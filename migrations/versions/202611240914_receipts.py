"""Room receipts: what is said of letters later on; pauses of addresses; complaints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024_receipts"
down_revision = "0023_carriers"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
STATES = (
    "'pending', 'claimed', 'sending', 'sent', 'delivered', 'bounced', {}'unknown', 'failed',"
    " 'cancelled', 'superseded', 'suppressed', 'missed'"
)
STATE_IS_KNOWN = "ck_message_state_is_known"
# What is known of a letter for good is not taken back, whatever comes in later.
OUTCOME_STANDS = (
    "create trigger message_outcome_stands before update of state on message for each row"
    " when (old.state in ('bounced', 'complained') and new.state <> old.state"
    " or old.state = 'delivered' and new.state not in ('delivered', 'bounced', 'complained'))"
    " execute function refuse_change()",
    # What a receipt says never changes; only whether and to what it was applied.
    "create trigger receipt_says_the_same before update on receipt for each row"
    " when ((old.carrier, old.event_id, old.uuid, old.reference, old.says, old.blame, old.answer,"
    " old.occurred_at, old.received_at) is distinct from (new.carrier, new.event_id, new.uuid,"
    " new.reference, new.says, new.blame, new.answer, new.occurred_at, new.received_at)"
    " or old.applied_at is not null and new.applied_at is distinct from old.applied_at)"
    " execute function refuse_change()",
)


def upgrade() -> None:
    _create_receipts()
    op.create_unique_constraint(op.f("uq_message_uuid"), "message", ["uuid"])
    op.create_index("ix_message_message_id", "message", ["message_id"], unique=False)
    _know_states(STATES.format("'complained', "))
    _pause_addresses()
    for statement in OUTCOME_STANDS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop trigger message_outcome_stands on message")
    op.drop_table("receipt")
    op.execute("delete from suppression where until is not null")
    op.drop_constraint(op.f("ck_suppression_pause_ends"), "suppression", type_="check")
    for column in ("message_id", "place_path", "masked", "until"):
        op.drop_column("suppression", column)
    op.execute("update message set state = 'bounced' where state = 'complained'")
    _know_states(STATES.format(""))
    op.drop_index("ix_message_message_id", table_name="message")
    op.drop_constraint(op.f("uq_message_uuid"), "message", type_="unique")


def _know_states(states: str) -> None:
    op.drop_constraint(op.f(STATE_IS_KNOWN), "message", type_="check")
    op.create_check_constraint(op.f(STATE_IS_KNOWN), "message", f"state in ({states})")


def _pause_addresses() -> None:
    op.add_column("suppression", sa.Column("until", INSTANT, nullable=True))
    for name, default in (("masked", ""), ("place_path", "/")):
        column = sa.Column(name, sa.Text(), server_default=default, nullable=False)
        op.add_column("suppression", column)
    op.add_column("suppression", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_suppression_message_id"),
        "suppression",
        "message",
        ["message_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(
        op.f("ck_suppression_pause_ends"),
        "suppression",
        "(reason = 'soft-bounces') = (until is not null)",
    )


def _create_receipts() -> None:
    clock = sa.text("clock_timestamp()")
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("blame", sa.Text(), server_default="nobody", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, server_default=clock, nullable=False),
        sa.Column("try_at", INSTANT, server_default=clock, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("address_hash", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "says in ('sent', 'soft-bounced', 'delivered', 'bounced', 'complained')",
            name=op.f("ck_receipt_says_is_known"),
        ),
        sa.CheckConstraint(
            "blame in ('nobody', 'mailbox', 'address')", name=op.f("ck_receipt_blame_is_known")
        ),
        sa.CheckConstraint(
            "uuid is not null or reference is not null", name=op.f("ck_receipt_names_a_letter")
        ),
        sa.CheckConstraint(
            "applied_at is null or given_up_at is null", name=op.f("ck_receipt_ends_once")
        ),
        sa.CheckConstraint(
            "(applied_at is null) = (message_id is null)",
            name=op.f("ck_receipt_applied_to_a_letter"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_receipt_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("carrier", "event_id", name=op.f("uq_receipt_carrier_event_id")),
    )
    waits, soft = "applied_at is null and given_up_at is null", "address_hash is not null"
    for name, columns, where in (
        ("ix_receipt_waiting", ["try_at"], waits),
        ("ix_receipt_soft", ["address_hash", "received_at"], soft),
        ("ix_receipt_received_at", ["received_at"], None),
        ("ix_receipt_message_id", ["message_id"], None),
    ):
        chosen = {"postgresql_where": sa.text(where)} if where else {}
        op.create_index(name, "receipt", columns, unique=False, **chosen)

"""Build the room messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_messages"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("recipient_id", sa.BigInteger(), nullable=True),
        sa.Column("place_path", sa.Text(), server_default="/", nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=True),
        sa.Column(
            "attachments",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column(
            "headers", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("secret", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "posted_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("try_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("on_unknown", sa.Text(), server_default="hold", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("token", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("dated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state in ('claimed', 'sending')) = (lease_until is not null)",
            name=op.f("ck_message_at_work_has_a_lease"),
        ),
        sa.CheckConstraint(
            "(state in ('claimed', 'sending', 'unknown')) = (token is not null)",
            name=op.f("ck_message_open_attempt_has_a_token"),
        ),
        sa.CheckConstraint(
            "on_unknown in ('hold', 'resend-same-bytes')",
            name=op.f("ck_message_on_unknown_is_known"),
        ),
        sa.CheckConstraint("channel in ('email', 'sms')", name=op.f("ck_message_channel_is_known")),
        sa.CheckConstraint(
            "state <> 'sent' or sent_at is not null", name=op.f("ck_message_sent_has_a_time")
        ),
        sa.CheckConstraint(
            "state in ('pending', 'claimed', 'sending', 'sent', 'delivered', 'bounced', 'unknown', 'failed', 'cancelled', 'superseded', 'suppressed', 'missed')",
            name=op.f("ck_message_state_is_known"),
        ),
        sa.CheckConstraint("expires_at > due_at", name=op.f("ck_message_expires_after_due")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index(
        "ix_message_at_work",
        "message",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state in ('claimed', 'sending')"),
    )
    op.create_index("ix_message_due_at", "message", ["due_at", "id"], unique=False)
    op.create_index("ix_message_place_path", "message", ["place_path", "id"], unique=False)
    op.create_index("ix_message_provider_ref", "message", ["provider_ref"], unique=False)
    op.create_index("ix_message_recipient", "message", ["recipient_id", "id"], unique=False)
    op.create_index("ix_message_topic", "message", ["topic"], unique=False)
    op.create_index(
        "ix_message_waiting",
        "message",
        ["lane", "try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_message_unknown",
        "message",
        ["try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.create_table(
        "suppression",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "since",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "channel in ('email', 'sms')", name=op.f("ck_suppression_channel_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint(
            "channel", "address_hash", name=op.f("uq_suppression_channel_address_hash")
        ),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column(
            "started_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_attempt_message_id"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "phase in ('claimed', 'prepared', 'sending', 'answered')",
            name=op.f("ck_attempt_phase_is_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("token", name=op.f("uq_attempt_token")),
    )
    op.create_index("ix_attempt_message_id", "attempt", ["message_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_attempt_message_id", table_name="attempt")
    op.drop_table("attempt")
    op.drop_table("suppression")
    op.drop_index(
        "ix_message_unknown", table_name="message", postgresql_where=sa.text("state = 'unknown'")
    )
    op.drop_index("ix_message_due_at", table_name="message")
    op.drop_index(
        "ix_message_waiting", table_name="message", postgresql_where=sa.text("state = 'pending'")
    )
    op.drop_index("ix_message_topic", table_name="message")
    op.drop_index("ix_message_recipient", table_name="message")
    op.drop_index("ix_message_provider_ref", table_name="message")
    op.drop_index("ix_message_place_path", table_name="message")
    op.drop_index(
        "ix_message_at_work",
        table_name="message",
        postgresql_where=sa.text("state in ('claimed', 'sending')"),
    )
    op.drop_table("message")

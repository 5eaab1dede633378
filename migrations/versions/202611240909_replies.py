"""Build the room replies, and the post office's pigeon-holes for texts that people write."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_replies"
down_revision = "0018_stand_ins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_sms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "received_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("handled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "sender ~ '^[+][1-9][0-9]{6,14}$'", name=op.f("ck_incoming_sms_sender_is_e164")
        ),
        sa.CheckConstraint(
            "(handled_at is null) = (outcome is null)",
            name=op.f("ck_incoming_sms_handled_says_what_came_of_it"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_sms")),
        sa.UniqueConstraint("sender", "reference", name=op.f("uq_incoming_sms_sender_reference")),
    )
    op.create_index(
        "ix_incoming_sms_waiting",
        "incoming_sms",
        ["id"],
        unique=False,
        postgresql_where=sa.text("handled_at is null"),
    )
    op.create_index("ix_incoming_sms_received_at", "incoming_sms", ["received_at"], unique=False)


def downgrade() -> None:
    op.drop_table("incoming_sms")

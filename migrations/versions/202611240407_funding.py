"""Build the room funding."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_funding"
down_revision = "0006_activities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "funding_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="CNY", nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("counterparty_zh", sa.Text(), nullable=False),
        sa.Column("counterparty_en", sa.Text(), nullable=True),
        sa.Column("voucher_no", sa.Text(), nullable=False),
        sa.Column("edition", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("purpose_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("purpose_en", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "currency ~ '^[A-Z]{3}$'", name=op.f("ck_funding_entry_currency_is_iso")
        ),
        sa.CheckConstraint(
            "kind in ('awarded', 'paid_out', 'spent')", name=op.f("ck_funding_entry_kind_is_known")
        ),
        sa.CheckConstraint(
            "state <> 'approved' or (approved_at is not null and approved_by is not null)",
            name=op.f("ck_funding_entry_approval_is_signed"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'approved', 'rejected')",
            name=op.f("ck_funding_entry_state_is_known"),
        ),
        sa.CheckConstraint(
            "(reverses_id is null and amount_fen > 0) or (reverses_id is not null and amount_fen < 0)",
            name=op.f("ck_funding_entry_only_reversals_are_negative"),
        ),
        sa.CheckConstraint(
            "approved_by <> created_by", name=op.f("ck_funding_entry_approved_by_a_second_person")
        ),
        sa.CheckConstraint(
            "state <> 'rejected' or reason is not null",
            name=op.f("ck_funding_entry_rejection_has_a_reason"),
        ),
        sa.CheckConstraint(
            "voucher_no <> '' and counterparty_zh <> ''",
            name=op.f("ck_funding_entry_has_a_voucher"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["person.id"], name=op.f("fk_funding_entry_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_funding_entry_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_funding_entry_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["funding_entry.id"], name=op.f("fk_funding_entry_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_entry")),
    )
    op.create_index(
        "ix_funding_entry_project_id",
        "funding_entry",
        ["project_id", "kind", "occurred_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_funding_entry_waiting",
        "funding_entry",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq_funding_entry_reverses_id",
        "funding_entry",
        ["reverses_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index(
        "uq_funding_entry_voucher",
        "funding_entry",
        ["project_id", "kind", "voucher_no", "edition"],
        unique=True,
        postgresql_where=sa.text("reverses_id is null and state <> 'rejected'"),
    )
    op.execute(
        "create trigger funding_entry_is_final before update or delete on funding_entry"
        " for each row when (old.state = 'approved') execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop trigger funding_entry_is_final on funding_entry")
    op.drop_index(
        "uq_funding_entry_voucher",
        table_name="funding_entry",
        postgresql_where=sa.text("reverses_id is null and state <> 'rejected'"),
    )
    op.drop_index(
        "uq_funding_entry_reverses_id",
        table_name="funding_entry",
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.drop_index(
        "ix_funding_entry_waiting",
        table_name="funding_entry",
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index("ix_funding_entry_project_id", table_name="funding_entry")
    op.drop_table("funding_entry")

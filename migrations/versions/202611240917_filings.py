"""Room filings: text messages as the provider approved them; letters know their template."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_filings"
down_revision = "0026_mailings"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.add_column("message", sa.Column("template", sa.Text(), nullable=True))
    op.create_table(
        "filing",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("vendor_code", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "kind in ('code', 'notification')", name=op.f("ck_filing_kind_is_known")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'approved', 'rejected')",
            name=op.f("ck_filing_state_is_known"),
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (reason <> '')", name=op.f("ck_filing_rejected_says_why")
        ),
        sa.CheckConstraint(
            "state <> 'approved' or vendor_code <> ''",
            name=op.f("ck_filing_approved_has_a_code"),
        ),
        sa.CheckConstraint(
            "(state in ('approved', 'rejected')) = (decided_at is not null)",
            name=op.f("ck_filing_decided_has_a_time"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("template", name=op.f("uq_filing_template")),
    )


def downgrade() -> None:
    op.drop_table("filing")
    op.drop_column("message", "template")

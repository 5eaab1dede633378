"""Room receipts."""

revision = "0024_receipts"
down_revision = "0023_carriers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

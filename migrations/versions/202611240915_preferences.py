"""Room preferences."""

revision = "0025_preferences"
down_revision = "0024_receipts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

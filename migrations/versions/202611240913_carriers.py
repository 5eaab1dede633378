"""Room carriers."""

revision = "0023_carriers"
down_revision = "0022_hour_classes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

"""Room mailings."""

revision = "0026_mailings"
down_revision = "0025_preferences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

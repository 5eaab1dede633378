"""Room filings."""

revision = "0027_filings"
down_revision = "0026_mailings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""

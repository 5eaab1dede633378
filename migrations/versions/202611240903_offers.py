"""Roles, windows, offers and the log of every move."""

revision = "0014_offers"
down_revision = "0013_series"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

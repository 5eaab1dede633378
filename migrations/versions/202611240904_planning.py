"""Keep what a series' shifts look like, and templates."""

revision = "0015_planning"
down_revision = "0014_offers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Build the room standing."""

revision = "0017_standing"
down_revision = "0016_hours_provenance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

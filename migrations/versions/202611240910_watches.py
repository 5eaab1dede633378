"""Build the room watches."""

revision = "0021_watches"
down_revision = "0020_replies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

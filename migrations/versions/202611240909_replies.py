"""Build the room replies."""

revision = "0020_replies"
down_revision = "0019_groups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

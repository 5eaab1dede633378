"""Build the room replies."""

revision = "0019_replies"
down_revision = "0018_stand_ins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

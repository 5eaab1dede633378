"""Build the room stand_ins."""

revision = "0018_stand_ins"
down_revision = "0017_standing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

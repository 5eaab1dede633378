"""Presence from paper, classes of hours, disputes."""

revision = "0016_hours_provenance"
down_revision = "0015_planning"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Build the room credentials: what a person may show, and people reached through others."""

revision = "0012_credentials"
down_revision = "0011_impact"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

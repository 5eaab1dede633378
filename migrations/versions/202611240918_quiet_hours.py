"""Quiet hours of one's own: the zone somebody lives in, and their night there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028_quiet_hours"
down_revision = "0027_filings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moved_from = sa.Column("planned_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    op.add_column("message", moved_from)
    op.create_table(
        "quiet_hours",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("begins <> ends", name=op.f("ck_quiet_hours_some_hours_are_quiet")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quiet_hours_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_quiet_hours")),
    )


def downgrade() -> None:
    op.drop_table("quiet_hours")
    op.drop_column("message", "planned_at")

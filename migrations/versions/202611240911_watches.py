"""Build the room watches: who watches what, and what was told of each shift last."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_watches"
down_revision = "0020_groups"
branch_labels = None
depends_on = None

LIVE = sa.text("ended_at is null")
CONDITIONS = "('enough', 'understaffed', 'almost_full', 'full')"


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("understaffed", sa.Boolean(), nullable=False),
        sa.Column("all_clear", sa.Boolean(), nullable=False),
        sa.Column("almost_full", sa.Boolean(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(place_id, series_id) = 1", name=op.f("ck_watch_watches_one_thing")
        ),
        sa.CheckConstraint(
            "understaffed or all_clear or almost_full", name=op.f("ck_watch_wants_something")
        ),
        sa.CheckConstraint("ended_at >= created_at", name=op.f("ck_watch_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_watch_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_watch_place_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_watch_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    for name, columns, unique in (
        ("uq_watch_place", ["person_id", "place_id"], True),
        ("uq_watch_series", ["person_id", "series_id"], True),
        ("ix_watch_person_id", ["person_id", "id"], False),
        ("ix_watch_place_id", ["place_id"], False),
        ("ix_watch_series_id", ["series_id"], False),
    ):
        op.create_index(name, "watch", columns, unique=unique, postgresql_where=LIVE)
    op.create_table(
        "shift_condition",
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("told", sa.Text(), server_default="enough", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(f"seen in {CONDITIONS}", name=op.f("ck_shift_condition_seen_is_known")),
        sa.CheckConstraint(f"told in {CONDITIONS}", name=op.f("ck_shift_condition_told_is_known")),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_shift_condition_revision_is_counted")),
        sa.CheckConstraint(
            "revision > 0 or told = 'enough'", name=op.f("ck_shift_condition_begins_with_enough")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_shift_condition_shift_id")
        ),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_shift_condition")),
    )


def downgrade() -> None:
    op.drop_table("shift_condition")
    op.drop_table("watch")

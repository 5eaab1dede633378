"""Build the room mailings: what coordinators wrote to many at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026_mailings"
down_revision = "0025_preferences"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
CHECKS = {
    "state_is_known": "state in ('draft', 'sending', 'sent', 'stopped')",
    "audience_is_known": "audience in ('confirmed', 'waiting', 'volunteers')",
    "is_about_one_thing": "num_nonnulls(shift_id, activity_id) <= 1",
    "a_place_has_no_line": "audience = 'volunteers' or shift_id is not null or activity_id is not null",
    "goes_some_way": "channels <@ array['email', 'sms'] and cardinality(channels) > 0",
    "says_something": "text_zh <> '' or text_en <> ''",
    "sent_has_a_time": "(state = 'draft') = (sent_at is null)",
    "stopped_has_a_time": "(state = 'stopped') = (stopped_at is not null)",
}
KEYS = {
    "place_id": "place", "shift_id": "shift", "activity_id": "activity",
    "made_by": "person", "sent_by": "person",
}  # fmt: skip


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=True),
        sa.Column("activity_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        *(_text(name) for name in ("subject_zh", "text_zh", "subject_en", "text_en")),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", INSTANT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("stopped_at", INSTANT, nullable=True),
        *(_number(name) for name in ("persons", "letters", "done")),
        sa.Column("cursor", sa.BigInteger(), server_default="0", nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_mailing_{name}"))
            for name, rule in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_mailing_{column}"))
            for column, table in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.create_index("ix_mailing_place_id", "mailing", ["place_id", "sent_at"])
    op.create_index(
        "ix_mailing_under_way", "mailing", ["id"], postgresql_where=sa.text("state = 'sending'")
    )


def downgrade() -> None:
    op.drop_table("mailing")

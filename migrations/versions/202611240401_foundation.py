"""Build the room foundation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_foundation"
down_revision = None
branch_labels = None
depends_on = None

# Fires on rows that must never change; the trigger's WHEN says which.
REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are final: write a reversing row instead', tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = tg_name;
end
$$
"""


def upgrade() -> None:
    # Trusted extensions: the database's owner may create them, no superuser is needed.
    op.execute("create extension if not exists citext")
    op.execute("create extension if not exists btree_gist")
    op.execute("create extension if not exists pg_trgm")
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("place_path", sa.Text(), server_default="/", nullable=False),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.CheckConstraint("verb <> '' and thing <> ''", name=op.f("ck_audit_entry_says_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_place_path", "audit_entry", ["place_path", "id"], unique=False)
    op.create_index("ix_audit_entry_thing", "audit_entry", ["thing", "id"], unique=False)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("beat_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "replay",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "length(key) between 1 and 255", name=op.f("ck_replay_key_has_a_length")
        ),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_replay")),
    )
    op.execute(REFUSE_CHANGE)
    op.execute(
        "create trigger audit_entry_is_append_only before update or delete on audit_entry"
        " for each row execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop trigger audit_entry_is_append_only on audit_entry")
    op.execute("drop function refuse_change()")
    op.drop_table("replay")
    op.drop_table("heartbeat")
    op.drop_index("ix_audit_entry_thing", table_name="audit_entry")
    op.drop_index("ix_audit_entry_place_path", table_name="audit_entry")
    op.drop_table("audit_entry")

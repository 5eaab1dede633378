"""Build the room places."""

import sqlalchemy as sa
from alembic import op

revision = "0003_places"
down_revision = "0002_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("address_zh", sa.Text(), nullable=True),
        sa.Column("address_en", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_place_code_is_plain")
        ),
        sa.CheckConstraint(
            "kind in ('subdistrict', 'community', 'grid', 'compound', 'building', 'unit', 'household')",
            name=op.f("ck_place_kind_is_known"),
        ),
        sa.CheckConstraint(
            "path like '/%%/' and path like '%%/' || code || '/'",
            name=op.f("ck_place_path_ends_here"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
        sa.UniqueConstraint("path", name=op.f("uq_place_path")),
    )
    op.create_index("ix_place_parent_id", "place", ["parent_id"], unique=False)
    op.create_index(
        "ix_place_path_prefix",
        "place",
        ["path"],
        unique=False,
        postgresql_ops={"path": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index(
        "ix_place_path_prefix", table_name="place", postgresql_ops={"path": "text_pattern_ops"}
    )
    op.drop_index("ix_place_parent_id", table_name="place")
    op.drop_table("place")

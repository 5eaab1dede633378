"""Build the room services."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_services"
down_revision = "0009_attendance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("good_rows_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("rows_total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_known", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_bad", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "problems", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("finished_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("verifier_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed')",
            name=op.f("ck_import_batch_state_is_known"),
        ),
        sa.CheckConstraint(
            "rows_done <= rows_total", name=op.f("ck_import_batch_progress_is_within")
        ),
        sa.CheckConstraint(
            "verifier_id <> created_by", name=op.f("ck_import_batch_verified_by_a_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_import_batch_created_by")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_import_batch_place_id")),
        sa.ForeignKeyConstraint(
            ["verifier_id"], ["person.id"], name=op.f("fk_import_batch_verifier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(
        "ix_import_batch_created_by", "import_batch", ["created_by", "id"], unique=False
    )
    op.create_index("ix_import_batch_place_id", "import_batch", ["place_id", "id"], unique=False)
    op.create_index(
        "ix_import_batch_waiting",
        "import_batch",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting', 'running') or verifier_id is not null"),
    )
    op.create_index(
        "uq_import_batch_content",
        "import_batch",
        ["content_hash"],
        unique=True,
        postgresql_where=sa.text("not dry_run and state <> 'failed'"),
    )
    op.create_table(
        "service_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("person_times", sa.Integer(), nullable=False),
        sa.Column("persons_known", sa.Integer(), server_default="0", nullable=False),
        sa.Column("evidence", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("rejected_by", sa.BigInteger(), nullable=True),
        sa.Column("rejected_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("rejected_because", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_row", sa.Integer(), nullable=True),
        sa.Column("row_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'verified') = (verified_at is not null) and (verified_at is null) = (verified_by is null)",
            name=op.f("ck_service_record_verified_by_someone_some_time"),
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (rejected_at is not null) and (rejected_at is null) = (rejected_by is null) and (rejected_at is null) = (coalesce(rejected_because, '') = '')",
            name=op.f("ck_service_record_rejected_by_someone_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(reverses_id is null) = (coalesce(reason, '') = '')",
            name=op.f("ck_service_record_reversed_for_a_reason"),
        ),
        sa.CheckConstraint(
            "mode in ('professional', 'outreach', 'other')",
            name=op.f("ck_service_record_mode_is_known"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'verified', 'rejected')",
            name=op.f("ck_service_record_state_is_known"),
        ),
        sa.CheckConstraint(
            "(reverses_id is null and person_times > 0 and persons_known between 0 and person_times) or (reverses_id is not null and person_times < 0 and persons_known between person_times and 0)",
            name=op.f("ck_service_record_person_times_cover_persons"),
        ),
        sa.CheckConstraint(
            "verified_by <> created_by", name=op.f("ck_service_record_verified_by_a_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_service_record_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_service_record_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_service_record_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_service_record_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["rejected_by"], ["person.id"], name=op.f("fk_service_record_rejected_by")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["service_record.id"], name=op.f("fk_service_record_reverses_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["person.id"], name=op.f("fk_service_record_verified_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
    )
    op.create_index(
        "ix_service_record_batch_id",
        "service_record",
        ["batch_id", "occurred_on", "id"],
        unique=False,
        postgresql_where=sa.text("batch_id is not null"),
    )
    op.create_index(
        "ix_service_record_created_by",
        "service_record",
        ["created_by", "occurred_on", "id"],
        unique=False,
    )
    op.create_index("ix_service_record_day", "service_record", ["occurred_on", "id"], unique=False)
    op.create_index(
        "ix_service_record_place_id",
        "service_record",
        ["place_id", "occurred_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_service_record_project_id",
        "service_record",
        ["project_id", "occurred_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_service_record_state",
        "service_record",
        ["state", "occurred_on", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'verified'"),
    )
    op.create_index(
        "ix_service_record_waiting",
        "service_record",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq_service_record_reverses_id",
        "service_record",
        ["reverses_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index(
        "uq_service_record_row_key",
        "service_record",
        ["row_key"],
        unique=True,
        postgresql_where=sa.text("row_key is not null and state <> 'rejected'"),
    )
    op.execute(
        "create trigger service_record_is_final before update or delete on service_record"
        " for each row when (old.state <> 'draft') execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop trigger service_record_is_final on service_record")
    op.drop_index(
        "uq_service_record_row_key",
        table_name="service_record",
        postgresql_where=sa.text("row_key is not null and state <> 'rejected'"),
    )
    op.drop_index(
        "uq_service_record_reverses_id",
        table_name="service_record",
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.drop_index(
        "ix_service_record_state",
        table_name="service_record",
        postgresql_where=sa.text("state <> 'verified'"),
    )
    op.drop_index(
        "ix_service_record_waiting",
        table_name="service_record",
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index("ix_service_record_project_id", table_name="service_record")
    op.drop_index("ix_service_record_place_id", table_name="service_record")
    op.drop_index("ix_service_record_day", table_name="service_record")
    op.drop_index("ix_service_record_created_by", table_name="service_record")
    op.drop_index(
        "ix_service_record_batch_id",
        table_name="service_record",
        postgresql_where=sa.text("batch_id is not null"),
    )
    op.drop_table("service_record")
    op.drop_index(
        "uq_import_batch_content",
        table_name="import_batch",
        postgresql_where=sa.text("not dry_run and state <> 'failed'"),
    )
    op.drop_index(
        "ix_import_batch_waiting",
        table_name="import_batch",
        postgresql_where=sa.text("state in ('waiting', 'running') or verifier_id is not null"),
    )
    op.drop_index("ix_import_batch_place_id", table_name="import_batch")
    op.drop_index("ix_import_batch_created_by", table_name="import_batch")
    op.drop_table("import_batch")

"""Build the room attendance."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_attendance"
down_revision = "0008_shifts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hours",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="recorded", nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "recorded_at",
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
        sa.CheckConstraint(
            "(state = 'locked') = (verified_at is not null)",
            name=op.f("ck_hours_locked_means_verified"),
        ),
        sa.CheckConstraint(
            "source in ('clocked', 'confirmed_by_leader', 'back_filled', 'self_declared')",
            name=op.f("ck_hours_source_is_known"),
        ),
        sa.CheckConstraint(
            "state in ('recorded', 'locked', 'rejected')", name=op.f("ck_hours_state_is_known")
        ),
        sa.CheckConstraint(
            "(reverses_id is null and minutes between 1 and 1440) or (reverses_id is not null and minutes between -1440 and -1)",
            name=op.f("ck_hours_at_most_a_day"),
        ),
        sa.CheckConstraint(
            "verified_by <> person_id", name=op.f("ck_hours_verified_by_someone_else")
        ),
        sa.CheckConstraint(
            "verified_by <> recorded_by or (source = 'clocked' and reverses_id is null)",
            name=op.f("ck_hours_verified_by_a_second_person"),
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (rejected_at is not null) and (state = 'rejected') = (rejected_because is not null)",
            name=op.f("ck_hours_rejected_says_why"),
        ),
        sa.CheckConstraint(
            "(source = 'clocked' and reverses_id is null) or coalesce(reason, '') <> ''",
            name=op.f("ck_hours_says_why"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_hours_recorded_by")),
        sa.ForeignKeyConstraint(["rejected_by"], ["person.id"], name=op.f("fk_hours_rejected_by")),
        sa.ForeignKeyConstraint(["reverses_id"], ["hours.id"], name=op.f("fk_hours_reverses_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_hours_shift_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["person.id"], name=op.f("fk_hours_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours")),
    )
    op.create_index("ix_hours_person_id", "hours", ["person_id", "served_on", "id"], unique=False)
    op.create_index("ix_hours_shift_id", "hours", ["shift_id"], unique=False)
    op.create_index(
        "ix_hours_waiting",
        "hours",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.create_index(
        "uq_hours_reverses_id",
        "hours",
        ["reverses_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index(
        "uq_hours_waiting_once",
        "hours",
        ["shift_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'recorded' and reverses_id is null"),
    )
    op.create_table(
        "presence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("signup_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("checked_in_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("checked_out_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("method", sa.Text(), server_default="board", nullable=False),
        sa.Column("marked_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "marked_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state in ('no_show', 'excused')) = (checked_in_at is null)",
            name=op.f("ck_presence_came_or_did_not"),
        ),
        sa.CheckConstraint(
            "(state = 'left') = (checked_out_at is not null)",
            name=op.f("ck_presence_left_has_a_time"),
        ),
        sa.CheckConstraint(
            "method in ('board', 'qr', 'paper')", name=op.f("ck_presence_method_is_known")
        ),
        sa.CheckConstraint(
            "state in ('present', 'left', 'no_show', 'excused')",
            name=op.f("ck_presence_state_is_known"),
        ),
        sa.CheckConstraint(
            "checked_out_at > checked_in_at", name=op.f("ck_presence_leaves_after_arriving")
        ),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.text("tstzrange(checked_in_at, checked_out_at)"), "&&"),
            where=sa.text("checked_in_at is not null"),
            using="gist",
            name="ex_presence_no_overlap",
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_presence_marked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presence_person_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_presence_shift_id")),
        sa.ForeignKeyConstraint(["signup_id"], ["signup.id"], name=op.f("fk_presence_signup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
    )
    op.create_index(
        "ix_presence_present",
        "presence",
        ["shift_id"],
        unique=False,
        postgresql_where=sa.text("state = 'present'"),
    )
    op.create_index("ix_presence_person_id", "presence", ["person_id", "id"], unique=False)
    op.create_index("uq_presence_shift_person", "presence", ["shift_id", "person_id"], unique=True)
    op.execute(
        "create trigger hours_is_final before update or delete on hours"
        " for each row when (old.state <> 'recorded') execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop trigger hours_is_final on hours")
    op.drop_index("uq_presence_shift_person", table_name="presence")
    op.drop_index("ix_presence_person_id", table_name="presence")
    op.drop_index(
        "ix_presence_present",
        table_name="presence",
        postgresql_where=sa.text("state = 'present'"),
    )
    op.drop_table("presence")
    op.drop_index(
        "uq_hours_waiting_once",
        table_name="hours",
        postgresql_where=sa.text("state = 'recorded' and reverses_id is null"),
    )
    op.drop_index(
        "uq_hours_reverses_id",
        table_name="hours",
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.drop_index(
        "ix_hours_waiting", table_name="hours", postgresql_where=sa.text("state = 'recorded'")
    )
    op.drop_index("ix_hours_shift_id", table_name="hours")
    op.drop_index("ix_hours_person_id", table_name="hours")
    op.drop_table("hours")

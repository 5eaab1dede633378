"""Build the room shifts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_shifts"
down_revision = "0007_funding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("spot_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("spot_en", sa.Text(), nullable=True),
        sa.Column("tasks_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("tasks_en", sa.Text(), nullable=True),
        sa.Column("requirements_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("requirements_en", sa.Text(), nullable=True),
        sa.Column("risk_notice_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("risk_notice_en", sa.Text(), nullable=True),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("minimum", sa.Integer(), server_default="0", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_rank", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state <> 'published' or risk_notice_zh <> ''", name=op.f("ck_shift_states_its_risks")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'published', 'cancelled')", name=op.f("ck_shift_state_is_known")
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' or reason <> ''", name=op.f("ck_shift_cancelled_says_why")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_shift_has_places")),
        sa.CheckConstraint(
            "confirmed between 0 and capacity", name=op.f("ck_shift_never_overbooked")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shift_ends_after_start")),
        sa.CheckConstraint("minimum between 0 and capacity", name=op.f("ck_shift_minimum_fits")),
        sa.CheckConstraint("waiting >= 0", name=op.f("ck_shift_waiting_is_counted")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_shift_activity_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_shift_created_by")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_shift_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_activity_id", "shift", ["activity_id", "starts_at"], unique=False)
    op.create_index(
        "ix_shift_coming",
        "shift",
        ["starts_at", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'draft'"),
    )
    op.create_index("ix_shift_place_id", "shift", ["place_id", "starts_at", "id"], unique=False)
    op.create_table(
        "signup",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("confirmed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("state = 'confirmed'"),
            using="gist",
            name="ex_signup_no_overlap",
        ),
        sa.CheckConstraint(
            "(state = 'waitlisted') = (rank is not null)",
            name=op.f("ck_signup_only_waiting_has_a_rank"),
        ),
        sa.CheckConstraint(
            "(state in ('confirmed', 'waitlisted')) = (ended_at is null)",
            name=op.f("ck_signup_live_until_it_ends"),
        ),
        sa.CheckConstraint(
            "state in ('confirmed', 'waitlisted', 'cancelled_by_volunteer', 'cancelled_by_org')",
            name=op.f("ck_signup_state_is_known"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_signup_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signup_person_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_signup_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup")),
        sa.UniqueConstraint("shift_id", "rank", name=op.f("uq_signup_shift_id_rank")),
    )
    op.create_index(
        "ix_signup_line",
        "signup",
        ["shift_id", "rank"],
        unique=False,
        postgresql_where=sa.text("state = 'waitlisted'"),
    )
    op.create_index("ix_signup_person_id", "signup", ["person_id", "id"], unique=False)
    op.create_index(
        "uq_signup_live",
        "signup",
        ["shift_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_signup_live", table_name="signup", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_index("ix_signup_person_id", table_name="signup")
    op.drop_index(
        "ix_signup_line", table_name="signup", postgresql_where=sa.text("state = 'waitlisted'")
    )
    op.drop_table("signup")
    op.drop_index("ix_shift_place_id", table_name="shift")
    op.drop_index(
        "ix_shift_coming", table_name="shift", postgresql_where=sa.text("state <> 'draft'")
    )
    op.drop_index("ix_shift_activity_id", table_name="shift")
    op.drop_table("shift")

"""Presence from paper, classes of hours, disputes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_hours_provenance"
down_revision = "0015_planning"
branch_labels = None
depends_on = None

# What a dispute's own columns cannot say: whose hours they are, and who has dealt with them.
KEEP_DISPUTE_FAIR = """
create function keep_dispute_fair() returns trigger language plpgsql as $$
declare
  disputed hours%rowtype;
  broken text;
begin
  select * into disputed from hours where id = new.hours_id;
  if new.opened_by <> disputed.person_id then
    broken := 'hours_dispute_is_about_ones_own';
  elsif disputed.state = 'recorded' or disputed.reverses_id is not null then
    broken := 'hours_dispute_is_about_settled_hours';
  elsif new.answered_by in (disputed.recorded_by, disputed.verified_by, disputed.rejected_by) then
    broken := 'hours_dispute_is_answered_by_somebody_else';
  elsif tg_op = 'UPDATE' and (new.hours_id, new.opened_by, new.opened_at, new.says, new.due_on)
      is distinct from (old.hours_id, old.opened_by, old.opened_at, old.says, old.due_on) then
    broken := 'hours_dispute_keeps_its_question';
  else
    return new;
  end if;
  raise exception 'a dispute must stay fair: %', broken
    using errcode = 'integrity_constraint_violation', constraint = broken;
end
$$
"""


def upgrade() -> None:
    upgrade_hours()
    create_disputes()
    create_star_levels()
    guard_presence()
    create_posters()


def downgrade() -> None:
    op.drop_table("poster_code")
    unguard_presence()
    op.drop_table("star_level")
    downgrade_disputes()
    downgrade_hours()


# --- Hours: what was served beside what counts, the presence rule, the promise behind them.


def upgrade_hours() -> None:
    op.add_column("hours", sa.Column("served_minutes", sa.Integer(), nullable=True))
    op.add_column(
        "hours",
        sa.Column(
            "below_presence_rule", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
    )
    op.add_column("hours", sa.Column("signup_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_hours_signup_id"), "hours", "signup", ["signup_id"], ["id"])
    op.execute("alter table hours disable trigger hours_is_final")
    op.execute("update hours set served_minutes = minutes")
    op.execute("alter table hours enable trigger hours_is_final")
    op.alter_column("hours", "served_minutes", nullable=False)
    op.create_check_constraint(
        op.f("ck_hours_counts_what_was_served"),
        "hours",
        "minutes * served_minutes > 0 and abs(served_minutes) between abs(minutes) and 1440",
    )
    op.create_check_constraint(
        op.f("ck_hours_shortened_when_verified"),
        "hours",
        "minutes = served_minutes or state = 'locked' or reverses_id is not null",
    )
    op.create_check_constraint(
        op.f("ck_hours_only_the_clock_falls_short"),
        "hours",
        "not below_presence_rule or source = 'clocked'",
    )


def downgrade_hours() -> None:
    op.drop_constraint(op.f("ck_hours_only_the_clock_falls_short"), "hours")
    op.drop_constraint(op.f("ck_hours_shortened_when_verified"), "hours")
    op.drop_constraint(op.f("ck_hours_counts_what_was_served"), "hours")
    op.drop_column("hours", "signup_id")
    op.drop_column("hours", "below_presence_rule")
    op.drop_column("hours", "served_minutes")


# --- Disputes.


def create_disputes() -> None:
    op.create_table(
        "hours_dispute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hours_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'upheld', 'turned_down', 'withdrawn')",
            name=op.f("ck_hours_dispute_state_is_known"),
        ),
        sa.CheckConstraint("says <> ''", name=op.f("ck_hours_dispute_says_what")),
        sa.CheckConstraint(
            "(state in ('upheld', 'turned_down')) = (answered_at is not null)"
            " and (answered_at is null) = (answered_by is null)"
            " and (answered_at is not null) = (coalesce(answer, '') <> '')",
            name=op.f("ck_hours_dispute_answered_says_why"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at is not null)",
            name=op.f("ck_hours_dispute_withdrawn_has_a_time"),
        ),
        sa.CheckConstraint(
            "answered_by <> opened_by", name=op.f("ck_hours_dispute_answered_by_someone_else")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_hours_dispute_answered_by")
        ),
        sa.ForeignKeyConstraint(["hours_id"], ["hours.id"], name=op.f("fk_hours_dispute_hours_id")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_hours_dispute_opened_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_dispute")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_hours_dispute_open",
        "hours_dispute",
        ["hours_id"],
        unique=True,
        postgresql_where=is_open,
    )
    op.create_index(
        "ix_hours_dispute_due", "hours_dispute", ["due_on", "id"], postgresql_where=is_open
    )
    op.create_index("ix_hours_dispute_hours_id", "hours_dispute", ["hours_id", "id"])
    op.execute(KEEP_DISPUTE_FAIR)
    op.execute(
        "create trigger hours_dispute_is_fair before insert or update on hours_dispute"
        " for each row execute function keep_dispute_fair()"
    )
    op.execute(
        "create trigger hours_dispute_is_final before update on hours_dispute"
        " for each row when (old.state <> 'open') execute function refuse_change()"
    )
    op.execute(
        "create trigger hours_dispute_stays before delete on hours_dispute"
        " for each row execute function refuse_change()"
    )


def downgrade_disputes() -> None:
    op.drop_table("hours_dispute")
    op.execute("drop function keep_dispute_fair()")


# --- Star levels: 100, 300, 600, 1000 and 1500 hours, until a place sets others.


def create_star_levels() -> None:
    levels = op.create_table(
        "star_level",
        sa.Column("stars", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("stars between 1 and 5", name=op.f("ck_star_level_one_to_five")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_star_level_takes_time")),
        sa.PrimaryKeyConstraint("stars", name=op.f("pk_star_level")),
        sa.UniqueConstraint("minutes", name=op.f("uq_star_level_minutes")),
    )
    hours = (100, 300, 600, 1000, 1500)
    op.bulk_insert(
        levels,
        [{"stars": stars, "minutes": 60 * most} for stars, most in enumerate(hours, start=1)],
    )


# --- Presence: what may follow what on a shift's day, and the posters that check people in.

# The same steps as attendance/rules/presence.py: forward, one back, or a whole stay from paper.
FOLLOW_PRESENCE_STEPS = """
create function follow_presence_steps() returns trigger language plpgsql as $$
declare
  was text := coalesce(old.state, 'expected');
  becomes text := coalesce(new.state, 'expected');
begin
  if was = becomes and (new.shift_id, new.person_id) = (old.shift_id, old.person_id)
    or (was = 'expected' and becomes in ('present', 'no_show', 'excused'))
    or (was = 'present' and becomes in ('left', 'expected'))
    or (was = 'left' and becomes = 'present')
    or (was = 'no_show' and becomes in ('present', 'excused', 'expected'))
    or (was = 'excused' and becomes in ('present', 'no_show', 'expected'))
    or (was in ('expected', 'no_show', 'excused') and becomes = 'left' and new.method = 'paper')
  then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  raise exception 'presence cannot go from % to %', was, becomes
    using errcode = 'integrity_constraint_violation', constraint = tg_name;
end
$$
"""


def guard_presence() -> None:
    op.execute(FOLLOW_PRESENCE_STEPS)
    op.execute(
        "create trigger presence_follows_its_steps before insert or update or delete on presence"
        " for each row execute function follow_presence_steps()"
    )


def unguard_presence() -> None:
    op.execute("drop trigger presence_follows_its_steps on presence")
    op.execute("drop function follow_presence_steps()")


def create_posters() -> None:
    op.create_table(
        "poster_code",
        sa.Column("shift_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("revoked_at >= made_at", name=op.f("ck_poster_code_revoked_after_made")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_poster_code_made_by")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_poster_code_shift_id")),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_poster_code")),
    )

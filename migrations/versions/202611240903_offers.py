"""Roles, windows, offers and the log of every move."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_offers"
down_revision = "0013_series"
branch_labels = None
depends_on = None


def shift_columns() -> list[sa.Column]:
    return [
        sa.Column("is_dangerous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_insurance", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("need", sa.Text(), nullable=True),
        sa.Column("opens_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("closes_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("leave_cutoff", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fair_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("by_role", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("capacity_extra", sa.Integer(), server_default="0", nullable=False),
        sa.Column("offered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
    ]


def signup_columns() -> list[sa.Column]:
    return [
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("instant", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("offer_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("coming_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
    ]


STATES = (
    "confirmed",
    "waitlisted",
    "offered",
    "cancelled_by_volunteer",
    "cancelled_by_org",
    "replaced",
    "lapsed",
)
OLD_CHECKS = {
    "state_is_known": "state in ('confirmed', 'waitlisted',"
    " 'cancelled_by_volunteer', 'cancelled_by_org')",
    "only_waiting_has_a_rank": "(state = 'waitlisted') = (rank is not null)",
    "live_until_it_ends": "(state in ('confirmed', 'waitlisted')) = (ended_at is null)",
}
NEW_CHECKS = {
    "state_is_known": f"state in ({', '.join(map(repr, STATES))})",
    "only_in_line_has_a_rank": "(state in ('waitlisted', 'offered')) = (rank is not null)",
    "an_offer_has_a_deadline": "(state = 'offered') = (offer_until is not null)",
    "live_until_it_ends": "(state in ('confirmed', 'waitlisted', 'offered')) = (ended_at is null)",
}
# A promise goes only where rules/line.py lets it go, and leaves a trace wherever it goes.
SIGNUP_STEPS = """
create function signup_steps() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state not in ('confirmed', 'waitlisted') then
            raise exception 'a promise cannot begin as %', new.state
                using errcode = 'check_violation', constraint = 'signup_steps';
        end if;
        insert into signup_move (signup_id, state, rank) values (new.id, new.state, new.rank);
    elsif new.state <> old.state then
        if old.state || '>' || new.state <> all (array[
            'confirmed>cancelled_by_volunteer',
            'confirmed>cancelled_by_org',
            'confirmed>replaced',
            'confirmed>waitlisted',
            'waitlisted>offered',
            'waitlisted>confirmed',
            'waitlisted>cancelled_by_volunteer',
            'waitlisted>cancelled_by_org',
            'offered>confirmed',
            'offered>waitlisted',
            'offered>lapsed',
            'offered>cancelled_by_volunteer',
            'offered>cancelled_by_org'
        ]) then
            raise exception 'a promise cannot go from % to %', old.state, new.state
                using errcode = 'check_violation', constraint = 'signup_steps';
        end if;
        insert into signup_move (signup_id, state_before, state, rank)
            values (new.id, old.state, new.state, new.rank);
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    for column in shift_columns():
        op.add_column("shift", column)
    op.create_foreign_key(op.f("fk_shift_need"), "shift", "credential_type", ["need"], ["code"])
    op.drop_constraint(op.f("ck_shift_never_overbooked"), "shift")
    op.create_check_constraint(
        op.f("ck_shift_never_overbooked"),
        "shift",
        "least(confirmed, offered, reserved, capacity_extra) >= 0"
        " and confirmed + offered + reserved <= capacity + capacity_extra",
    )
    op.create_check_constraint(
        op.f("ck_shift_sign_up_closes_by_the_start"), "shift", "closes_at <= starts_at"
    )
    op.create_check_constraint(
        op.f("ck_shift_cutoff_lies_before_the_start"), "shift", "leave_cutoff >= 0"
    )
    op.create_check_constraint(
        op.f("ck_shift_dangerous_work_is_protected"),
        "shift",
        "state <> 'published' or not is_dangerous or (needs_insurance and need is not null)",
    )
    op.create_index(
        "ix_shift_fair_until",
        "shift",
        ["fair_until"],
        postgresql_where=sa.text("fair_until is not null"),
    )
    _create_roles()
    _change_signups()


def _create_roles() -> None:
    op.create_table(
        "shift_role",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("minimum", sa.Integer(), server_default="0", nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("offered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("need", sa.Text(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_shift_role_has_places")),
        sa.CheckConstraint(
            "minimum between 0 and capacity", name=op.f("ck_shift_role_minimum_fits")
        ),
        sa.CheckConstraint(
            "least(confirmed, offered) >= 0 and confirmed + offered <= capacity",
            name=op.f("ck_shift_role_never_overbooked"),
        ),
        sa.ForeignKeyConstraint(
            ["need"], ["credential_type.code"], name=op.f("fk_shift_role_need")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_shift_role_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_role")),
    )
    op.create_index("ix_shift_role_shift_id", "shift_role", ["shift_id", "id"])


def _change_signups() -> None:
    for column in signup_columns():
        op.add_column("signup", column)
    op.create_foreign_key(op.f("fk_signup_role_id"), "signup", "shift_role", ["role_id"], ["id"])
    _exchange_checks(OLD_CHECKS, NEW_CHECKS)
    op.create_index(
        "ix_signup_offers",
        "signup",
        ["offer_until"],
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_table(
        "signup_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("signup_id", sa.BigInteger(), nullable=False),
        sa.Column("state_before", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_signup_move_signup_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup_move")),
    )
    op.create_index("ix_signup_move_signup_id", "signup_move", ["signup_id", "id"])
    op.execute(SIGNUP_STEPS)
    op.execute(
        "create trigger signup_steps after insert or update of state on signup"
        " for each row execute function signup_steps()"
    )


def _exchange_checks(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.drop_constraint(op.f(f"ck_signup_{name}"), "signup")
    for name, condition in new.items():
        op.create_check_constraint(op.f(f"ck_signup_{name}"), "signup", condition)


def downgrade() -> None:
    op.execute("drop trigger signup_steps on signup")
    op.execute("drop function signup_steps()")
    op.drop_table("signup_move")
    op.drop_index("ix_signup_offers", "signup")
    # What the older house does not know: an offer is a place in line, what ended stays ended.
    op.execute("update signup set state = 'waitlisted', offer_until = null where state = 'offered'")
    op.execute(
        "update signup set state = 'cancelled_by_volunteer' where state in ('replaced', 'lapsed')"
    )
    op.drop_constraint(op.f("ck_signup_an_offer_has_a_deadline"), "signup")
    kept = {name: text for name, text in NEW_CHECKS.items() if "deadline" not in name}
    _exchange_checks(kept, OLD_CHECKS)
    op.drop_constraint(op.f("fk_signup_role_id"), "signup")
    for column in signup_columns():
        op.drop_column("signup", column.name)
    op.drop_table("shift_role")
    for name in (
        "dangerous_work_is_protected",
        "cutoff_lies_before_the_start",
        "sign_up_closes_by_the_start",
        "never_overbooked",
    ):
        op.drop_constraint(op.f(f"ck_shift_{name}"), "shift")
    op.execute(
        "update shift set capacity = greatest(capacity, confirmed),"
        " waiting = (select count(*) from signup"
        " where shift_id = shift.id and state = 'waitlisted')"
    )
    op.create_check_constraint(
        op.f("ck_shift_never_overbooked"), "shift", "confirmed between 0 and capacity"
    )
    op.drop_constraint(op.f("fk_shift_need"), "shift")
    op.drop_index("ix_shift_fair_until", "shift")
    for column in shift_columns():
        op.drop_column("shift", column.name)

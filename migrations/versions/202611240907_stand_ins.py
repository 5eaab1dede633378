"""Looking for a stand-in: requests, and the steps they may take."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_stand_ins"
down_revision = "0017_standing"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")

# A request begins with a place, goes where rules.MOVES lets it go, and keeps what it asked.
REQUEST_STEPS = """
create function stand_in_request_steps() returns trigger language plpgsql as $$
declare
  place signup%rowtype;
  broken text;
begin
  select * into place from signup where id = new.signup_id;
  if tg_op = 'INSERT' and new.state <> 'open' then
    broken := 'stand_in_request_begins_open';
  elsif tg_op = 'INSERT' and place.state <> 'confirmed' then
    broken := 'stand_in_request_hands_on_a_place';
  elsif place.person_id in (new.invited_id, new.taken_by) then
    broken := 'stand_in_request_asks_another';
  elsif new.taken_by <> new.invited_id then
    broken := 'stand_in_request_is_taken_by_the_invited';
  elsif tg_op = 'UPDATE' and old.state <> 'open' then
    broken := 'stand_in_request_is_settled_once';
  elsif tg_op = 'UPDATE' and (new.signup_id, new.invited_id, new.note, new.asked_at)
      is distinct from (old.signup_id, old.invited_id, old.note, old.asked_at) then
    broken := 'stand_in_request_keeps_its_question';
  else
    return new;
  end if;
  raise exception 'a request for a stand-in cannot be so: %', broken
    using errcode = 'integrity_constraint_violation', constraint = broken;
end
$$
"""


def upgrade() -> None:
    op.create_table(
        "stand_in_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("signup_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'taken', 'declined', 'withdrawn', 'closed')",
            name=op.f("ck_stand_in_request_state_is_known"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at is null)",
            name=op.f("ck_stand_in_request_open_until_it_is_settled"),
        ),
        sa.CheckConstraint(
            "(state = 'taken') = (taken_by is not null)",
            name=op.f("ck_stand_in_request_taken_by_somebody"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' or invited_id is not null",
            name=op.f("ck_stand_in_request_declined_by_the_invited"),
        ),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_stand_in_request_note_is_short")),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_stand_in_request_signup_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_id"], ["person.id"], name=op.f("fk_stand_in_request_invited_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["person.id"], name=op.f("fk_stand_in_request_taken_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in_request")),
    )
    op.create_index(
        "uq_stand_in_request_open",
        "stand_in_request",
        ["signup_id"],
        unique=True,
        postgresql_where=OPEN,
    )
    op.create_index("ix_stand_in_request_signup_id", "stand_in_request", ["signup_id", "id"])
    op.create_index(
        "ix_stand_in_request_invited_id",
        "stand_in_request",
        ["invited_id"],
        postgresql_where=OPEN,
    )
    op.execute(REQUEST_STEPS)
    op.execute(
        "create trigger stand_in_request_steps before insert or update on stand_in_request"
        " for each row execute function stand_in_request_steps()"
    )


def downgrade() -> None:
    op.drop_table("stand_in_request")
    op.execute("drop function stand_in_request_steps()")

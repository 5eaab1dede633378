"""Whom somebody signs up, with the consent on record, and places kept for a group."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_groups"
down_revision = "0019_replies"
branch_labels = None
depends_on = None

LIVE = sa.text("ended_at is null")
OPEN = sa.text("state = 'open'")

# Who signs up whom is never rewritten: a consent may be given anew, and the relation ends once.
COMPANION_STEPS = """
create function companion_steps() returns trigger language plpgsql as $$
declare
  broken text;
begin
  if tg_op = 'INSERT' and new.ended_at is not null then
    broken := 'companion_begins_live';
  elsif tg_op = 'UPDATE' and old.ended_at is not null then
    broken := 'companion_ends_once';
  elsif tg_op = 'UPDATE' and (new.helper_id, new.person_id, new.relation, new.consent_by,
      new.recorded_by) is distinct from (old.helper_id, old.person_id, old.relation,
      old.consent_by, old.recorded_by) then
    broken := 'companion_keeps_its_record';
  else
    return new;
  end if;
  raise exception 'a companion cannot be so: %', broken
    using errcode = 'integrity_constraint_violation', constraint = broken;
end
$$
"""

# A reservation begins open, ends once, by the shift's start, and its places are only taken.
RESERVATION_STEPS = """
create function reservation_steps() returns trigger language plpgsql as $$
declare
  broken text;
begin
  if tg_op = 'INSERT' and (new.state <> 'open' or new.taken <> 0) then
    broken := 'reservation_begins_open';
  elsif tg_op = 'INSERT'
      and new.until > (select starts_at from shift where id = new.shift_id) then
    broken := 'reservation_ends_by_the_start';
  elsif tg_op = 'UPDATE' and old.state <> 'open' then
    broken := 'reservation_ends_once';
  elsif tg_op = 'UPDATE' and new.taken < old.taken then
    broken := 'reservation_is_only_taken';
  elsif tg_op = 'UPDATE' and (new.shift_id, new.contact_id, new.places, new.until,
      new.token_digest, new.created_by, new.created_at) is distinct from (old.shift_id,
      old.contact_id, old.places, old.until, old.token_digest, old.created_by, old.created_at) then
    broken := 'reservation_keeps_its_word';
  else
    return new;
  end if;
  raise exception 'a reservation cannot be so: %', broken
    using errcode = 'integrity_constraint_violation', constraint = broken;
end
$$
"""


def upgrade() -> None:
    _create_companion()
    _create_reservation()
    for table, function in (("companion", COMPANION_STEPS), ("reservation", RESERVATION_STEPS)):
        op.execute(function)
        op.execute(
            f"create trigger {table}_steps before insert or update on {table}"
            f" for each row execute function {table}_steps()"
        )


def downgrade() -> None:
    for table in ("reservation", "companion"):
        op.drop_table(table)
        op.execute(f"drop function {table}_steps()")


def _create_companion() -> None:
    op.create_table(
        "companion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("helper_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("consent_by", sa.Text(), nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.Column("consented_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "relation in ('child', 'parent', 'spouse', 'relative', 'neighbour', 'resident')",
            name=op.f("ck_companion_relation_is_known"),
        ),
        sa.CheckConstraint(
            "consent_by in ('guardian', 'own_word', 'written')",
            name=op.f("ck_companion_consent_is_known"),
        ),
        sa.CheckConstraint("consent_text <> ''", name=op.f("ck_companion_says_what_was_agreed")),
        sa.CheckConstraint(
            "(consent_by = 'guardian') = (credential_id is not null)",
            name=op.f("ck_companion_guardian_has_agreed"),
        ),
        sa.CheckConstraint(
            "person_id not in (helper_id, recorded_by)", name=op.f("ck_companion_helps_another")
        ),
        sa.CheckConstraint(
            "num_nulls(ended_at, ended_by) in (0, 2)", name=op.f("ck_companion_ended_in_whole")
        ),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f("fk_companion_helper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_companion_person_id")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_companion_credential_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_companion_recorded_by")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_companion_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companion")),
    )
    live = {"postgresql_where": LIVE}
    op.create_index(
        "uq_companion_live", "companion", ["helper_id", "person_id"], unique=True, **live
    )
    op.create_index("ix_companion_helper_id", "companion", ["helper_id", "id"], **live)
    op.create_index("ix_companion_person_id", "companion", ["person_id"], **live)


def _create_reservation() -> None:
    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'ended')", name=op.f("ck_reservation_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at is null)",
            name=op.f("ck_reservation_open_until_it_ends"),
        ),
        sa.CheckConstraint(
            "places > 0 and taken between 0 and places", name=op.f("ck_reservation_taken_fit")
        ),
        sa.CheckConstraint(
            "name_zh <> '' and length(name_zh) <= 60",
            name=op.f("ck_reservation_is_named_shortly"),
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_reservation_shift_id")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["person.id"], name=op.f("fk_reservation_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_reservation_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_reservation_token_digest")),
    )
    op.create_index("ix_reservation_shift_id", "reservation", ["shift_id", "id"])
    op.create_index("ix_reservation_due", "reservation", ["until"], postgresql_where=OPEN)

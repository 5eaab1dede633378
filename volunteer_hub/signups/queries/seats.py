"""The statements by which places change hands.

Each moves the shift's counter and writes the sign-up in one round trip: the counter's condition
is looked at under the shift's row lock, so no two people get the same place or the same rank.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from threading import Lock
from typing import Any, NamedTuple, TypedDict, Unpack

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import TIMESTAMP, Range, insert
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries.lists import FREE
from volunteer_hub.signups.models import Signup

MOMENT = TIMESTAMP(timezone=True)
SHIFT, PERSON = bindparam("shift_id", type_=BigInteger), bindparam("person_id", type_=BigInteger)
MADE_BY, NOW = bindparam("made_by", type_=BigInteger), bindparam("now", type_=MOMENT)
ROLE, INSTANT = bindparam("role_id", type_=BigInteger), bindparam("instant", type_=Boolean)
COUNTED = ("confirmed", "offered", "reserved", "waiting", "next_rank", "capacity", "capacity_extra")
FRESH = (*COUNTED, "revision", "starts_at", "ends_at")
WRITTEN = (
    "shift_id",
    "person_id",
    "role_id",
    "instant",
    "state",
    "rank",
    "during",
    "made_by",
    "joined_at",
    "confirmed_at",
)


Build = Callable[[bool], Select[*tuple[Any, ...]]]
_FIRST = Lock()


class Seat(NamedTuple):
    """What a statement gave; no sign-up if another promise of the person stands against it, and
    then what was counted is to be given back."""

    signup: Signup | None
    waits: bool


class Wish(TypedDict):
    """Who wants a place, in which role, and since when; `instant`: takes a freed one unasked."""

    person_id: int
    made_by: int | None
    role_id: int | None
    instant: bool
    now: datetime


def take_place(shift: Shift, **wish: Unpack[Wish]) -> Seat | None:
    """Count the person in if a place is free and nobody waits for it; needs no lock.

    Nothing where places are given by role, or later by fairness: those go under the lock.
    """
    return _settle(shift, _built(_counting_in, held=False), waits=False, **wish)


def join_the_line(shift: Shift, **wish: Unpack[Wish]) -> Seat | None:
    """Put the person at the end of the line if every place is taken; needs no lock."""
    return _settle(shift, _built(_lengthening, held=False), waits=True, **wish)


def take_held(shift: Shift, **wish: Unpack[Wish]) -> Seat | None:
    """Count the person in on a shift that is held; the caller has looked that a place is free."""
    return _settle(shift, _built(_counting_in, held=True), waits=False, **wish)


def wait_held(shift: Shift, **wish: Unpack[Wish]) -> Seat | None:
    """Put the person at the end of the line of a shift that is held."""
    return _settle(shift, _built(_lengthening, held=True), waits=True, **wish)


def next_in_line(shift: Shift, *, passed: Collection[int] = ()) -> Signup | None:
    """Find the first in line who could take a free place of theirs; under the shift's lock.

    Who serves elsewhere at that time is passed over, and so is whose role is full.

    :param passed: sign-ups that cannot take a place for another reason
    """
    elsewhere = aliased(Signup)
    serves = exists().where(
        elsewhere.person_id == Signup.person_id,
        elsewhere.state == "confirmed",
        elsewhere.during.op("&&")(Signup.during),
    )
    role_is_free = exists().where(
        ShiftRole.id == Signup.role_id,
        ShiftRole.confirmed + ShiftRole.offered < ShiftRole.capacity,
    )
    line = select(Signup).where(
        Signup.shift_id == shift.id,
        Signup.state == "waitlisted",
        Signup.id.not_in(passed),
        ~serves,
        or_(Signup.role_id.is_(None), role_is_free),
    )
    first = line.options(joinedload(Signup.person, innerjoin=True)).order_by(Signup.rank).limit(1)
    return db.session.scalars(first.execution_options(populate_existing=True)).one_or_none()


def last_place(signup: Signup) -> int | None:
    """Say which place in the line somebody just got: behind everybody who is in it."""
    return signup.shift.waiting + signup.shift.offered if signup.rank is not None else None


def move_promises(shift: Shift) -> None:
    """Give every live promise the shift's present time; overlapping ones raise."""
    theirs = update(Signup).where(Signup.shift_id == shift.id, Signup.ended_at.is_(None))
    db.session.execute(theirs.values(during=Range(shift.starts_at, shift.ends_at)))


def _built(build: Build, *, held: bool) -> Select[*tuple[Any, ...]]:
    """Give the statement, built and compiled once by one thread alone.

    Two threads that compile it for the first time at the same moment mix up its columns.
    """
    with _FIRST:
        return _compiled(build, held)


@cache
def _compiled(build: Build, held: bool) -> Select[*tuple[Any, ...]]:
    statement = build(held)
    statement.compile(dialect=postgresql.dialect())
    return statement


def _counting_in(held: bool) -> Select[*tuple[Any, ...]]:
    free = FREE > 0 if held else and_(FREE > 0, Shift.waiting == 0, *_plain())
    return _writing(_open(free).values(confirmed=Shift.confirmed + 1), "confirmed")


def _lengthening(held: bool) -> Select[*tuple[Any, ...]]:
    full = _open(true() if held else and_(FREE <= 0, *_plain()))
    longer = full.values(waiting=Shift.waiting + 1, next_rank=Shift.next_rank + 1)
    return _writing(longer, "waitlisted")


def _plain() -> tuple[ColumnElement[bool], ...]:
    """Demand that whoever comes first is served first, whatever they would do."""
    return ~Shift.by_role, Shift.fair_until.is_(None)


def _open(condition: ColumnElement[bool]) -> Update:
    opened = Shift.id == SHIFT, Shift.state == "published", Shift.starts_at > NOW
    return update(Shift).where(*opened, condition)


def _writing(counted: Update, state: str) -> Select[*tuple[Any, ...]]:
    """Write the sign-up beside the counter, built once: building costs more than asking."""
    waits = state == "waitlisted"
    moved = counted.returning(Shift.id, *[getattr(Shift, name) for name in FRESH]).cte("moved")
    promise = select(
        moved.c.id,
        PERSON,
        ROLE,
        INSTANT,
        literal(state, Text),
        moved.c.next_rank - 1 if waits else literal(None, Integer),
        func.tstzrange(moved.c.starts_at, moved.c.ends_at),
        MADE_BY,
        NOW,
        literal(None, MOMENT) if waits else NOW,
    )
    # Whatever stands against it, a second promise or an overlapping one, makes it no row.
    kept = (
        insert(Signup)
        .from_select(WRITTEN, promise, include_defaults=False)
        .on_conflict_do_nothing()
        .returning(*Signup.__table__.c)
        .cte("kept")
    )
    signup = aliased(Signup, kept)
    return select(moved, signup).select_from(moved).outerjoin(signup, true())


def _settle(
    shift: Shift, writing: Select[*tuple[Any, ...]], *, waits: bool, **wish: Unpack[Wish]
) -> Seat | None:
    row = db.session.execute(writing, {"shift_id": shift.id, **wish}).one_or_none()
    if row is None:
        return None
    for name in FRESH:
        set_committed_value(shift, name, getattr(row, name))
    signup: Signup | None = row[-1]
    if signup is not None:
        set_committed_value(signup, "shift", shift)
    return Seat(signup, waits)

"""Questions about promises: who serves on a shift, who waits, and on what one person serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import ShiftRow
from volunteer_hub.signups.models import Signup


@dataclass(frozen=True, slots=True)
class OwnSignup:
    """One promise of a person: the shift, as a row too, and for who waits the place in its line."""

    signup_id: int
    state: str
    position: int | None
    shift: Shift
    row: ShiftRow


def get_signup(signup_id: int) -> Signup:
    """Read a sign-up as it is now, with its person and its shift's place and activity.

    :raises NotFound: if there is none
    """
    found = _with_shift().options(joinedload(Signup.person, innerjoin=True))
    signup = db.session.scalars(
        found.where(Signup.id == signup_id).execution_options(populate_existing=True)
    ).one_or_none()
    if signup is None:
        raise NotFound
    return signup


def find_live(shift_id: int, *, person_id: int) -> Signup | None:
    """Find the person's place on the shift, or in its line."""
    mine = Signup.shift_id == shift_id, Signup.person_id == person_id
    return db.session.scalars(select(Signup).where(*mine, Signup.ended_at.is_(None))).one_or_none()


def lock_person(person_id: int) -> None:
    """Let only one promise of this person be made at a time, on whichever shift."""
    db.session.execute(_holding_a_person(), {"person_id": person_id}).one()


def get_who_asks(person_id: int) -> Person:
    """Give the person who is at the door; their session or token has read them already.

    :raises NotFound: if nobody has this number
    """
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def list_waiting(shift_id: int, *, since: datetime) -> list[tuple[Signup, int]]:
    """List who waits, each with how many shifts that ended since then they had a place on."""
    line = _with_served(since).where(Signup.shift_id == shift_id, Signup.state == "waitlisted")
    return [(signup, served) for signup, served in db.session.execute(line.order_by(Signup.rank))]


def list_confirmed(shift_id: int, *, since: datetime) -> list[tuple[Signup, int]]:
    """List who has a place, in the order they joined, each with how many shifts that ended since
    then they had a place on."""
    found = _with_served(since).options(joinedload(Signup.person, innerjoin=True))
    found = found.where(Signup.shift_id == shift_id, Signup.state == "confirmed")
    rows = db.session.execute(found.order_by(Signup.confirmed_at, Signup.id))
    return [(signup, served) for signup, served in rows]


def list_offered(shift_id: int) -> Sequence[Signup]:
    """List to whom a place is offered right now, in the order of the line."""
    found = select(Signup).options(joinedload(Signup.person, innerjoin=True))
    found = found.where(Signup.shift_id == shift_id, Signup.state == "offered")
    return db.session.scalars(found.order_by(Signup.rank)).all()


def ids_of_lapsed(*, now: datetime, limit: int) -> list[tuple[int, int]]:
    """List the offers whose deadline has passed, each as (shift, sign-up), by shift."""
    found = select(Signup.shift_id, Signup.id).where(
        Signup.state == "offered", Signup.offer_until <= now
    )
    rows = db.session.execute(found.order_by(Signup.shift_id, Signup.id).limit(limit))
    return [(shift_id, signup_id) for shift_id, signup_id in rows]


def list_late(shift_id: int) -> Sequence[Signup]:
    """List who said after the cut-off that they cannot come, the latest first."""
    found = select(Signup).options(joinedload(Signup.person, innerjoin=True))
    found = found.where(Signup.shift_id == shift_id, Signup.late)
    return db.session.scalars(found.order_by(Signup.ended_at.desc())).all()


def count_of_role(role_id: int) -> int:
    """Count the persons who have, are offered or wait for a place in the role."""
    live = Signup.role_id == role_id, Signup.ended_at.is_(None)
    return db.session.execute(select(func.count(Signup.id)).where(*live)).scalar_one()


def first_rank(shift_id: int) -> int:
    """Give the lowest rank in the line, or 1 if nobody stands there.

    It may be 0 or less: whoever lost a place stands before the first.
    """
    lowest = select(func.min(Signup.rank)).where(Signup.shift_id == shift_id)
    found = db.session.scalars(lowest).one()
    return 1 if found is None else found


def position(signup: Signup) -> int | None:
    """Count the place in the line, from 1; None for who does not wait."""
    if signup.rank is None:
        return None
    before = _ahead(signup.shift_id, signup.rank)
    return db.session.execute(before).scalar_one()


def list_live(shift_id: int) -> Sequence[Signup]:
    """List who serves, in the order they joined, and behind them who waits, in their order.

    As long as the shift is large: at most its capacity and its line.
    """
    found = select(Signup).options(joinedload(Signup.person, innerjoin=True))
    found = found.where(Signup.shift_id == shift_id, Signup.ended_at.is_(None))
    in_order = found.order_by(Signup.rank.nulls_first(), Signup.confirmed_at, Signup.id)
    return db.session.scalars(in_order.execution_options(populate_existing=True)).all()


def names_busy_then(shift: Shift) -> list[str]:
    """Name those who serve here and, at this shift's present time, also elsewhere."""
    elsewhere = aliased(Signup)
    found = (
        select(Person.name)
        .join(Signup, Signup.person_id == Person.id)
        .join(elsewhere, elsewhere.person_id == Person.id)
        .where(
            Signup.shift_id == shift.id,
            Signup.state == "confirmed",
            elsewhere.state == "confirmed",
            elsewhere.shift_id != shift.id,
            elsewhere.during.op("&&")(func.tstzrange(shift.starts_at, shift.ends_at)),
        )
    )
    return list(db.session.scalars(found.distinct().order_by(Person.name)))


def ids_of_coming(person_id: int, *, now: datetime) -> list[int]:
    """List the person's sign-ups that can still be given back, by their shifts."""
    found = (
        select(Signup.id)
        .join(Signup.shift)
        .where(Signup.person_id == person_id, Signup.ended_at.is_(None), Shift.starts_at > now)
    )
    return list(db.session.scalars(found.order_by(Signup.shift_id)))


def my_signups(person_id: int, now: datetime, *, limit: int = 50) -> list[OwnSignup]:
    """List the person's coming promises, the next one first, with the place in each line."""
    mine = (
        _with_shift()
        .join(Signup.shift)
        .where(Signup.person_id == person_id, Signup.ended_at.is_(None), Shift.ends_at > now)
        .add_columns(_ahead(Signup.shift_id, Signup.rank).scalar_subquery())
        .order_by(Shift.starts_at, Signup.id)
        .limit(limit)
    )
    return [
        OwnSignup(s.id, s.state, place or None, s.shift, ShiftRow.of(s.shift, mine=s.state))
        for s, place in db.session.execute(mine)
    ]


def page_of(
    person_id: int, *, now: datetime, after: str | None, limit: int = PAGE
) -> Page[tuple[Signup, int | None]]:
    """Read one page of the person's coming promises in the order they were made, each with its
    place in the line."""
    mine = (
        _with_shift()
        .join(Signup.shift)
        .where(Signup.person_id == person_id, Signup.ended_at.is_(None), Shift.ends_at > now)
    )
    page = read_page(mine, keys=[Signup.id], after=after, limit=limit)
    return page.map(lambda signup: (signup, position(signup)))


@cache
def _holding_a_person() -> Select[int]:
    """Build the question once: building costs more than asking."""
    person_id = Person.__table__.c.id  # the table's: nothing is to be made of the row
    whose = person_id == bindparam("person_id", type_=BigInteger)
    return select(person_id).where(whose).with_for_update(key_share=True)


def _with_shift() -> Select[Signup]:
    shift = joinedload(Signup.shift, innerjoin=True)
    activity = shift.joinedload(Shift.activity, innerjoin=True)
    return select(Signup).options(
        activity.joinedload(Activity.project), shift.joinedload(Shift.place, innerjoin=True)
    )


def _with_served(since: datetime) -> Select[Signup, int]:
    past, served = aliased(Signup), aliased(Shift)
    count = (
        select(func.count(past.id))
        .join(served, served.id == past.shift_id)
        .where(
            past.person_id == Signup.person_id,
            past.state == "confirmed",
            served.ends_at >= since,
            served.ends_at <= func.now(),
        )
        .scalar_subquery()
    )
    return select(Signup, count)


def _ahead(shift_id: object, rank: object) -> Select[int]:
    line = aliased(Signup)
    return select(func.count(line.id)).where(line.shift_id == shift_id, line.rank <= rank)

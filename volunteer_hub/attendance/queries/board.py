"""Every select() of the day board: the shifts of a day, their counts, and the roster of one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.rules.presence import EXPECTED, ORDER, WORDS, open_marks, standing
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.hours.models import Hours
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

LANES = 40  # shifts on one board; more are paged
LONGEST_NIGHT = timedelta(days=1)  # nobody serves longer in one go


@dataclass(frozen=True, slots=True)
class Lane:
    """One shift of the day with its people counted; walk-ins fill places, the absent free them."""

    shift: Shift
    booked: int = 0  # persons who come or came
    arrived: int = 0
    absent: int = 0  # persons who hold a place and did not come
    last_arrival: datetime | None = None

    @property
    def gap(self) -> int:
        return max(self.shift.capacity - self.booked, 0)

    def phase(self, now: datetime) -> str:
        """Tell whether the shift is done, runs, or comes next."""
        if self.shift.ends_at <= now:
            return "done"
        return "run" if self.shift.starts_at <= now else "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """One person on a shift's roster, as the board shows them: no phone number, no address."""

    person_id: int
    name: str
    volunteer_no: str
    sort_key: str
    state: str
    standing: str
    marks: tuple[str, ...]
    walk_in: bool
    method: str | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None

    @property
    def word(self) -> str:
        return WORDS[self.standing]


def page_lanes(
    day: Span, *, paths: Iterable[str], now: datetime, after: str | None = None
) -> Page[Lane]:
    """Read the day's published shifts within the paths, with their counts.

    A shift that began the day before stands there while it runs, or somebody is still there.
    """
    wanted = (
        select(Shift)
        .where(*_stands_on(day, paths=paths, now=now))
        .options(joinedload(Shift.activity), joinedload(Shift.place))
    )
    page = read_page(wanted, keys=[Shift.starts_at, Shift.id], after=after, limit=LANES)
    counts = _counts([shift.id for shift in page.items])
    return page.map(lambda shift: _lane(shift, counts.get(shift.id)))


def pulse(day: Span, *, paths: Iterable[str], now: datetime) -> str:
    """Sum the day's shifts up in a few letters, by one statement: they differ once anything does.

    Of marks and of places the sum is taken, not the newest: whoever commits late is seen too.
    """
    moments = func.sum(func.extract("epoch", Presence.marked_at))
    marks = select(func.concat_ws(" ", func.count(), moments))
    places = select(func.sum(Signup.id)).where(Signup.state == "confirmed")
    facts = (
        *(Shift.id, Shift.starts_at, Shift.ends_at, Shift.capacity, Shift.confirmed, Shift.waiting),
        marks.where(Presence.shift_id == Shift.id).scalar_subquery(),
        places.where(Signup.shift_id == Shift.id).scalar_subquery(),
    )
    wanted = select(*facts).where(*_stands_on(day, paths=paths, now=now)).order_by(Shift.id)
    rows = [tuple(row) for row in db.session.execute(wanted)]
    return sha256(repr(rows).encode()).hexdigest()[:20]


def _stands_on(day: Span, *, paths: Iterable[str], now: datetime) -> list[ColumnElement[bool]]:
    runs = and_(Shift.starts_at <= now, Shift.ends_at > now)
    somebody = exists().where(Presence.shift_id == Shift.id, Presence.state == "present")
    return [
        Shift.state == "published",
        Shift.starts_at >= day.starts_at - LONGEST_NIGHT,
        Shift.starts_at < day.ends_at,
        or_(
            Shift.starts_at >= day.starts_at,
            and_(Shift.ends_at > day.starts_at, or_(runs, somebody)),
        ),
        Shift.place_id.in_(ids_within(paths)),
    ]


def _lane(shift: Shift, counts: Any) -> Lane:
    if counts is None:
        return Lane(shift, booked=shift.confirmed)
    booked = shift.confirmed + counts.walk_ins - counts.absent
    return Lane(shift, booked, counts.arrived, counts.absent, counts.last_arrival)


def _counts(shift_ids: Collection[int]) -> dict[int, Any]:
    came = Presence.checked_in_at.is_not(None)
    rows = db.session.execute(
        select(
            Presence.shift_id,
            func.count().filter(came).label("arrived"),
            func.count().filter(came, Signup.id.is_(None)).label("walk_ins"),
            func.count().filter(~came, Signup.id.is_not(None)).label("absent"),
            func.max(Presence.checked_in_at).label("last_arrival"),
        )
        .outerjoin(Signup, _holds_place())
        .where(Presence.shift_id.in_(shift_ids))
        .group_by(Presence.shift_id)
    )
    return {row.shift_id: row for row in rows}


def list_roster(shift: Shift, *, now: datetime, viewer: int | None = None) -> list[RosterEntry]:
    """List who holds a place or was marked: late first, then expected, arrived, gone, absent."""
    promised = (
        _roster()
        .join(Signup, Signup.person_id == Person.id)
        .outerjoin(
            Presence,
            (Presence.shift_id == Signup.shift_id) & (Presence.person_id == Signup.person_id),
        )
        .where(Signup.shift_id == shift.id, Signup.state == "confirmed")
    )
    others = (
        _roster()
        .join(Presence, Presence.person_id == Person.id)
        .outerjoin(Signup, _holds_place())
        .where(Presence.shift_id == shift.id, Signup.id.is_(None))
    )
    settled = _settled(shift.id, viewer)
    rows = [*db.session.execute(promised), *db.session.execute(others)]
    entries = [_entry(row, shift=shift, now=now, settled=settled) for row in rows]
    return sorted(entries, key=lambda e: (ORDER.index(e.standing), e.sort_key, e.person_id))


def names_of(paths: Iterable[str]) -> Sequence[Place]:
    """Name the places at which somebody works."""
    wanted = select(Place).where(Place.path.in_(list(paths))).order_by(Place.path)
    return db.session.scalars(wanted).all()


def _holds_place() -> Any:
    return (
        (Signup.shift_id == Presence.shift_id)
        & (Signup.person_id == Presence.person_id)
        & (Signup.state == "confirmed")
    )


def _roster() -> Select[*tuple[Any, ...]]:
    return select(
        Person.id.label("person_id"),
        Person.name,
        Person.volunteer_no,
        Person.sort_key,
        Presence.state,
        Presence.signup_id,
        Presence.method,
        Presence.checked_in_at,
        Presence.checked_out_at,
    ).select_from(Person)


def _settled(shift_id: int, viewer: int | None) -> frozenset[int]:
    """Find whose hours this viewer can no longer undo on the board; see actions.presence.undo."""
    own = and_(Hours.source == "confirmed_by_leader", Hours.recorded_by == viewer)
    wanted = select(Hours.person_id).where(
        Hours.shift_id == shift_id,
        or_(Hours.state != "recorded", ~or_(Hours.source == "clocked", own)),
    )
    return frozenset(db.session.scalars(wanted))


def _entry(row: Any, *, shift: Shift, now: datetime, settled: frozenset[int]) -> RosterEntry:
    state = row.state or EXPECTED
    marks = open_marks(state, span=shift.span, now=now)
    if state == "left" and row.person_id in settled:
        marks = tuple(mark for mark in marks if mark != "undo")
    return RosterEntry(
        person_id=row.person_id,
        name=row.name,
        volunteer_no=row.volunteer_no,
        sort_key=row.sort_key,
        state=state,
        standing=standing(state, span=shift.span, now=now),
        marks=marks,
        walk_in=row.state is not None and row.signup_id is None,
        method=row.method,
        checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at,
    )

"""Every select() on hours: what waits, what counts, whose they are."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.settings import settings
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules.hours import Limits
from volunteer_hub.people.models import Person
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

UNDECLARED = 10  # shifts without hours that are offered for declaring


@dataclass(frozen=True, slots=True)
class HoursTotals:
    """A person's minutes, each class by itself: a sum never hides what it is made of."""

    by_year: dict[int, dict[str, int]] = field(default_factory=dict)  # year → source → minutes
    waiting: int = 0  # rows that nobody has verified yet

    @property
    def by_source(self) -> dict[str, int]:
        sources: dict[str, int] = {}
        for year in self.by_year.values():
            for source, minutes in year.items():
                sources[source] = sources.get(source, 0) + minutes
        return sources

    @property
    def minutes(self) -> int:
        """All locked minutes; reversing rows are taken off."""
        return sum(self.by_source.values())


def limits() -> Limits:
    """Read what the operator set."""
    said = settings()
    declare_within = timedelta(days=said.declare_within_days)
    return Limits(said.presence_share, said.day_cap_hours * 60, declare_within, said.dispute_days)


def hours_of(person_id: int) -> HoursTotals:
    """Add up a person's locked minutes by the local year they were served and by class."""
    year = func.extract("year", Hours.served_on).label("year")
    rows = db.session.execute(
        select(Hours.state, year, Hours.source, func.sum(Hours.minutes), func.count())
        .where(Hours.person_id == person_id, Hours.state != "rejected")
        .group_by(Hours.state, year, Hours.source)
        .order_by(year.desc(), Hours.source)
    )
    by_year: dict[int, dict[str, int]] = {}
    waiting = 0
    for state, served_in, source, minutes, number in rows:
        if state == "locked":
            by_year.setdefault(int(served_in), {})[source] = int(minutes)
        else:
            waiting += number
    return HoursTotals(by_year, waiting)


def page_own(person_id: int, *, after: str | None, limit: int = PAGE) -> Page[Hours]:
    """Read one page of a person's hours, the newest first, with every correction."""
    wanted = _whole().where(Hours.person_id == person_id)
    keys = [Hours.served_on, Hours.id]
    return read_page(wanted, keys=keys, after=after, limit=limit, descending=True)


def list_reversed(hours_ids: Iterable[int]) -> frozenset[int]:
    """Find which of the rows were taken back by a locked row."""
    wanted = select(Hours.reverses_id).where(
        Hours.reverses_id.in_(list(hours_ids)), Hours.state == "locked"
    )
    return frozenset(filter(None, db.session.scalars(wanted)))


def list_undeclared(person_id: int, *, since: datetime, until: datetime) -> Sequence[Shift]:
    """List the shifts that ended in between, for which the person held a place but has no hours."""
    written = select(Hours.id).where(Hours.shift_id == Shift.id, Hours.person_id == person_id)
    wanted = (
        select(Shift)
        .join(Signup, and_(Signup.shift_id == Shift.id, Signup.person_id == person_id))
        .where(Signup.state == "confirmed", Shift.state == "published", ~written.exists())
        .where(Shift.ends_at >= since, Shift.ends_at <= until)
        .options(joinedload(Shift.activity))
    )
    return db.session.scalars(wanted.order_by(Shift.ends_at.desc()).limit(UNDECLARED)).all()


def list_last(person_id: int, shift_ids: Collection[int]) -> frozenset[int]:
    """Find the person's newest row of each shift, reversals left aside."""
    wanted = select(func.max(Hours.id)).where(
        Hours.person_id == person_id, Hours.shift_id.in_(shift_ids), Hours.reverses_id.is_(None)
    )
    return frozenset(db.session.scalars(wanted.group_by(Hours.shift_id)))


def page_waiting(*, paths: Iterable[str], after: str | None) -> Page[Hours]:
    """Read one page of the hours that wait for a second person, the oldest first."""
    wanted = _whole().where(Hours.state == "recorded")
    wanted = wanted.join(Hours.shift).where(Shift.place_id.in_(ids_within(paths)))
    return read_page(wanted, keys=[Hours.id], after=after)


def count_waiting(paths: Iterable[str]) -> int:
    """Count the hours within the paths that wait for a second person."""
    wanted = select(func.count()).select_from(Hours).where(Hours.state == "recorded")
    wanted = wanted.join(Hours.shift).where(Shift.place_id.in_(ids_within(paths)))
    return db.session.scalars(wanted).one()


def page_of_shift(shift_id: int, *, after: str | None) -> Page[Hours]:
    """Read one page of a shift's hours in the order they were written."""
    wanted = _whole().where(Hours.shift_id == shift_id)
    return read_page(wanted, keys=[Hours.id], after=after)


def count_clocked(shift_id: int, *, verifier: int) -> int:
    """Count the shift's clocked hours that the verifier may lock at once."""
    wanted = select(func.count()).select_from(Hours).where(waits_clocked(shift_id, verifier))
    return db.session.scalars(wanted).one()


def list_of_shift(shift_id: int) -> Sequence[Hours]:
    """List all hours of a shift by person, corrections after what they correct."""
    wanted = _whole().where(Hours.shift_id == shift_id).order_by(Hours.person_id, Hours.id)
    return db.session.scalars(wanted).all()


def lock_hours(hours_id: int) -> Hours:
    """Hold one row, with its person, shift, activity and place."""
    hours = db.session.scalars(_locked(_whole().where(Hours.id == hours_id))).one_or_none()
    if hours is None:
        raise NotFound
    return hours


def lock_owners(*conditions: ColumnElement[bool]) -> Sequence[int]:
    """Hold the persons of such rows, always in one order: the minutes of a day are theirs."""
    theirs = select(Hours.person_id).where(*conditions)
    wanted = select(Person.id).where(Person.id.in_(theirs)).order_by(Person.id)
    return db.session.scalars(wanted.with_for_update(key_share=True)).all()


def locked_minutes(rows: Iterable[Hours]) -> dict[tuple[int, date], int]:
    """Add up what counts already of the days of these rows, by person; hold the persons first."""
    days = list({(hours.person_id, hours.served_on) for hours in rows})
    wanted = (
        select(Hours.person_id, Hours.served_on, func.sum(Hours.minutes))
        .where(Hours.state == "locked", tuple_(Hours.person_id, Hours.served_on).in_(days))
        .group_by(Hours.person_id, Hours.served_on)
    )
    sums = {(person, day): int(minutes) for person, day, minutes in db.session.execute(wanted)}
    return dict.fromkeys(days, 0) | sums


def get_shift(shift_id: int) -> Shift:
    """Get the shift with its place and its activity."""
    wanted = select(Shift).where(Shift.id == shift_id, Shift.state != "draft")
    known = joinedload(Shift.activity).joinedload(Activity.creator), joinedload(Shift.place)
    shift = db.session.scalars(wanted.options(*known)).one_or_none()
    if shift is None:
        raise NotFound
    return shift


def get_hours(hours_id: int) -> Hours:
    hours = db.session.scalars(_whole().where(Hours.id == hours_id)).one_or_none()
    if hours is None:
        raise NotFound
    return hours


def lock_clocked(shift_id: int, *, verifier: int) -> Sequence[Hours]:
    """Hold the clocked rows of a shift that wait, but for short stays and the verifier's own."""
    wanted = _whole().where(waits_clocked(shift_id, verifier))
    return db.session.scalars(_locked(wanted.order_by(Hours.id))).all()


def lock_of_person(shift_id: int, person_id: int) -> Sequence[Hours]:
    """Hold the person's rows of the shift, reversals too."""
    wanted = _whole().where(Hours.shift_id == shift_id, Hours.person_id == person_id)
    return db.session.scalars(_locked(wanted.order_by(Hours.id))).all()


def find_reversal(hours_id: int) -> Hours | None:
    """Find the row that takes this one back, waiting or locked."""
    wanted = select(Hours).where(Hours.reverses_id == hours_id, Hours.state != "rejected")
    return db.session.scalars(wanted).one_or_none()


def waits_clocked(shift_id: int, verifier: int) -> ColumnElement[bool]:
    """Say which rows may be verified in bulk."""
    return and_(
        Hours.shift_id == shift_id,
        Hours.state == "recorded",
        Hours.source == "clocked",
        ~Hours.below_presence_rule,
        Hours.reverses_id.is_(None),
        Hours.person_id != verifier,
    )


def _whole() -> Select[Hours]:
    shift = joinedload(Hours.shift)
    return select(Hours).options(
        joinedload(Hours.person),
        joinedload(Hours.recorder),
        shift.joinedload(Shift.activity),
        shift.joinedload(Shift.place),
    )


def _locked(wanted: Select[Hours]) -> Select[Hours]:
    """Hold the hours rows alone, and read them as they are now."""
    return wanted.with_for_update(of=Hours).execution_options(populate_existing=True)

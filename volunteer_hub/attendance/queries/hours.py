"""Every select() on hours: what waits, what counts, whose they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from volunteer_hub.attendance.models import Hours
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift


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
    wanted = select(func.count()).select_from(Hours).where(_waits_clocked(shift_id, verifier))
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


def get_hours(hours_id: int) -> Hours:
    hours = db.session.scalars(_whole().where(Hours.id == hours_id)).one_or_none()
    if hours is None:
        raise NotFound
    return hours


def lock_clocked(shift_id: int, *, verifier: int) -> Sequence[Hours]:
    """Hold the clocked rows of a shift that wait, but for the verifier's own."""
    wanted = _whole().where(_waits_clocked(shift_id, verifier))
    return db.session.scalars(_locked(wanted.order_by(Hours.id))).all()


def lock_of_person(shift_id: int, person_id: int) -> Sequence[Hours]:
    """Hold the person's rows of the shift, reversals too."""
    wanted = _whole().where(Hours.shift_id == shift_id, Hours.person_id == person_id)
    return db.session.scalars(_locked(wanted.order_by(Hours.id))).all()


def find_reversal(hours_id: int) -> Hours | None:
    """Find the row that takes this one back, waiting or locked."""
    wanted = select(Hours).where(Hours.reverses_id == hours_id, Hours.state != "rejected")
    return db.session.scalars(wanted).one_or_none()


def _waits_clocked(shift_id: int, verifier: int) -> ColumnElement[bool]:
    return and_(
        Hours.shift_id == shift_id,
        Hours.state == "recorded",
        Hours.source == "clocked",
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

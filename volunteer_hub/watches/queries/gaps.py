"""Where people are missing: shifts that have fewer than they need and begin soon.

All of it reads the index of coming shifts, however many others there are.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, cast, func, select

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import PUBLIC, PUBLISHED
from volunteer_hub.shifts.queries.shifts import whole
from volunteer_hub.watches.rules import LOOKS_AHEAD


class Missing(NamedTuple):
    """How many people are missing, and on how many shifts."""

    persons: int
    shifts: int


def page_gaps(
    paths: Sequence[str],
    *,
    now: datetime,
    after: str | None,
    ahead: timedelta = LOOKS_AHEAD,
    limit: int = PAGE,
) -> Page[Shift]:
    """Read one page of the shifts at the places that lack people, the next first."""
    found = whole().where(*_at(paths, now=now, ahead=ahead))
    return read_page(found, keys=[Shift.starts_at, Shift.id], after=after, limit=limit)


def missing_by_day(paths: Sequence[str], *, now: datetime) -> dict[date, Missing]:
    """Sum up who is missing by the local day of the start; days without a gap are left out."""
    day = cast(func.timezone(zone().key, Shift.starts_at), Date).label("day")
    persons = func.sum(Shift.minimum - Shift.confirmed)
    found = select(day, persons, func.count(Shift.id)).where(*_at(paths, now=now)).group_by(day)
    rows = db.session.execute(found.order_by(day))
    return {on: Missing(int(persons), shifts) for on, persons, shifts in rows}


def is_gap(*, now: datetime, ahead: timedelta = LOOKS_AHEAD) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL what rules.condition_of calls understaffed."""
    soon = Shift.starts_at > now, Shift.starts_at <= now + ahead
    return (PUBLIC, PUBLISHED, *soon, Shift.confirmed < Shift.minimum)


def _at(
    paths: Sequence[str], *, now: datetime, ahead: timedelta = LOOKS_AHEAD
) -> tuple[ColumnElement[bool], ...]:
    return (*is_gap(now=now, ahead=ahead), Shift.place_id.in_(ids_within(paths)))

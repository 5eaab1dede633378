"""What is counted under a series: its days in their nominal order, and its nominal months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, func, select, type_coerce
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

A_YEAR = 366  # days on one page: a monthly series shows the whole year


@dataclass(frozen=True, slots=True)
class Counted:
    """A day of a series and the persons with a confirmed place on its shifts, each once."""

    activity: Activity
    persons: int


@dataclass(frozen=True, slots=True)
class Month:
    """What is counted under a nominal month, wherever its days were moved to."""

    first: date
    days: int  # that go on, or were held
    moved: int
    cancelled: int
    person_times: int  # one person at two days counts twice


def page_occurrences(
    series_id: int, *, year: int | None = None, after: str | None = None, limit: int = A_YEAR
) -> Page[Counted]:
    """Read one page of the days of a series in their nominal order, of one year if one is named."""
    found = (
        select(Activity)
        .options(joinedload(Activity.place, innerjoin=True), joinedload(Activity.project))
        .where(Activity.series_id == series_id)
    )
    if year is not None:
        found = found.where(*_within(Days.year(year)))
    nominal = type_coerce(Activity.nominal_on, Date).label("nominal_on")  # none is empty here
    keys = [nominal, Activity.id]
    page = read_page(found, keys=keys, after=after, limit=limit)
    persons = _persons_of([activity.id for activity in page.items])
    return page.map(lambda activity: Counted(activity, persons.get(activity.id, 0)))


def count_one(activity: Activity) -> Counted:
    """Count the persons with a confirmed place on the shifts of one activity."""
    return Counted(activity, _persons_of([activity.id]).get(activity.id, 0))


def list_months(series_id: int, *, year: int) -> list[Month]:
    """Sum a year of a series up by nominal month."""
    goes_on = Activity.state != "cancelled"
    month = func.date_trunc("month", Activity.nominal_on)
    local = func.date(func.timezone(Series.zone, Activity.starts_at))
    of_year = select(Activity.id).where(Activity.series_id == series_id, *_within(Days.year(year)))
    persons = _persons(of_year).subquery()
    found = (
        select(
            month,
            func.count().filter(goes_on),
            func.count().filter(goes_on, local != Activity.nominal_on),
            func.count().filter(~goes_on),
            func.coalesce(func.sum(case((goes_on, persons.c.persons))), 0),
        )
        .join(Series, Series.id == Activity.series_id)
        .outerjoin(persons, persons.c.activity_id == Activity.id)
        .where(Activity.id.in_(of_year))
        .group_by(month)
        .order_by(month)
    )
    return [
        Month(first.date(), days, moved, off, int(times))
        for first, days, moved, off, times in db.session.execute(found)
    ]


def list_years(series_id: int) -> list[int]:
    """List the nominal years of a series, the first one first."""
    year = func.extract("year", Activity.nominal_on)
    found = select(year).where(Activity.series_id == series_id).distinct().order_by(year)
    return [int(one) for one in db.session.scalars(found)]


def _within(days: Days) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Activity.nominal_on >= days.first, Activity.nominal_on < days.end


def _persons_of(ids: Sequence[int]) -> dict[int, int]:
    return dict(db.session.execute(_persons(ids)).all())


def _persons(ids: Sequence[int] | Select[Any]) -> Select[int, int]:
    served = and_(Signup.shift_id == Shift.id, Signup.state == "confirmed")
    return (
        select(Shift.activity_id, func.count(Signup.person_id.distinct()).label("persons"))
        .join(Signup, served)
        .where(Shift.activity_id.in_(ids))
        .group_by(Shift.activity_id)
    )

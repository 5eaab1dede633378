"""What calendar files show: what is held for everybody, and what one person promised."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, not_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import contains_eager, joinedload

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.activities.rules import recurrence
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

MOST_IN_A_CALENDAR = 500
PUBLIC_CALENDAR_REACHES = timedelta(days=90)
SHOWN = Activity.state == "published"


class Held(NamedTuple):
    """A series and the nominal days on which it is held for everybody; `own` ones go their own
    way. `sequence` grows with every step of the series or of one of its days."""

    series: Series
    days: list[date]
    sequence: int
    own: list[Activity]

    @property
    def named(self) -> list[date]:
        """The days that the rule names, from the first one held to the last."""
        known = Days(self.days[0], self.days[-1] + timedelta(days=1))
        first_on = self.series.first_on
        return recurrence.days(self.series.recurrence, first_on=first_on, between=known)


def list_singles(*, since: datetime, until: datetime, path: str | None) -> Sequence[Activity]:
    """List the activities of no series that are held, or were called off, in a span of time."""
    found = select(Activity).where(
        Activity.series_id.is_(None),
        Activity.state != literal_column("'draft'"),
        Activity.starts_at < until,
        Activity.ends_at > since,
    )
    if path is not None:
        found = found.where(Activity.place_id.in_(ids_within([path])))
    found = found.options(joinedload(Activity.place, innerjoin=True))
    order = Activity.starts_at, Activity.id
    return db.session.scalars(found.order_by(*order).limit(MOST_IN_A_CALENDAR)).all()


def list_held(*, since: datetime, until: datetime, path: str | None) -> list[Held]:
    """List the series of which something is held in a span of time, each with all its days."""
    meanwhile = select(Activity.series_id).where(
        SHOWN,
        Activity.series_id.is_not(None),
        Activity.starts_at < until,
        Activity.ends_at > since,
    )
    found = _series().where(Series.id.in_(meanwhile))
    if path is not None:
        found = found.where(Series.place_id.in_(ids_within([path])))
    return _held(found)


def find_held(series_id: int) -> Held | None:
    """Read one series with all its days, if something of it is held for everybody."""
    return next(iter(_held(_series().where(Series.id == series_id))), None)


def get_held(series_id: int) -> Held:
    """Read one series with all its days, whatever the date.

    :raises NotFound: unless something of it is held for everybody
    """
    held = find_held(series_id)
    if held is None:
        raise NotFound
    return held


def list_for_person(person_id: int, *, since: datetime) -> Sequence[Signup]:
    """List what a private calendar shows, the latest first: served on, waited for, called off."""
    shown = "confirmed", "offered", "waitlisted", "cancelled_by_org"
    found = (
        select(Signup)
        .join(Signup.shift)
        .options(
            contains_eager(Signup.shift).joinedload(Shift.activity, innerjoin=True),
            contains_eager(Signup.shift).joinedload(Shift.place, innerjoin=True),
        )
        .where(Signup.person_id == person_id, Signup.state.in_(shown), Shift.ends_at > since)
        .order_by(Shift.starts_at.desc(), Signup.id.desc())
    )
    return db.session.scalars(found.limit(MOST_IN_A_CALENDAR)).all()


def find_person_by_feed(token: str) -> Person | None:
    """Find whose private calendar the address is."""
    found = select(Person).where(Person.calendar_token == token, Person.left_at.is_(None))
    return db.session.scalars(found).one_or_none()


def _series() -> Select[Series, Any, Any]:
    """Select series of which something is held, with its days and how often any was touched."""
    days = func.array_agg(aggregate_order_by(Activity.nominal_on, Activity.nominal_on))
    steps = func.sum(Activity.revision) + func.count().filter(Activity.state != "draft")
    told = (
        select(Activity.series_id, days.filter(SHOWN).label("days"), steps.label("steps"))
        .where(Activity.series_id.is_not(None))
        .group_by(Activity.series_id)
        .having(func.count().filter(SHOWN) > 0)
        .subquery()
    )
    return (
        select(Series, told.c.days, Series.revision + told.c.steps)
        .join(told, told.c.series_id == Series.id)
        .options(joinedload(Series.place, innerjoin=True))
        .order_by(Series.id)
        .limit(MOST_IN_A_CALENDAR)
    )


def _held(found: Select[Series, Any, Any]) -> list[Held]:
    rows = db.session.execute(found).all()
    exceptions = _exceptions([series.id for series, _days, _sequence in rows])
    return [
        Held(series, days, int(sequence), [one for one in exceptions if one.series_id == series.id])
        for series, days, sequence in rows
    ]


def _exceptions(series_ids: Collection[int]) -> Sequence[Activity]:
    """List what is held at another time or place, or under other words, than its series says."""
    found = (
        select(Activity)
        .join(Activity.series)
        .where(Activity.series_id.in_(series_ids), SHOWN, not_(_as_the_series_says()))
        .options(joinedload(Activity.place, innerjoin=True))
        .order_by(Activity.nominal_on, Activity.id)
    )
    return db.session.scalars(found).all() if series_ids else []


def _as_the_series_says() -> ColumnElement[bool]:
    starts_at = func.timezone(Series.zone, Activity.nominal_on + Series.begins)
    return and_(
        Activity.starts_at == starts_at,
        Activity.ends_at == starts_at + func.make_interval(0, 0, 0, 0, 0, Series.minutes),
        Activity.place_id == Series.place_id,
        Activity.title_zh == Series.title_zh,
        Activity.title_en.is_not_distinct_from(Series.title_en),
        Activity.description_zh == Series.description_zh,
        Activity.description_en.is_not_distinct_from(Series.description_en),
    )

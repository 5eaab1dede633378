"""Making the days of a series ahead of time, safe to run twice and in two workers at once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Series
from volunteer_hub.activities.queries import series as queries
from volunteer_hub.activities.rules import recurrence
from volunteer_hub.activities.rules.days_off import day_off
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.clock import Days, local_date
from volunteer_hub.foundation.database import db
from volunteer_hub.planning.actions.laying_out import lay_out, publish_all
from volunteer_hub.planning.queries import patterns
from volunteer_hub.series import rules

A_DAY = timedelta(days=1)


def expand(*, series_id: int, now: datetime, until: date | None = None) -> int:
    """Make the days of a series, with their shifts, up to a day; 90 days ahead if none is named.

    Whoever holds the series makes them; who comes second finds nothing left to make. A day off
    waits for a choice; the other days are published if the series says so.

    :returns: how many days are new
    :raises NotFound: if there is no such series
    """
    series = queries.lock_series(series_id)
    _flag(series, now=now)
    end = (until or today_of(series, now) + rules.AHEAD) + A_DAY
    if series.last_on is not None and series.last_on < end:
        end = series.last_on + A_DAY
    between = Days(series.expanded_to or series.first_on, end)
    if between.first >= between.end:
        return 0
    days = recurrence.days(series.recurrence, first_on=series.first_on, between=between)
    made = queries.list_nominal(series.id, between)
    new = [day for day in days if day not in made]
    for day in new:
        _make(series, day, now=now)
    series.expanded_to = between.end
    db.session.flush()
    record("expanded", f"series:{series.id}", place_path=series.place.path, days=len(new))
    return len(new)


def plan_ahead(*, series_id: int, until: date, now: datetime) -> int:
    """Make the days of a series up to a day that staff want to look at now, such as a whole year.

    :returns: how many days are new
    :raises BrokenInput: naming until, if it is too far
    """
    series = queries.get_series(series_id)
    rules.ensure_is_near(until, today=today_of(series, now))
    return expand(series_id=series_id, until=until, now=now)


def today_of(series: Series, now: datetime) -> date:
    """Name the day it is where the series takes place."""
    return local_date(now, ZoneInfo(series.zone))


def _make(series: Series, day: date, *, now: datetime) -> None:
    activity = activities.plan_occurrence(series=series, nominal_on=day, now=now)
    if activity.starts_at <= now:
        return  # it is only written down: nobody can sign up for what has been
    planned = patterns.list_patterns(series_id=series.id)
    lay_out(activity=activity, patterns=planned, created_by=series.created_by, now=now)
    if series.publishes and activity.choice == "none":
        publish_all(activity=activity, now=now)


def _flag(series: Series, *, now: datetime) -> None:
    """Ask staff about days that were made before the year's holidays were published."""
    for activity in queries.lock_unflagged(series.id, now=now):
        assert activity.nominal_on is not None
        off = day_off(activity.nominal_on)
        if off is not None:
            activity.day_off, activity.choice = off, "waiting"
    db.session.flush()

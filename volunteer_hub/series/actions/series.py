"""What staff do with a series: begin it, change it, end it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Unpack
from zoneinfo import ZoneInfo

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Series, Words
from volunteer_hub.activities.queries import series as queries
from volunteer_hub.activities.rules import life, recurrence
from volunteer_hub.activities.rules.recurrence import Recurrence
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.clock import local_date
from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place
from volunteer_hub.planning.actions.laying_out import publish_all
from volunteer_hub.planning.actions.occurrences import bring_along, call_off
from volunteer_hub.planning.models import ShiftPattern
from volunteer_hub.planning.rules import ensure_lasts
from volunteer_hub.projects.models import Project
from volunteer_hub.series import rules
from volunteer_hub.series.actions.expansion import A_DAY, expand, today_of


def create_series(
    *,
    place: Place,
    project: Project | None,
    title_zh: str,
    rule: Recurrence,
    first_on: date,
    last_on: date | None,
    begins: time,
    minutes: int,
    zone: str,
    publishes: bool,
    created_by: int | None,
    now: datetime,
    patterns: Sequence[ShiftPattern] = (),
    **words: Unpack[Words],
) -> Series:
    """Begin a series on the first day that fits, and make its days for the next 90 days.

    :param first_on: from when on; the days are counted from the first one that fits
    :param zone: whose wall clock `begins` is read off
    :param patterns: of the shifts of every day; they belong to nothing yet
    :raises BrokenInput: naming every bad field
    """
    recurrence.ensure_is_sound(rule)
    ensure_lasts(minutes)
    rules.ensure_begins_soon(first_on, today=local_date(now, ZoneInfo(zone)))
    fits = recurrence.first_day(rule, since=first_on)
    recurrence.ensure_hits(fits, last_on, given=first_on)
    series = Series(
        place=place,
        project=project,
        title_zh=title_zh,
        rule=str(rule),
        first_on=fits,
        last_on=last_on,
        begins=begins,
        minutes=minutes,
        zone=zone,
        publishes=publishes,
        state="running",
        created_by=created_by,
        created_at=now,
        **words,
    )
    db.session.add(series)
    db.session.flush()
    for pattern in patterns:
        pattern.series_id = series.id
        db.session.add(pattern)
    db.session.flush()
    _record("created", series, actor_id=created_by)
    expand(series_id=series.id, now=now)
    return series


def change_series(
    *,
    series_id: int,
    since: date,
    place: Place,
    project: Project | None,
    title_zh: str,
    begins: time,
    minutes: int,
    publishes: bool,
    now: datetime,
    **words: Unpack[Words],
) -> Series:
    """Write a series anew from a nominal day on: the coming days that go no way of their own do
    as it says now, and so do all made later.  Who signed up is told of a new time or place.

    :raises NotFound: if there is no such series
    :raises SeriesHasEnded: once staff ended it
    :raises BrokenInput: naming since or minutes; or starts_at, if a day would begin in the past
    :raises PeopleWouldOverlap: naming who serves elsewhere at the new time
    """
    series = queries.lock_series(series_id)
    life.ensure_runs(series.state)
    ensure_lasts(minutes)
    today = today_of(series, now)
    rules.ensure_is_to_come(since, today=today, field="since")
    rules.ensure_is_near(since, today=today, field="since")
    expand(series_id=series_id, until=since - A_DAY, now=now)  # these stay as they were
    series.place, series.project, series.title_zh = place, project, title_zh
    series.begins, series.minutes, series.publishes = begins, minutes, publishes
    for name, value in words.items():
        setattr(series, name, value)
    series.revision += 1
    db.session.flush()
    for activity in queries.lock_following(series.id, since=since, now=now):
        left = activity.place
        later = activities.follow_series(activity=activity, series=series)
        bring_along(activity=activity, later=later, now=now, left=left if left != place else None)
        if publishes and activity.state == "draft" and activity.choice != "waiting":
            publish_all(activity=activity, now=now)
    _record("edited", series, since=since.isoformat())
    return series


def end_series(*, series_id: int, last_on: date, reason: str, now: datetime) -> int:
    """End a series: what comes behind the last nominal day is called off, and everybody is told.

    :returns: how many days are called off
    :raises NotFound: if there is no such series
    :raises SeriesHasEnded: if staff ended it before
    :raises BrokenInput: naming last_on or reason
    """
    life.ensure_says_why(reason)
    series = queries.lock_series(series_id)
    life.ensure_runs(series.state)
    rules.ensure_is_to_come(last_on, today=today_of(series, now), field="last_on")
    recurrence.ensure_hits(series.first_on, last_on, given=series.first_on)
    gone = queries.lock_after(series.id, last_on=last_on, now=now)
    for activity in gone:
        call_off(activity=activity, reason=reason, now=now)
    series.last_on = min(last_on, series.last_on or last_on)
    series.state = "ended"
    series.revision += 1
    _record("ended", series, last_on=last_on.isoformat(), days=len(gone))
    return len(gone)


def _record(verb: str, series: Series, *, actor_id: int | None = None, **facts: Any) -> None:
    thing = f"series:{series.id}"
    record(verb, thing, place_path=series.place.path, actor_id=actor_id, **facts)

"""What staff do with activities: plan, edit, publish, move, cancel; and those of a series."""

from datetime import date, datetime, timedelta
from typing import Unpack

from volunteer_hub.activities.models import Activity, Series, Words
from volunteer_hub.activities.queries import activities as queries
from volunteer_hub.activities.rules import life as rules
from volunteer_hub.activities.rules.days_off import day_off
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project


def create_activity(
    *,
    place: Place,
    project: Project | None,
    title_zh: str,
    starts_at: datetime,
    ends_at: datetime,
    created_by: int | None,
    now: datetime,
    **words: Unpack[Words],
) -> Activity:
    """Plan an activity; it stays a draft until it is published.

    :raises BrokenInput: if the end is not after the start
    """
    rules.ensure_ends_after_it_starts(Span(starts_at, ends_at))
    activity = Activity(
        place=place,
        project=project,
        title_zh=title_zh,
        starts_at=starts_at,
        ends_at=ends_at,
        state="draft",
        created_by=created_by,
        created_at=now,
        **words,
    )
    db.session.add(activity)
    db.session.flush()
    _record("created", activity, actor_id=created_by)
    return activity


def plan_occurrence(*, series: Series, nominal_on: date, now: datetime) -> Activity:
    """Plan the occurrence of a nominal day, under the lock of its series.

    It stays a draft; on a day off it waits until staff have chosen to keep, move or cancel it.
    """
    span, off = series.span_on(nominal_on), day_off(nominal_on)
    activity = Activity(
        series=series,
        place=series.place,
        project=series.project,
        title_zh=series.title_zh,
        title_en=series.title_en,
        description_zh=series.description_zh,
        description_en=series.description_en,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        nominal_on=nominal_on,
        day_off=off,
        choice="waiting" if off else "none",
        state="draft",
        created_by=series.created_by,
        created_at=now,
    )
    db.session.add(activity)
    db.session.flush()
    return activity


def edit_activity(
    *,
    activity: Activity,
    place: Place,
    project: Project | None,
    title_zh: str,
    starts_at: datetime,
    ends_at: datetime,
    **words: Unpack[Words],
) -> Activity:
    """Write anew what an activity says of itself; its shifts keep their own times.

    One of a series goes its own way from now on.

    :raises ActivityIsCancelled: once it was called off
    :raises BrokenInput: if the end is not after the start
    """
    activity = queries.lock_activity(activity.id)
    rules.ensure_goes_on(activity.state)
    rules.ensure_ends_after_it_starts(Span(starts_at, ends_at))
    activity.place, activity.project, activity.title_zh = place, project, title_zh
    activity.starts_at, activity.ends_at = starts_at, ends_at
    for name, value in words.items():
        setattr(activity, name, value)
    _go_own_way(activity)
    _record("edited", activity)
    return activity


def publish_activity(*, activity: Activity, now: datetime) -> None:
    """Show a draft to everybody.

    :raises ActivityStepIsForbidden: unless it is a draft
    :raises ActivityIsOver: if it has been
    :raises DayIsOff: if it falls on a day off about which nobody has chosen
    """
    activity = queries.lock_activity(activity.id)
    rules.ensure_not_over(activity.span, now=now)
    rules.ensure_may_become(activity.state, "published")
    rules.ensure_is_chosen(activity.choice)
    activity.state = "published"
    _record("published", activity)


def move_activity(*, activity: Activity, span: Span, now: datetime) -> timedelta:
    """Move an activity; one of a series keeps its nominal day.  Its shifts are moved above.

    :returns: how much later it begins
    :raises ActivityIsCancelled: once it was called off
    :raises ActivityHasBegun: from its first moment on
    :raises BrokenInput: if the end is not after the start, or the start not in the future
    """
    activity = queries.lock_activity(activity.id)
    rules.ensure_goes_on(activity.state)
    rules.ensure_may_move(activity.span, to=span, now=now)
    later = span.starts_at - activity.starts_at
    activity.starts_at, activity.ends_at = span
    if activity.day_off:
        activity.choice = "moved"
    _go_own_way(activity)
    _record("moved", activity)
    return later


def keep_activity(*, activity: Activity, now: datetime) -> Activity:
    """Hold an occurrence on its day off all the same.

    :raises ActivityIsCancelled: once it was called off
    :raises ActivityIsOver: if it has been
    :raises NothingToChoose: unless it waits for a choice
    """
    activity = queries.lock_activity(activity.id)
    rules.ensure_goes_on(activity.state)
    rules.ensure_not_over(activity.span, now=now)
    rules.ensure_waits(activity.choice)
    activity.choice = "kept"
    _record("kept", activity)
    return activity


def follow_series(*, activity: Activity, series: Series) -> timedelta:
    """Let an occurrence say and do what its series does now, under the lock of both.

    :returns: how much later it begins
    """
    assert activity.nominal_on is not None, "asked of an activity that is none of a series"
    span = series.span_on(activity.nominal_on)
    later = span.starts_at - activity.starts_at
    activity.place, activity.project = series.place, series.project
    activity.title_zh, activity.title_en = series.title_zh, series.title_en
    activity.description_zh = series.description_zh
    activity.description_en = series.description_en
    activity.starts_at, activity.ends_at = span
    if db.session.is_modified(activity):
        activity.revision += 1
    return later


def cancel_activity(*, activity: Activity, reason: str, now: datetime) -> None:
    """Call an activity off and say why.  Its shifts are called off by the room above.

    :raises BrokenInput: if no reason is given
    :raises ActivityStepIsForbidden: if it was cancelled before
    :raises ActivityIsOver: if it has been
    """
    rules.ensure_says_why(reason)
    activity = queries.lock_activity(activity.id)
    rules.ensure_not_over(activity.span, now=now)
    rules.ensure_may_become(activity.state, "cancelled")
    activity.state, activity.reason = "cancelled", reason.strip()
    activity.revision += 1
    if activity.choice == "waiting":
        activity.choice = "cancelled"
    _record("cancelled", activity)


def _go_own_way(activity: Activity) -> None:
    activity.revision += 1
    activity.edited = activity.series_id is not None


def _record(verb: str, activity: Activity, *, actor_id: int | None = None) -> None:
    thing = f"activity:{activity.id}"
    record(verb, thing, place_path=activity.place.path, actor_id=actor_id)

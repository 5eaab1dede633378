"""What staff choose about one activity with its shifts: keep, move, call off, edit."""

from datetime import datetime, timedelta
from typing import Unpack

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Activity, Words
from volunteer_hub.activities.queries.activities import lock_activity
from volunteer_hub.activities.queries.series import get_series
from volunteer_hub.foundation.clock import Span
from volunteer_hub.places.models import Place
from volunteer_hub.planning import letters, rules
from volunteer_hub.planning.actions.laying_out import BEFORE, publish_all
from volunteer_hub.planning.queries import patterns
from volunteer_hub.projects.models import Project
from volunteer_hub.shifts.actions.words import Changes
from volunteer_hub.shifts.queries.shifts import get_shift
from volunteer_hub.signups.actions import changing


def move_activity(*, activity: Activity, span: Span, now: datetime) -> None:
    """Move an activity with its shifts; everybody is told once for each sign-up, and the reminders
    move too.  One of a series is still counted under its nominal day.

    :raises ActivityIsCancelled: once it was called off
    :raises ActivityHasBegun: from its first moment on
    :raises BrokenInput: if the end is not after the start, the start not in the future, or too far
    :raises PeopleWouldOverlap: naming who serves elsewhere at the new time
    """
    rules.ensure_is_soon(span, now=now)
    waited = activity.choice == "waiting"
    later = activities.move_activity(activity=activity, span=span, now=now)
    bring_along(activity=activity, later=later, now=now)
    if waited:
        _publish_if_meant(activity, now=now)


def keep_activity(*, activity: Activity, now: datetime) -> None:
    """Hold an occurrence on its day off all the same; people can sign up if the series says so.

    :raises ActivityIsCancelled, ActivityIsOver, NothingToChoose:
    """
    activity = activities.keep_activity(activity=activity, now=now)
    _publish_if_meant(activity, now=now)


def call_off(*, activity: Activity, reason: str, now: datetime) -> None:
    """Cancel an activity with every shift of it that is not over; everybody is told why.

    :raises BrokenInput: if no reason is given
    :raises ActivityStepIsForbidden, ActivityIsOver:
    """
    changing.call_off(activity=activity, reason=reason, now=now)
    letters.call_back(activity)


def edit_activity(
    *,
    activity: Activity,
    announce: bool,
    now: datetime,
    place: Place,
    project: Project | None,
    title_zh: str,
    starts_at: datetime,
    ends_at: datetime,
    **words: Unpack[Words],
) -> int:
    """Write anew what an activity says of itself; who signed up is told what changed, if staff
    want it: one letter for each person, however many shifts.

    :returns: how many persons are told
    :raises ActivityIsCancelled: once it was called off
    :raises BrokenInput: if the end is not after the start
    """
    activity = lock_activity(activity.id)
    before = letters.Said.by(activity)
    activity = activities.edit_activity(
        activity=activity,
        place=place,
        project=project,
        title_zh=title_zh,
        starts_at=starts_at,
        ends_at=ends_at,
        **words,
    )
    altered = before.altered(letters.Said.by(activity))
    if not (announce and altered and activity.state == "published"):
        return 0
    people = patterns.list_signed_up(activity.id, now=now)
    letters.changed(people, activity=activity, before=before, altered=altered, now=now)
    return len(people)


def bring_along(
    *, activity: Activity, later: timedelta, now: datetime, left: Place | None = None
) -> None:
    """Move the shifts of an activity by as much as it was moved itself.

    :param left: the place it was at, if it has another now: shifts there go along
    """
    ids = patterns.ids_to_move(activity.id, now=now, later=later > timedelta())
    for shift_id in ids:
        shift = get_shift(shift_id)
        changes: Changes = {}
        if left is not None and shift.place_id == left.id:
            changes["place"] = activity.place
        if later:
            changes["starts_at"] = shift.starts_at + later
            changes["ends_at"] = shift.ends_at + later
            for name in BEFORE:
                moment = getattr(shift, name)
                if moment is not None:
                    changes[name] = moment + later
        if changes:
            changing.change_shift(shift_id=shift_id, now=now, **changes)


def _publish_if_meant(activity: Activity, *, now: datetime) -> None:
    if activity.state != "draft" or activity.series_id is None:
        return
    if get_series(activity.series_id).publishes:
        publish_all(activity=activity, now=now)

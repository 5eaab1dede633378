"""What staff do with activities: plan, edit, publish, cancel."""

from datetime import datetime
from typing import Unpack

from volunteer_hub.activities import queries, rules
from volunteer_hub.activities.models import Activity, Words
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


def edit_activity(
    *,
    activity: Activity,
    place: Place,
    project: Project | None,
    title_zh: str,
    starts_at: datetime,
    ends_at: datetime,
    **words: Unpack[Words],
) -> None:
    """Write anew what an activity says of itself; its shifts keep their own times.

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
    _record("edited", activity)


def publish_activity(*, activity: Activity, now: datetime) -> None:
    """Show a draft to everybody.

    :raises ActivityStepIsForbidden: unless it is a draft
    :raises ActivityIsOver: if it has been
    """
    activity = queries.lock_activity(activity.id)
    rules.ensure_not_over(activity.span, now=now)
    rules.ensure_may_become(activity.state, "published")
    activity.state = "published"
    _record("published", activity)


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
    _record("cancelled", activity)


def _record(verb: str, activity: Activity, *, actor_id: int | None = None) -> None:
    thing = f"activity:{activity.id}"
    record(verb, thing, place_path=activity.place.path, actor_id=actor_id)

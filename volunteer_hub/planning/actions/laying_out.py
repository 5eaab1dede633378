"""From shifts to patterns, and from patterns to shifts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places.queries import get_place
from volunteer_hub.planning.actions.shifts import plan_shift
from volunteer_hub.planning.models import ShiftPattern
from volunteer_hub.planning.queries import patterns as queries
from volunteer_hub.shifts.actions import planning
from volunteer_hub.shifts.actions.words import RoleWords, Words
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import roles

# A shift names the moments of its sign-up; a pattern says how long before the start they are.
BEFORE = {"opens_at": "opens_before", "closes_at": "closes_before", "fair_until": "fair_before"}
SAID = tuple(name for name in Words.__annotations__ if name not in BEFORE)
MINUTE = timedelta(minutes=1)


def lay_out(
    *, activity: Activity, patterns: Sequence[ShiftPattern], created_by: int | None, now: datetime
) -> list[Shift]:
    """Plan the shifts of an activity by patterns; they stay drafts.

    :raises ActivityIsCancelled: if the activity was called off
    """
    laid = []
    for pattern in patterns:
        span = pattern.span_from(activity.starts_at)
        said: dict[str, Any] = {name: getattr(pattern, name) for name in SAID}
        for at, before in BEFORE.items():
            minutes = getattr(pattern, before)
            said[at] = None if minutes is None else span.starts_at - minutes * MINUTE
        shift = plan_shift(
            activity=activity,
            place=get_place(pattern.place_id) if pattern.place_id else activity.place,
            title_zh=pattern.title_zh,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            minimum=pattern.minimum,
            capacity=pattern.capacity,
            created_by=created_by,
            now=now,
            roles=[cast(RoleWords, {"id": None, **role}) for role in pattern.roles],
            **cast(Words, said),
        )
        laid.append(shift)
    return laid


def publish_all(*, activity: Activity, now: datetime) -> None:
    """Publish a draft that comes, with its shifts."""
    if activity.ends_at > now:
        activities.publish_activity(activity=activity, now=now)
        publish_each(queries.list_drafts(activity.id, now=now), now=now)


def publish_each(drafts: Sequence[Shift], *, now: datetime) -> None:
    """Publish shifts, but for those that cannot be public yet, because a risk notice is missing:
    staff see these drafts, and are told why when they publish them."""
    for shift in drafts:
        try:
            planning.publish_shift(shift=shift, now=now)
        except Refusal:
            continue


def patterns_of(activity: Activity) -> list[ShiftPattern]:
    """Read patterns off the shifts of an activity; they belong to nothing yet.

    Where the whole activity was called off, its shifts are meant too.
    """
    gone = activity.state == "cancelled"
    planned = queries.list_shifts_to_copy(activity.id, cancelled_too=gone)
    return [_pattern_of(shift, activity) for shift in planned]


def again(pattern: ShiftPattern) -> ShiftPattern:
    """Copy a pattern; the copy belongs to nothing yet."""
    own = {"id", "series_id", "template_id"}
    names = [column.key for column in ShiftPattern.__table__.columns if column.key not in own]
    return ShiftPattern(**{name: getattr(pattern, name) for name in names})


def _pattern_of(shift: Shift, activity: Activity) -> ShiftPattern:
    said = {name: getattr(shift, name) for name in SAID}
    for at, before in BEFORE.items():
        moment = getattr(shift, at)
        said[before] = None if moment is None else (shift.starts_at - moment) // MINUTE
    return ShiftPattern(
        place_id=None if shift.place_id == activity.place_id else shift.place_id,
        begins_after=(shift.starts_at - activity.starts_at) // MINUTE,
        minutes=(shift.ends_at - shift.starts_at) // MINUTE,
        title_zh=shift.title_zh,
        minimum=shift.minimum,
        capacity=shift.capacity,
        roles=[_role_of(role) for role in roles.list_roles(shift.id)] if shift.by_role else [],
        **said,
    )


def _role_of(role: Any) -> dict[str, Any]:
    return {name: getattr(role, name) for name in RoleWords.__annotations__ if name != "id"}

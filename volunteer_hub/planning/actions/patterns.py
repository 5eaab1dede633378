"""What staff do with the patterns of shifts of a series or a template."""

from datetime import date, datetime
from typing import Any

from volunteer_hub.activities.models import Series
from volunteer_hub.activities.queries import series as queries
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.planning import rules
from volunteer_hub.planning.actions.laying_out import lay_out, publish_each
from volunteer_hub.planning.models import ActivityTemplate, ShiftPattern
from volunteer_hub.shifts.rules import ensure_roles_are_sound


def add_pattern(
    *,
    owner: Series | ActivityTemplate,
    made_too: bool,
    by: int | None,
    now: datetime,
    **shape: Any,
) -> ShiftPattern:
    """Let every day of a series, or every use of a template, begin with one shift more.

    :param made_too: whether the coming days of the series that are made already get it too
    :param shape: the columns of the pattern
    :raises BrokenInput: naming every bad field
    """
    whose = {"series_id" if isinstance(owner, Series) else "template_id": owner.id}
    pattern = ShiftPattern(**whose, **shape)
    _ensure_is_sound(pattern)
    db.session.add(pattern)
    db.session.flush()
    _record("added", pattern, owner, actor_id=by)
    if made_too and isinstance(owner, Series):
        queries.lock_series(owner.id)
        for activity in queries.lock_following(owner.id, since=date.min, now=now):
            new = lay_out(activity=activity, patterns=[pattern], created_by=by, now=now)
            if activity.state == "published":
                publish_each(new, now=now)
    return pattern


def change_pattern(
    *, pattern: ShiftPattern, owner: Series | ActivityTemplate, **shape: Any
) -> None:
    """Write a pattern anew; the days that are made already stay as they are.

    :raises BrokenInput: naming every bad field
    """
    with db.session.no_autoflush:
        for name, value in shape.items():
            setattr(pattern, name, value)
        _ensure_is_sound(pattern)
    db.session.flush()
    _record("edited", pattern, owner)


def remove_pattern(*, pattern: ShiftPattern, owner: Series | ActivityTemplate) -> None:
    """Let what is made from now on do without the shift."""
    _record("removed", pattern, owner)
    db.session.delete(pattern)
    db.session.flush()


def _ensure_is_sound(pattern: ShiftPattern) -> None:
    rules.ensure_hangs_together(
        begins_after=pattern.begins_after,
        minutes=pattern.minutes,
        minimum=pattern.minimum,
        capacity=pattern.capacity,
        opens_before=pattern.opens_before,
        closes_before=pattern.closes_before,
        fair_before=pattern.fair_before,
    )
    ensure_roles_are_sound([(role["minimum"], role["capacity"]) for role in pattern.roles or ()])


def _record(
    verb: str,
    pattern: ShiftPattern,
    owner: Series | ActivityTemplate,
    *,
    actor_id: int | None = None,
) -> None:
    thing = f"shift_pattern:{pattern.id}"
    record(verb, thing, place_path=owner.place.path, actor_id=actor_id)

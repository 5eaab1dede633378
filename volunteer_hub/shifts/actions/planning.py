"""What staff do with a shift before anybody signs up: plan it and publish it."""

from datetime import datetime
from typing import Any, Unpack

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.rules import life as activity_rules
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions.words import Words
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import shifts


def create_shift(
    *,
    activity: Activity,
    place: Place,
    title_zh: str,
    starts_at: datetime,
    ends_at: datetime,
    minimum: int,
    capacity: int,
    created_by: int | None,
    now: datetime,
    **words: Unpack[Words],
) -> Shift:
    """Plan a shift of an activity; it stays a draft until it is published.

    :raises ActivityIsCancelled: if its activity was called off
    :raises BrokenInput: naming every bad field
    """
    activity_rules.ensure_goes_on(activity.state)
    rules.ensure_is_sound(Span(starts_at, ends_at), minimum=minimum, capacity=capacity)
    window = {name: words.get(name) for name in ("opens_at", "closes_at", "fair_until")}
    rules.ensure_window(**window, starts_at=starts_at)
    shift = Shift(
        activity=activity,
        place=place,
        title_zh=title_zh,
        starts_at=starts_at,
        ends_at=ends_at,
        minimum=minimum,
        capacity=capacity,
        created_by=created_by,
        created_at=now,
        **words,
    )
    db.session.add(shift)
    db.session.flush()
    _record("created", shift, actor_id=created_by)
    return shift


def publish_shift(*, shift: Shift, now: datetime) -> None:
    """Open a draft for sign-up; its activity is published with it if it was not.

    :raises ShiftIsNoDraft: if it was published or cancelled before
    :raises RiskNoticeIsMissing: volunteers must know the risks before they sign
    :raises ActivityIsCalledOff: if its activity was cancelled
    :raises BrokenInput: naming starts_at, if it has begun
    """
    shift = shifts.lock_shift(shift.id)
    state, activity = shift.state, shift.activity
    rules.ensure_may_publish(state=state, activity_state=activity.state, span=shift.span, now=now)
    _ensure_may_be_public(shift)
    if activity.state == "draft":
        activities.publish_activity(activity=activity, now=now)
    shift.state = "published"
    db.session.flush()
    _record("published", shift)
    bells.shift_published.send(shift_id=shift.id, now=now)


def ensure_may_be(shift: Shift) -> None:
    """Refuse what no shift, or no public one, may be.

    :raises BrokenInput: naming every bad field
    :raises RiskNoticeIsMissing, ProtectionIsMissing: if it is published without
    """
    rules.ensure_is_sound(shift.span, minimum=shift.minimum, capacity=shift.capacity)
    rules.ensure_window(
        opens_at=shift.opens_at,
        closes_at=shift.closes_at,
        fair_until=shift.fair_until,
        starts_at=shift.starts_at,
    )
    if shift.state == "published":
        _ensure_may_be_public(shift)


def _ensure_may_be_public(shift: Shift) -> None:
    rules.ensure_states_its_risks(shift.risk_notice_zh)
    rules.ensure_protects(
        is_dangerous=shift.is_dangerous, needs_insurance=shift.needs_insurance, need=shift.need
    )


def _record(verb: str, shift: Shift, *, actor_id: int | None = None, **facts: Any) -> None:
    thing = f"shift:{shift.id}"
    record(verb, thing, place_path=shift.place.path, actor_id=actor_id, **facts)

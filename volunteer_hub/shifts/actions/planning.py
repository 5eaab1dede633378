"""What staff do with shifts: plan, publish, change, call off."""

from datetime import datetime
from typing import Any, Unpack

from sqlalchemy.exc import IntegrityError

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities import rules as activity_rules
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.models import Place
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions.line import NO_OVERLAP, move_lines
from volunteer_hub.shifts.letters import news
from volunteer_hub.shifts.models import Changes, Shift, Words
from volunteer_hub.shifts.queries import seats, shifts, signups


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
    rules.ensure_states_its_risks(shift.risk_notice_zh)
    if activity.state == "draft":
        activities.publish_activity(activity=activity, now=now)
    shift.state = "published"
    db.session.flush()
    _record("published", shift)


def change_shift(*, shift_id: int, now: datetime, **changes: Unpack[Changes]) -> Shift:
    """Write a shift anew.  Who signed up is told once when its time or place changes; more places
    let the line move.

    :raises ShiftIsCancelled: everybody was told that nothing will be
    :raises ShiftIsOver: once it has ended
    :raises BrokenInput: naming every bad field
    :raises CapacityBelowConfirmed: staff choose first who leaves
    :raises RiskNoticeIsMissing: if it is published and would lose it
    :raises PeopleWouldOverlap: naming who serves elsewhere at the new time
    """
    held = _hold(shift_id)
    shift = held[shift_id]
    rules.ensure_goes_on(state=shift.state, span=shift.span, now=now)
    before = shift.setting
    with db.session.no_autoflush:
        for name, value in changes.items():
            setattr(shift, name, value)
        _ensure_may_be(shift)
        moved = shift.state == "published" and shift.setting != before
    if moved:
        if shift.span != before[:2]:
            rules.ensure_begins_later(shift.span, now=now)
        shift.revision += 1
    db.session.flush()
    _record("edited", shift, fields=sorted(changes))
    if moved:
        _move_promises(shift)
        news.changed(signups.list_live(shift.id), shift=shift, before=before, now=now)
    move_lines(held.values(), now=now)
    return shift


def cancel_shift(*, shift_id: int, reason: str, now: datetime) -> None:
    """Call a shift off, say why, and tell everybody who signed up.

    :raises BrokenInput: if no reason is given
    :raises ShiftIsCancelled: if it was called off before
    :raises ShiftIsOver: once it has ended
    """
    rules.ensure_says_why(reason)
    held = _hold(shift_id)
    shift = held[shift_id]
    rules.ensure_goes_on(state=shift.state, span=shift.span, now=now)
    live = signups.list_live(shift.id)
    shift.state, shift.reason = "cancelled", reason.strip()
    shift.revision += 1
    shift.confirmed = shift.waiting = 0
    for signup in live:
        signup.state, signup.rank, signup.ended_at = "cancelled_by_org", None, now
    db.session.flush()
    _record("cancelled", shift, people=len(live))
    news.cancelled(live, shift=shift, now=now)
    move_lines(held.values(), now=now)


def call_off(*, activity: Activity, reason: str, now: datetime) -> None:
    """Cancel an activity with every shift of it that is not over.

    :raises BrokenInput: if no reason is given
    :raises ActivityStepIsForbidden: if it was cancelled before
    :raises ActivityIsOver: if it has been
    """
    activities.cancel_activity(activity=activity, reason=reason, now=now)
    for shift_id in shifts.ids_of_activity(activity.id, now=now):
        cancel_shift(shift_id=shift_id, reason=reason, now=now)


def _hold(shift_id: int) -> dict[int, Shift]:
    held = shifts.lock_shifts([shift_id, *shifts.ids_freed_by(shift_id)])
    if shift_id not in held:
        raise NotFound
    return held


def _ensure_may_be(shift: Shift) -> None:
    rules.ensure_is_sound(shift.span, minimum=shift.minimum, capacity=shift.capacity)
    rules.ensure_capacity_holds(capacity=shift.capacity, confirmed=shift.confirmed)
    if shift.state == "published":
        rules.ensure_states_its_risks(shift.risk_notice_zh)


def _move_promises(shift: Shift) -> None:
    """Let the database look whether the new time suits everybody who serves."""
    try:
        with attempt():
            seats.move_promises(shift)
    except IntegrityError as error:
        if violated(error) != NO_OVERLAP:
            raise
        names = "、".join(signups.names_busy_then(shift))
        raise rules.PeopleWouldOverlap(names=names) from error


def _record(verb: str, shift: Shift, *, actor_id: int | None = None, **facts: Any) -> None:
    thing = f"shift:{shift.id}"
    record(verb, thing, place_path=shift.place.path, actor_id=actor_id, **facts)

"""What staff change about a shift that people signed up for: everybody is told what matters."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy.exc import IntegrityError

from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions.planning import ensure_may_be
from volunteer_hub.shifts.actions.words import Changes
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import roles, shifts
from volunteer_hub.signups.actions import cutting
from volunteer_hub.signups.actions.line import NO_OVERLAP, end, move_lines, take_back_offers
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.queries import binding, seats, signups


def change_shift(
    *,
    shift_id: int,
    now: datetime,
    staying: Collection[int] | None = None,
    among: Collection[int] | None = None,
    announce: bool = False,
    **changes: Unpack[Changes],
) -> Shift:
    """Write a shift anew.  Who signed up is told once when its time or place changes, and of other
    changes if staff announce them; more places let the line move.

    :param staying: where there will be fewer places than people, the sign-ups that keep theirs
    :param among: those whom staff chose them from
    :raises ShiftIsCancelled: everybody was told that nothing will be
    :raises ShiftIsOver: once it has ended
    :raises BrokenInput: naming every bad field
    :raises CapacityBelowConfirmed, NobodyIsChosen, PlacesAreKept: staff choose first who stays
    :raises PeopleHaveChanged: if others are confirmed than those staff chose from
    :raises RiskNoticeIsMissing, ProtectionIsMissing: if it is published and would lose it
    :raises PeopleWouldOverlap: naming who serves elsewhere at the new time
    """
    held = _hold(shift_id)
    shift = held[shift_id]
    rules.ensure_goes_on(state=shift.state, span=shift.span, now=now)
    if shift.by_role:
        changes["capacity"], changes["minimum"] = shift.capacity, shift.minimum
    places = changes.get("capacity", shift.capacity)
    going = cutting.fit_into(shift, places=places, staying=staying, among=among)
    before = shift.setting
    with db.session.no_autoflush:
        altered = _write(shift, changes)
        ensure_may_be(shift)
    moved = shift.state == "published" and shift.setting != before
    if moved and shift.span != before[:2]:
        rules.ensure_begins_later(shift.span, now=now)
    told = moved or (announce and shift.state == "published" and bool(altered))
    shift.revision += told
    db.session.flush()
    _record("edited", shift, fields=sorted(changes))
    if moved:
        _move_promises(shift)
        take_back_offers(shift)
    if told:
        live = signups.list_live(shift.id)
        for signup in live if moved else ():
            signup.coming_at = None  # said of the old time
        news.changed(live, shift=shift, before=before if moved else None, altered=altered, now=now)
    cutting.tell(going, shift=shift, now=now)
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
    shift.confirmed = shift.waiting = shift.offered = shift.reserved = shift.capacity_extra = 0
    for role in roles.list_roles(shift.id):
        role.confirmed = role.offered = 0
    for signup in live:
        end(signup, "cancelled_by_org", now=now)
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
    held = shifts.lock_shifts([shift_id, *binding.ids_freed_by(shift_id)])
    if shift_id not in held:
        raise NotFound
    return held


def _write(shift: Shift, changes: Changes) -> list[str]:
    """Write the changes and name the fields that are different now."""
    altered = [name for name, value in changes.items() if getattr(shift, name) != value]
    for name in altered:
        setattr(shift, name, changes.get(name))
    return altered


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

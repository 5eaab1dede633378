"""Look for a stand-in, take a place over, say no, and stop looking.

Whoever writes a request holds its shift, so that of many takers exactly one comes first.
"""

from datetime import datetime
from typing import Any

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.queries.shifts import lock_shift
from volunteer_hub.signups.actions.replacing import take_over
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import find_live, lock_person
from volunteer_hub.signups.rules.joining import ensure_open as ensure_shift_is_open
from volunteer_hub.signups.rules.line import line_closes_at
from volunteer_hub.stand_ins import letters, queries, rules
from volunteer_hub.stand_ins.models import StandInRequest

AT_ONCE = 200  # requests closed in one run


def ask(
    *, shift_id: int, by: Person, note: str, number: str | None, now: datetime
) -> StandInRequest:
    """Look for somebody who takes one's place over; it stays one's own until then.

    :param number: the volunteer number of the one person who is asked; None: anybody
    :raises NotFound: if there is no such shift
    :raises ShiftIsNotOpen, ShiftIsOver: if it was called off, or has begun
    :raises PlaceIsNeeded: only who has a place can hand it on
    :raises LooksAlready, AsksTooOften:
    :raises LineGoesFirst: while people wait for the place
    :raises BrokenInput: naming number
    """
    shift = lock_shift(shift_id)
    ensure_shift_is_open(state=shift.state, span=shift.span, now=now)
    signup = find_live(shift_id, person_id=by.id)
    rules.ensure_has_a_place(signup and signup.state)
    assert signup is not None, "who has a place has signed up"
    rules.ensure_may_ask(
        asked_before=queries.count_asks(signup.id),
        is_open=queries.find_open(signup.id) is not None,
    )
    _ensure_nobody_waits(signup, starts_at=shift.starts_at, now=now)
    request = StandInRequest(
        signup_id=signup.id,
        note=note.strip(),
        invited_id=None if number is None else _invited(number, by=by.id),
        state="open",
        asked_at=now,
    )
    db.session.add(request)
    db.session.flush()
    request = queries.get_request(request.id)
    _record("asked-for-stand-in", request, actor_id=by.id)
    letters.asked(request, now=now)
    return request


def take(*, request_id: int, person: Person, now: datetime) -> Signup:
    """Take the place over; both are told, and the first is free.

    :raises NotFound: if there is no such request, or another person is asked
    :raises RequestIsOver: if somebody was quicker, or nobody is looked for any more
    :raises LineGoesFirst: if people wait for the place by now
    :raises SignupIsOver, ShiftIsNotOpen, ShiftIsOver, AlreadySignedUp, ShiftsOverlap, ...: see
        signups.actions.replacing.take_over
    """
    known = queries.get_request(request_id)
    if known.invited_id not in (None, person.id):
        raise NotFound
    lock_person(person.id)
    request = _hold(known)
    rules.ensure_open(request.state)
    shift = request.signup.shift
    _ensure_nobody_waits(request.signup, starts_at=shift.starts_at, now=now)
    taken = take_over(signup_id=request.signup_id, person=person, now=now)
    _settle(request, "taken", now=now, taken_by=person.id)
    _record("took-place-over", request, actor_id=person.id)
    return taken


def decline(*, request_id: int, by: int, now: datetime) -> StandInRequest:
    """Say that one cannot come; the other is told and goes on looking.

    :raises NotFound: unless the caller is the one who was asked
    :raises RequestIsOver:
    """
    request = _hold(queries.get_request(request_id))
    if request.invited_id != by:
        raise NotFound
    rules.ensure_open(request.state)
    _settle(request, "declined", now=now)
    letters.declined(request, now=now)
    return request


def withdraw(*, request_id: int, by: int, now: datetime) -> StandInRequest:
    """Stop looking: one comes after all.

    :raises NotFound: unless it is the caller's own
    :raises RequestIsOver:
    """
    request = _hold(queries.get_request(request_id))
    if request.signup.person_id != by:
        raise NotFound
    rules.ensure_open(request.state)
    _settle(request, "withdrawn", now=now)
    _record("stopped-looking", request, actor_id=by)
    return request


def close_ended(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Close what nobody can answer any more: the shift begins, or the place is gone. Safe to run
    twice.

    :returns: how many were closed; as many as `limit` means that more may wait
    """
    ended = queries.lock_ended(now=now, limit=limit)
    for request in ended:
        _settle(request, "closed", now=now)
    return len(ended)


def _hold(known: StandInRequest) -> StandInRequest:
    """Hold the shift first, as everybody does, and then the request."""
    lock_shift(known.signup.shift_id)
    return queries.lock_request(known.id)


def _settle(request: StandInRequest, state: str, *, now: datetime, **more: Any) -> None:
    request.state, request.settled_at = state, now
    for name, value in more.items():
        setattr(request, name, value)
    db.session.flush()
    letters.call_back(request)


def _invited(number: str, *, by: int) -> int:
    found = queries.find_by_number(number)
    return rules.ensure_can_be_asked(invited=found and found.id, by=by)


def _ensure_nobody_waits(signup: Signup, *, starts_at: datetime, now: datetime) -> None:
    waiting, closes = queries.count_waiting(signup), line_closes_at(starts_at)
    rules.ensure_nobody_waits(waiting=waiting, line_closes_at=closes, now=now)


def _record(verb: str, request: StandInRequest, *, actor_id: int) -> None:
    thing, path = f"stand-in:{request.id}", request.signup.shift.place.path
    record(verb, thing, place_path=path, actor_id=actor_id, shift=request.signup.shift_id)

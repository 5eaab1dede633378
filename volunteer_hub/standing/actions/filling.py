"""Sign standing volunteers up: each order once for each shift, whoever began first comes first.

A person is held while one of their orders is tried, so that no two workers try it at once.
"""

from datetime import datetime
from typing import NamedTuple

from volunteer_hub.foundation.database import attempt, db
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.shifts.queries.shifts import get_shift
from volunteer_hub.signups.actions.joining import Ask, join
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import lock_person
from volunteer_hub.standing import letters, rules
from volunteer_hub.standing.models import StandingOrder, StandingTry
from volunteer_hub.standing.queries import due as queries
from volunteer_hub.standing.queries.due import Due
from volunteer_hub.standing.queries.orders import get_order

AT_ONCE = 100  # orders on a shift while it is published; the worker tries the others
FIRST = 20  # shifts of a new order while it is made


class Tried(NamedTuple):
    """What came of an order on a shift."""

    shift: Shift
    outcome: str
    reason: str | None


def fill_shift(*, shift_id: int, now: datetime) -> int:
    """Try, as a shift is published, every order for it; nobody else can come first.

    :returns: how many were signed up
    """
    known = queries.list_due(shift_id=shift_id, now=now, limit=AT_ONCE)
    if not known:
        return 0
    queries.hold_people([one.person_id for one in known])
    still = set(queries.list_due(shift_id=shift_id, now=now, limit=AT_ONCE))
    due = [one for one in known if one in still]
    tried = [_try(one, now=now) for one in due]
    return _tell(due, tried, now=now)


def fill_next(*, due: Due, now: datetime) -> int:
    """Try one order on one shift, if it is still to be tried.

    :returns: how many were signed up
    """
    lock_person(due.person_id)
    if not queries.is_due(due, now=now):
        return 0
    return _tell([due], [_try(due, now=now)], now=now)


def fill_order(*, order: StandingOrder, now: datetime) -> list[Tried]:
    """Try an order whose person is held on its next shifts; nobody is told yet."""
    due = queries.list_due(order_id=order.id, now=now, limit=FIRST)
    tried = [_try(one, now=now) for one in sorted(due, key=lambda one: one.shift_id)]
    done = [one for one in tried if one is not None]
    return sorted(done, key=lambda one: one.shift.starts_at)


def _tell(due: list[Due], tried: list[Tried | None], *, now: datetime) -> int:
    """Tell whom a shift refused; who was signed up knows it from the sign-up's own letter."""
    for one, done in zip(due, tried, strict=True):
        if done and done.outcome == "refused" and done.reason != rules.OWN:
            order, person = get_order(one.order_id), get_person(one.person_id)
            letters.refused(order, person=person, shift=done.shift, reason=done.reason, now=now)
    return sum(done is not None and done.outcome != "refused" for done in tried)


def _try(due: Due, *, now: datetime) -> Tried | None:
    """Sign the person up, or write down why not; None if it is to be tried again later."""
    shift, order = get_shift(due.shift_id), get_order(due.order_id)
    signup, reason = _join(shift, order, get_person(due.person_id), now=now)
    if reason in rules.NOT_YET:
        return None
    outcome = "refused"
    if signup is not None:
        outcome = "joined" if signup.state == "confirmed" else "waiting"
    done = StandingTry(
        order_id=order.id,
        shift_id=due.shift_id,
        outcome=outcome,
        reason=reason,
        signup_id=signup and signup.id,
        at=now,
    )
    db.session.add(done)
    db.session.flush()
    return Tried(get_shift(due.shift_id), outcome, reason)


def _join(
    shift: Shift, order: StandingOrder, person: Person, *, now: datetime
) -> tuple[Signup | None, str | None]:
    """Ask for a place, in one role after another where there are roles.

    :returns: the sign-up, or the code of the first refusal
    """
    reason = None
    for role_id in _roles(shift, order):
        ask = Ask(role_id=role_id, instant=True)
        try:
            with attempt():
                return join(shift_id=shift.id, person=person, now=now, ask=ask), None
        except Refusal as refusal:
            reason = reason or refusal.code
    return None, reason


def _roles(shift: Shift, order: StandingOrder) -> list[int | None]:
    """List the roles that the order is for, those with a free place first."""
    if not shift.by_role:
        return [None]
    fitting = [r for r in list_roles(shift.id) if order.role_zh in (None, r.title_zh)]
    return [role.id for role in sorted(fitting, key=lambda role: role.free < 1)]

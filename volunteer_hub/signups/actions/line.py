"""The line moves: a place that became free is offered to whoever waited longest and could take it.

Whoever moves places holds the shift's row; several shifts are held in the order of their ids.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError, OperationalError

from volunteer_hub.foundation.database import attempt, db, may_be_tried_again, violated
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries import roles
from volunteer_hub.signups.actions.eligibility import ensure_may_serve
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import seats, signups
from volunteer_hub.signups.rules import line as rules

NO_OVERLAP = "ex_signup_no_overlap"
COUNTERS = {"waitlisted": "waiting", "offered": "offered", "confirmed": "confirmed"}
ON_ROLES = ("offered", "confirmed")  # who waits is counted on the shift alone


def move_lines(held: Iterable[Shift], *, now: datetime) -> None:
    """Offer what is free on shifts that are held, in order; who said so beforehand just gets it.

    While everybody may still come first nothing moves; when that time is over, those who served
    least in the last 90 days get the places.
    """
    for shift in held:
        if not shift.is_open(now) or now >= rules.line_closes_at(shift.starts_at):
            continue
        if shift.fair_until is None:
            _move(shift, now=now, drawn=False)
        elif shift.fair_until <= now:
            _put_in_fair_order(shift, now=now)
            _move(shift, now=now, drawn=True)


def count_out(signup: Signup, shift: Shift) -> None:
    """Take a live promise off the counters of its held shift; what staff overbooked goes first."""
    _count(signup, shift, signup.state, -1)
    shift.capacity_extra = min(shift.capacity_extra, max(shift.taken - shift.capacity, 0))


def end(signup: Signup, state: str, *, now: datetime, reason: str | None = None) -> None:
    """Write that a promise has ended."""
    signup.state, signup.rank, signup.offer_until = state, None, None
    signup.ended_at, signup.reason = now, reason


def take_back_offers(shift: Shift) -> None:
    """Put everybody to whom a place is offered back where they stood in the held shift's line."""
    for signup in signups.list_offered(shift.id):
        count_out(signup, shift)
        signup.state, signup.offer_until = "waitlisted", None
        _count(signup, shift, "waitlisted", 1)
        news.call_back(signup, reason="superseded")
    db.session.flush()


def give_place(signup: Signup, shift: Shift, *, now: datetime) -> bool:
    """Turn a place in line into a place, unless the person was promised elsewhere this moment."""
    before = signup.state
    try:
        with attempt():
            signup.state, signup.rank, signup.offer_until = "confirmed", None, None
            signup.confirmed_at = now
    except IntegrityError as error:
        if violated(error) != NO_OVERLAP:
            raise
        return False
    except OperationalError as error:  # two lines gave one person a place: one must let go
        if not may_be_tried_again(error):
            raise
        return False
    _count(signup, shift, before, -1)
    _count(signup, shift, "confirmed", 1)
    db.session.flush()
    return True


def _move(shift: Shift, *, now: datetime, drawn: bool) -> None:
    passed: set[int] = set()
    while shift.free > 0 and shift.waiting > len(passed):
        signup = seats.next_in_line(shift, passed=passed)
        if signup is None:
            break
        if not _could_take(signup, shift):
            passed.add(signup.id)
        elif not (drawn or signup.instant):
            _offer(signup, shift, now=now)
        elif give_place(signup, shift, now=now):
            news.promoted(signup, shift=shift, now=now)
        else:
            passed.add(signup.id)


def _could_take(signup: Signup, shift: Shift) -> bool:
    role = roles.find_role(signup.role_id)
    try:
        ensure_may_serve(shift, role=role, person=signup.person)
    except Refusal:
        return False
    return True


def _offer(signup: Signup, shift: Shift, *, now: datetime) -> None:
    until = rules.offer_until(shift.starts_at, now=now, zone=zone())
    _count(signup, shift, "waitlisted", -1)
    signup.state, signup.offer_until = "offered", until
    _count(signup, shift, "offered", 1)
    db.session.flush()
    news.offered(signup, shift=shift, now=now)


def _count(signup: Signup, shift: Shift, state: str, by: int) -> None:
    """Move the counter of a live state on the held shift, and on the role that is asked for."""
    counter = COUNTERS[state]
    counted: list[Shift | ShiftRole] = [shift]
    role = roles.find_role(signup.role_id)
    if role and state in ON_ROLES:
        counted.append(role)
    for one in counted:
        setattr(one, counter, getattr(one, counter) + by)


def _put_in_fair_order(shift: Shift, *, now: datetime) -> None:
    waiting = signups.list_waiting(shift.id, since=now - rules.FAIR_OVER)
    found = {signup.id: signup for signup, _served in waiting}
    facts = [rules.Waiting(s.id, s.rank or 0, served) for s, served in waiting]
    for one in rules.by_fairness(facts):
        found[one.signup_id].rank = shift.next_rank
        shift.next_rank += 1
    shift.fair_until = None
    db.session.flush()

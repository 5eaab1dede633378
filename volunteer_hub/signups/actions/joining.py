"""Taking a place, standing in line for one, and giving it back."""

from datetime import datetime, timedelta
from typing import NamedTuple

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages.rules.readers import Reader
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries import roles, shifts
from volunteer_hub.signups.actions.eligibility import ensure_may_serve
from volunteer_hub.signups.actions.line import count_out, end, move_lines
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import binding, seats, signups
from volunteer_hub.signups.rules import joining as rules
from volunteer_hub.signups.rules import line as line_rules

TRIES = 3


class Ask(NamedTuple):
    """How a place is asked for.

    `instant`: a place that becomes free is taken unasked. `beyond`: staff overbook on purpose.
    `kept`: one of the places reserved for a group, also outside the sign-up window. `helped`: made
    by family or a neighbour, for whom the window holds.
    """

    role_id: int | None = None
    instant: bool = False
    beyond: bool = False
    kept: bool = False
    helped: bool = False


def join(
    *,
    shift_id: int,
    person: Person,
    now: datetime,
    made_by: int | None = None,
    ask: Ask | None = None,
) -> Signup:
    """Give the person a place on the shift, or the last one in its line, and tell them.

    :param made_by: who does it for them; staff, also outside the sign-up window
    :raises NotFound: if there is no such shift, or role of it
    :raises ShiftIsNotOpen, SignupOpensLater, SignupHasClosed, RoleIsNeeded:
    :raises ShiftIsOver: once it has begun
    :raises AlreadySignedUp: if the person has a place here, or stands in line
    :raises ShiftsOverlap: if the person serves elsewhere at that time
    :raises LineIsClosed: if every place is taken and the shift begins soon
    :raises NoReservedPlace: if the group's places are given out
    :raises BirthDateIsNeeded, TooYoung, ...: see eligibility.ensure_may_serve
    """
    ask = ask or Ask()
    signups.lock_person(person.id)
    for _ in range(TRIES):
        shift, already, other, minutes = binding.before_joining(shift_id, person_id=person.id)
        rules.ensure_open(state=shift.state, span=shift.span, now=now)
        if not ask.kept and (made_by is None or ask.helped):
            rules.ensure_in_window(opens_at=shift.opens_at, closes_at=shift.closes_at, now=now)
        rules.ensure_free_then(already=already, other=other)
        role = role_of(shift, ask.role_id)
        ensure_may_serve(shift, role=role, person=person, minutes=minutes)
        wish = seats.Wish(
            person_id=person.id,
            made_by=made_by,
            role_id=role and role.id,
            instant=ask.instant,
            now=now,
        )
        reader = news.reader_of(person, shift)  # asked before others wait for the shift
        signup = _settle(shift, wish, ask, now=now)
        if signup is not None:
            _tell(signup, shift=shift, reader=reader, now=now)
            return signup
    raise Refusal  # a promise of theirs came and went each time


def leave(
    *, signup_id: int, now: datetime, by: int | None, by_staff: bool, reason: str | None = None
) -> Signup:
    """Give a place back, or step out of the line, before the shift begins; the line moves.

    Whoever cannot come may say so at any time; after the shift's cut-off it counts as late and
    the coordinators are told at once.

    :raises NotFound: if there is no such sign-up
    :raises SignupIsOver: if it ended before
    :raises ShiftIsOver: once the shift has begun
    """
    shift_id = signups.get_signup(signup_id).shift_id
    freed = binding.ids_freed_by(shift_id, signup_id=signup_id)
    held = shifts.lock_shifts([shift_id, *freed])
    signup, shift = signups.get_signup(signup_id), held[shift_id]
    line_rules.ensure_live(signup.state)
    rules.ensure_not_begun(shift.span, now=now)
    served = signup.state == "confirmed"
    count_out(signup, shift)
    end(
        signup,
        "cancelled_by_org" if by_staff else "cancelled_by_volunteer",
        now=now,
        reason=reason,
    )
    cutoff = timedelta(minutes=shift.leave_cutoff)
    signup.late = (
        served and not by_staff and line_rules.is_late(shift.starts_at, cutoff=cutoff, now=now)
    )
    db.session.flush()
    news.call_back(signup, reason="cancelled")
    if by_staff:
        news.removed(signup, shift=shift, now=now)
        _record("removed", signup, shift, actor_id=by)
    elif signup.late:
        news.late_cancel(signup, shift=shift, now=now)
    move_lines(held.values(), now=now)
    return signup


def role_of(shift: Shift, role_id: int | None) -> ShiftRole | None:
    """Read the role that was chosen, where the shift has roles.

    :raises RoleIsNeeded: if none was chosen
    :raises NotFound: if it is another shift's
    """
    if not shift.by_role:
        return None
    if role_id is None:
        raise rules.RoleIsNeeded
    return roles.get_role(shift.id, role_id)


def _settle(shift: Shift, wish: seats.Wish, ask: Ask, *, now: datetime) -> Signup | None:
    """Take a place or stand in line; None if another promise of the person stands against it."""
    seat = None if ask.beyond or ask.kept else _settle_unheld(shift, wish, now=now)
    return _kept(seat, shift) if seat else _settle_held(shift, wish, ask, now=now)


def _settle_unheld(shift: Shift, wish: seats.Wish, *, now: datetime) -> seats.Seat | None:
    """Try both short ways, first the likelier one: each waits for whoever holds the shift."""
    ways = [seats.take_place]
    if now < line_rules.line_closes_at(shift.starts_at):
        ways.insert(0 if shift.waiting or shift.free < 1 else 1, seats.join_the_line)
    return next((seat for way in ways if (seat := way(shift, **wish))), None)


def _settle_held(shift: Shift, wish: seats.Wish, ask: Ask, *, now: datetime) -> Signup | None:
    """Settle under the shift's lock what the short way could not.

    It has just closed, or its places are given by role or by fairness, or a place is free beside
    people who wait: who of them can take it goes first.
    """
    shift = shifts.lock_shift(shift.id)
    rules.ensure_open(state=shift.state, span=shift.span, now=now)
    move_lines([shift], now=now)
    role = roles.find_role(wish["role_id"])
    _make_room(shift, role, ask)
    drawn_later = shift.fair_until is not None and not (ask.beyond or ask.kept)
    if shift.free > 0 and (role is None or role.free > 0) and not drawn_later:
        seat = seats.take_held(shift, **wish)
        if role and seat and seat.signup:
            role.confirmed += 1
    elif now >= line_rules.line_closes_at(shift.starts_at):
        raise rules.LineIsClosed
    else:
        seat = seats.wait_held(shift, **wish)
    return _kept(seat, shift)


def _make_room(shift: Shift, role: ShiftRole | None, ask: Ask) -> None:
    """Take one of the kept places, or overbook by one if nothing is free."""
    if ask.kept:
        if shift.reserved < 1:
            raise rules.NoReservedPlace
        shift.reserved -= 1
    elif ask.beyond:
        shift.capacity_extra += shift.free < 1
        if role:
            role.capacity += role.free < 1
    db.session.flush()


def _kept(seat: seats.Seat | None, shift: Shift) -> Signup | None:
    """Give back what was counted for a promise that another one stands against."""
    if seat is None or seat.signup is not None:
        return seat and seat.signup
    if seat.waits:
        shift.waiting -= 1
    else:
        shift.confirmed -= 1
    return None


def _tell(signup: Signup, *, shift: Shift, reader: Reader, now: datetime) -> None:
    if signup.state == "confirmed":
        news.joined(signup, shift=shift, reader=reader, now=now)
    else:
        place = seats.last_place(signup) or 0
        news.waitlisted(signup, shift=shift, reader=reader, position=place, now=now)
    if signup.made_by is not None:
        _record("added", signup, shift, actor_id=signup.made_by)


def _record(verb: str, signup: Signup, shift: Shift, *, actor_id: int | None) -> None:
    facts = {"shift": shift.id, "person": signup.person_id}
    thing, path = f"signup:{signup.id}", shift.place.path
    record(verb, thing, place_path=path, actor_id=actor_id, **facts)

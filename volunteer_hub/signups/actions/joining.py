"""Taking a place, standing in line for one, and giving it back."""

from datetime import datetime

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.models import Person
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions.line import move_lines
from volunteer_hub.shifts.letters import news
from volunteer_hub.shifts.models import Shift, Signup
from volunteer_hub.shifts.queries import seats, shifts, signups

TRIES = 3


def join(*, shift_id: int, person: Person, now: datetime, made_by: int | None = None) -> Signup:
    """Give the person a place on the shift, or the last one in its line, and tell them.

    :param made_by: the member of staff who does it for them
    :raises NotFound: if there is no such shift
    :raises ShiftIsNotOpen: if it is a draft or cancelled
    :raises ShiftIsOver: once it has begun
    :raises AlreadySignedUp: if the person has a place here, or stands in line
    :raises ShiftsOverlap: if the person serves elsewhere at that time
    :raises BirthDateIsNeeded, TooYoung: if the shift has an age limit
    """
    for _ in range(TRIES):
        shift, already, other = shifts.before_joining(shift_id, person_id=person.id)
        rules.ensure_open(state=shift.state, span=shift.span, now=now)
        rules.ensure_free_then(already=already, other=other)
        day = local_day(shift.starts_at)
        age = {"minimum_age": shift.minimum_age, "birth_date": person.birth_date}
        rules.ensure_old_enough(**age, day=day)
        signup = _settle(shift, person=person, made_by=made_by, now=now)
        if signup is not None:
            _tell(signup, shift=shift, person=person, now=now)
            return signup
    raise Refusal  # a promise of theirs came and went each time


def leave(
    *, signup_id: int, now: datetime, by: int | None, by_staff: bool, reason: str | None = None
) -> None:
    """Give a place back, or step out of the line, before the shift begins; the line moves.

    :raises NotFound: if there is no such sign-up
    :raises SignupIsOver: if it ended before
    :raises ShiftIsOver: once the shift has begun
    """
    shift_id = signups.get_signup(signup_id).shift_id
    freed = shifts.ids_freed_by(shift_id, signup_id=signup_id)
    held = shifts.lock_shifts([shift_id, *freed])
    signup, shift = signups.get_signup(signup_id), held[shift_id]
    rules.ensure_live(signup.state)
    rules.ensure_not_begun(shift.span, now=now)
    if signup.state == "confirmed":
        shift.confirmed -= 1
    else:
        shift.waiting -= 1
    signup.state = "cancelled_by_org" if by_staff else "cancelled_by_volunteer"
    signup.rank, signup.ended_at, signup.reason = None, now, reason
    db.session.flush()
    news.call_back(signup, reason="cancelled")
    if by_staff:
        news.removed(signup, shift=shift, now=now)
        _record("removed", signup, shift, actor_id=by)
    move_lines(held.values(), now=now)


def _settle(shift: Shift, *, person: Person, made_by: int | None, now: datetime) -> Signup | None:
    """Take a place or stand in line; None if another promise of the person stands against it."""
    wish = seats.Wish(person_id=person.id, made_by=made_by, now=now)
    seat = seats.take_place(shift, **wish) or seats.stand_in_line(shift, **wish)
    if seat is None:
        # It has just closed, or a place is free beside people who wait: who can take it goes first.
        shift = shifts.lock_shift(shift.id)
        rules.ensure_open(state=shift.state, span=shift.span, now=now)
        move_lines([shift], now=now)
        settle = seats.take_past_the_line if shift.free else seats.stand_in_line
        seat = settle(shift, **wish)
    if seat is None or seat.signup is not None:
        return seat and seat.signup
    if seat.waits:
        shift.waiting -= 1
    else:
        shift.confirmed -= 1
    return None


def _tell(signup: Signup, *, shift: Shift, person: Person, now: datetime) -> None:
    if signup.state == "confirmed":
        news.joined(signup, shift=shift, person=person, now=now)
    else:
        # The last one in line stands behind everybody who waits.
        news.waitlisted(signup, shift=shift, person=person, position=shift.waiting, now=now)
    if signup.made_by is not None:
        _record("added", signup, shift, actor_id=signup.made_by)


def _record(verb: str, signup: Signup, shift: Shift, *, actor_id: int | None) -> None:
    facts = {"shift": shift.id, "person": signup.person_id}
    thing, path = f"signup:{signup.id}", shift.place.path
    record(verb, thing, place_path=path, actor_id=actor_id, **facts)

"""Somebody takes another's place over: the first is free only once the second is bound."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import roles, shifts
from volunteer_hub.signups.actions.eligibility import ensure_may_serve
from volunteer_hub.signups.actions.line import NO_OVERLAP, end
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import binding, signups
from volunteer_hub.signups.rules import joining as rules
from volunteer_hub.signups.rules import line as line_rules


def take_over(*, signup_id: int, person: Person, now: datetime) -> Signup:
    """Let the person take the confirmed place of this sign-up over, and tell both.

    Who stands in the shift's own line keeps the order: they cannot take a place over past others.

    :raises NotFound: if there is no such sign-up
    :raises SignupIsOver: if the place was given back, or taken over, before
    :raises ShiftIsNotOpen, ShiftIsOver, AlreadySignedUp, ShiftsOverlap:
    :raises BirthDateIsNeeded, TooYoung, ...: see eligibility.ensure_may_serve
    """
    known = signups.get_signup(signup_id)
    signups.lock_person(person.id)
    shift = shifts.lock_shift(known.shift_id)
    signup = signups.get_signup(signup_id)
    rules.ensure_open(state=shift.state, span=shift.span, now=now)
    if signup.state != "confirmed":
        raise line_rules.SignupIsOver
    _shift, already, other, minutes = binding.before_joining(shift.id, person_id=person.id)
    rules.ensure_free_then(already=already, other=other)
    role = roles.find_role(signup.role_id)
    ensure_may_serve(shift, role=role, person=person, minutes=minutes)
    end(signup, "replaced", now=now)
    taken = _bind(signup, shift=shift, person=person, now=now)
    news.call_back(signup, reason="superseded")
    news.replaced(signup, shift=shift, by=person, now=now)
    news.joined(taken, shift=shift, reader=news.reader_of(person, shift), now=now)
    return taken


def _bind(signup: Signup, *, shift: Shift, person: Person, now: datetime) -> Signup:
    taken = Signup(
        shift_id=shift.id,
        person_id=person.id,
        role_id=signup.role_id,
        state="confirmed",
        during=Range(shift.starts_at, shift.ends_at),
        joined_at=now,
        confirmed_at=now,
    )
    try:
        with attempt():
            db.session.add(taken)
    except IntegrityError as error:
        if violated(error) != NO_OVERLAP:
            raise
        raise rules.ShiftsOverlap(other="") from error
    return taken

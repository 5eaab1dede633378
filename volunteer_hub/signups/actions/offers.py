"""What becomes of an offered place: taken, or passed on when its deadline is over."""

from datetime import datetime

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.queries import roles, shifts
from volunteer_hub.signups.actions.eligibility import ensure_may_serve
from volunteer_hub.signups.actions.line import count_out, end, give_place, move_lines
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import binding, signups
from volunteer_hub.signups.rules import joining as joining_rules
from volunteer_hub.signups.rules import line as rules

AT_ONCE = 200  # lapsed offers in one run


def accept(*, signup_id: int, now: datetime) -> Signup:
    """Take the place that is offered.

    :raises NotFound: if there is no such sign-up
    :raises SignupIsOver, NothingIsOffered, OfferHasLapsed, ShiftIsOver: it is not to be had
    :raises ShiftsOverlap: if the person serves elsewhere by now
    :raises BirthDateIsNeeded, TooYoung, ...: see eligibility.ensure_may_serve
    """
    known = signups.get_signup(signup_id)
    signups.lock_person(known.person_id)
    # Who waits for a shift at that time elsewhere can come up there no more; nobody else moves.
    shift = shifts.lock_shift(known.shift_id)
    signup = signups.get_signup(signup_id)
    joining_rules.ensure_open(state=shift.state, span=shift.span, now=now)
    rules.ensure_may_accept(state=signup.state, offer_until=signup.offer_until, now=now)
    _shift, _already, other, minutes = binding.before_joining(shift.id, person_id=signup.person_id)
    joining_rules.ensure_free_then(already=False, other=other)
    role = roles.find_role(signup.role_id)
    ensure_may_serve(shift, role=role, person=signup.person, minutes=minutes)
    if not give_place(signup, shift, now=now):
        raise joining_rules.ShiftsOverlap(other="")
    news.promoted(signup, shift=shift, now=now)
    return signup


def lapse(*, now: datetime, limit: int = AT_ONCE) -> int:
    """End the offers whose deadline has passed; each place goes to the next. Safe to run twice.

    Also gives out, fairly, the places of shifts at which everybody could ask first until now.

    :returns: how many were ended or given out; as many as `limit` means that more may wait
    """
    due = signups.ids_of_lapsed(now=now, limit=limit)
    drawn = shifts.ids_to_draw(now=now, limit=limit)
    held = shifts.lock_shifts({*(shift_id for shift_id, _ in due), *drawn})
    ended = 0
    for shift_id, signup_id in due:
        signup, shift = signups.get_signup(signup_id), held[shift_id]
        if signup.state != "offered" or signup.offer_until is None or signup.offer_until > now:
            continue  # taken, or taken back, this very moment
        count_out(signup, shift)
        end(signup, "lapsed", now=now)
        db.session.flush()
        news.call_back(signup, reason="superseded")
        news.lapsed(signup, shift=shift, now=now)
        ended += 1
    move_lines(held.values(), now=now)
    return ended + len(drawn)

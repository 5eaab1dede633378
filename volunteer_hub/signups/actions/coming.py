"""Saying that one comes, after a reminder."""

from datetime import datetime

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import signups
from volunteer_hub.signups.rules import joining, line
from volunteer_hub.signups.rules.answers import NoPlaceHere


def say_coming(*, signup_id: int, now: datetime) -> Signup:
    """Write that the person said they come; saying it again changes nothing.

    :raises NotFound: if there is no such sign-up
    :raises SignupIsOver: if the place was given back
    :raises NoPlaceHere: if the person only waits for one
    :raises ShiftIsOver: once the shift has begun
    """
    shift = shifts.lock_shift(signups.get_signup(signup_id).shift_id)
    signup = signups.get_signup(signup_id)
    line.ensure_live(signup.state)
    joining.ensure_not_begun(shift.span, now=now)
    if signup.state != "confirmed":
        raise NoPlaceHere
    signup.coming_at = signup.coming_at or now
    db.session.flush()
    return signup

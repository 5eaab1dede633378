"""Do what was answered, whichever way the answer came."""

from collections.abc import Collection
from datetime import datetime

from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.actions import coming, joining, offers
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import binding, signups


def hold(answered: Collection[Signup]) -> None:
    """Lock everybody an answer speaks of and every shift it may move, as everything else does:
    persons first, then shifts, each in the order of their ids."""
    for person_id in sorted({signup.person_id for signup in answered}):
        signups.lock_person(person_id)
    freed = [
        shift_id
        for signup in answered
        for shift_id in binding.ids_freed_by(signup.shift_id, signup_id=signup.id)
    ]
    shifts.lock_shifts({*(signup.shift_id for signup in answered), *freed})


def do(verb: str, signup: Signup, *, now: datetime) -> Signup:
    """Say that the person comes or cannot, or take or let go the place that is offered.

    :raises Refusal: if it cannot be any more; see the actions of the room signups
    """
    if verb == "come":
        return coming.say_coming(signup_id=signup.id, now=now)
    if verb == "accept":
        return offers.accept(signup_id=signup.id, now=now)
    return joining.leave(signup_id=signup.id, now=now, by=signup.person_id, by_staff=False)

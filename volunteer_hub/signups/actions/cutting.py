"""Fewer places than people who hold one: staff choose who stays, the rest stand first in line."""

from collections.abc import Collection
from datetime import datetime

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions.line import count_out, take_back_offers
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import signups


def fit_into(
    shift: Shift, *, places: int, staying: Collection[int] | None, now: datetime
) -> list[Signup]:
    """Make room in a held shift for fewer places than are taken; offers are taken back first.

    :param staying: the sign-ups staff chose to keep their place; None if nobody was asked
    :returns: who lost their place and stands first in line now, in the order they had joined
    :raises PlacesAreKept: if that many are kept for groups
    :raises CapacityBelowConfirmed, NobodyIsChosen: unless staff chose as many as there are places
    """
    if shift.taken <= places + shift.capacity_extra:
        return []
    take_back_offers(shift)
    rules.ensure_keeps_fit(places=places, reserved=shift.reserved)
    left = places - shift.reserved
    confirmed = [s for s in signups.list_live(shift.id) if s.state == "confirmed"]
    chosen = None if staying is None else {s.id for s in confirmed} & set(staying)
    rules.ensure_all_may_stay(
        places=left, confirmed=len(confirmed), staying=None if chosen is None else len(chosen)
    )
    if chosen is None or len(confirmed) <= left:
        return []
    going = [signup for signup in confirmed if signup.id not in chosen]
    rank = signups.first_rank(shift.id) - len(going)
    for place, signup in enumerate(going):
        count_out(signup, shift)
        signup.state, signup.rank, signup.confirmed_at = "waitlisted", rank + place, None
        signup.coming_at = None  # said of a place that is gone
        shift.waiting += 1
    shift.capacity_extra = 0
    db.session.flush()
    return going


def tell(going: list[Signup], *, shift: Shift, now: datetime) -> None:
    """Tell who lost their place that they stand first in line."""
    for place, signup in enumerate(going, start=1):
        news.call_back(signup, reason="superseded")
        news.back_in_line(signup, shift=shift, position=place, now=now)

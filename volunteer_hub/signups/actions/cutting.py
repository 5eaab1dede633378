"""Fewer places than people who hold one: staff choose who stays, the rest stand first in line."""

from collections.abc import Collection, Sequence
from datetime import datetime

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.rules import ensure_keeps_fit
from volunteer_hub.signups.actions.line import count_out, take_back_offers
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries import signups
from volunteer_hub.signups.rules import staying as rules

Cut = tuple[int, list[Signup]]  # how many places there will be, and who holds one now


def fit_into(
    shift: Shift,
    *,
    places: int,
    staying: Collection[int] | None,
    among: Collection[int] | None = None,
) -> list[Signup]:
    """Make room in a held shift for fewer places than are taken; offers are taken back first.

    :param staying: the sign-ups staff chose to keep their place; None if nobody was asked
    :param among: those they chose from
    :returns: who lost their place and stands first in line now, in the order they had joined
    :raises PlacesAreKept: if that many are kept for groups
    :raises CapacityBelowConfirmed, NobodyIsChosen: unless staff chose as many as there are places
    :raises PeopleHaveChanged: if others are confirmed by now
    """
    if shift.taken <= places + shift.capacity_extra:
        return []
    take_back_offers(shift)
    ensure_keeps_fit(places=places, reserved=shift.reserved)
    cut = places - shift.reserved, _confirmed(shift)
    return _send_back(shift, [cut], staying=staying, among=among)


def fit_into_roles(
    shift: Shift,
    *,
    places: Sequence[tuple[ShiftRole, int]],
    staying: Collection[int] | None,
    among: Collection[int] | None = None,
) -> list[Signup]:
    """Make room in roles of a held shift, each for so many places; the rest as fit_into."""
    cut = {role.id: most for role, most in places if most < role.confirmed + role.offered}
    if not cut:
        return []
    take_back_offers(shift)
    confirmed = _confirmed(shift)
    cuts = [(most, [s for s in confirmed if s.role_id == role_id]) for role_id, most in cut.items()]
    return _send_back(shift, cuts, staying=staying, among=among)


def tell(going: list[Signup], *, shift: Shift, now: datetime) -> None:
    """Tell who lost their place that they stand first in line."""
    for place, signup in enumerate(going, start=1):
        news.call_back(signup, reason="superseded")
        news.back_in_line(signup, shift=shift, position=place, now=now)


def _confirmed(shift: Shift) -> list[Signup]:
    return [s for s in signups.list_live(shift.id) if s.state == "confirmed"]


def _send_back(
    shift: Shift,
    cuts: Sequence[Cut],
    *,
    staying: Collection[int] | None,
    among: Collection[int] | None,
) -> list[Signup]:
    """Put those who do not stay at the head of the line, in the order they had joined."""
    cuts = [(places, held) for places, held in cuts if len(held) > places]
    if not cuts:
        return []
    concerned = {signup.id for _places, held in cuts for signup in held}
    rules.ensure_saw_everybody(confirmed=concerned, among=among)
    for places, held in cuts:
        chosen = None if staying is None else sum(signup.id in staying for signup in held)
        rules.ensure_all_may_stay(places=places, confirmed=len(held), staying=chosen)
    going = [s for s in _confirmed(shift) if s.id in concerned and s.id not in (staying or ())]
    rank = signups.first_rank(shift.id) - len(going)
    for place, signup in enumerate(going):
        count_out(signup, shift)
        signup.state, signup.rank, signup.confirmed_at = "waitlisted", rank + place, None
        signup.coming_at = None  # said of a place that is gone
        shift.waiting += 1
    shift.capacity_extra = 0
    db.session.flush()
    return going

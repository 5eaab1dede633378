"""The letters to who comes every time, stands in, brings a group, or wants to hear of gaps."""

from typing import NamedTuple

from sqlalchemy.orm.attributes import set_committed_value

from volunteer_hub.groups import letters as groups
from volunteer_hub.groups.models import Reservation
from volunteer_hub.people.queries import readers
from volunteer_hub.previews.actions.trying import (
    Composed,
    apart,
    compose,
    reader,
    written,
)
from volunteer_hub.previews.queries import promises, shifts
from volunteer_hub.previews.rules import OPEN, Wish, moment, stand_for
from volunteer_hub.shifts.models import Shift
from volunteer_hub.stand_ins import letters as stand_ins
from volunteer_hub.stand_ins.models import StandInRequest
from volunteer_hub.standing import letters as standing
from volunteer_hub.watches import letters as watches

TOKEN_LENGTH = 22  # of the secret in the link of places kept for a group


class Tried(NamedTuple):
    """What came of an order on one shift."""

    shift: Shift
    outcome: str
    reason: str | None


def began(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell what a promise for every time has signed the person up for."""
    order = promises.find_order(wish.paths)
    if order is None:
        return None
    tries = promises.list_tries(order, wish.paths)
    tried = [Tried(shift, one.outcome, one.reason) for one, shift in reversed(tries)]
    person = reader(order.person, wish)
    apart(order, id=-order.id)
    told = {"person": person, "tried": tried, "now": wish.now}
    return compose(kind, lambda: standing.began(order, **told))


def refused(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell that one shift did not work; where all did, of one as if it had not."""
    order = promises.find_order(wish.paths, rather="refused")
    tries = promises.list_tries(order, wish.paths, rather="refused") if order else ()
    if order is None or not tries:
        return None
    tried, shift = tries[0]
    person = reader(order.person, wish)
    apart(order, id=-order.id)
    now = moment(shift.starts_at, now=wish.now)
    told = {"person": person, "shift": shift, "reason": tried.reason, "now": now}
    return compose(kind, lambda: standing.refused(order, **told))


def standing_in(kind: str, wish: Wish) -> list[Composed] | None:
    """Ask one person to stand in, or tell who asked that the other cannot come."""
    request = _request(wish)
    if request is None:
        return None
    tell = {"stand-in-asked": stand_ins.asked, "stand-in-declined": stand_ins.declined}[kind]
    now = moment(request.signup.shift.starts_at, now=wish.now)
    return compose(kind, lambda: tell(request, now=now))


def kept(kind: str, wish: Wish) -> list[Composed] | None:
    """Send the contact of a group the link to its places; what stands in it opens nothing."""
    reservation = _reservation(wish, with_some_left=False)
    if reservation is None:
        return None
    now = moment(reservation.shift.starts_at, now=wish.now)
    facts = {"token": stand_for(TOKEN_LENGTH), "now": now}
    return compose(kind, lambda: groups.kept(reservation, **facts))


def released(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell the contact of a group what was left of its places."""
    reservation = _reservation(wish, with_some_left=True)
    if reservation is None:
        return None
    now = moment(reservation.shift.starts_at, now=wish.now)
    return compose(kind, lambda: groups.released(reservation, now=now))


def news(kind: str, wish: Wish) -> list[Composed] | None:
    """Tell who watches a place where people are missing."""
    watch = promises.find_watch(wish.paths)
    found = shifts.list_shifts(wish.paths, now=wish.now)
    coming = [shift for shift in found if shift.starts_at > wish.now]
    chosen = [shift for shift in coming if wish.shift_id in (None, shift.id)]
    if watch is None or not chosen:
        return None
    to = readers.reader_of(reader(watch.person, wish), kind=watches.NEWS)
    lines = [watches.Line(shift, "understaffed", 1) for shift in chosen[:3]]
    return compose(kind, lambda: watches.news(to, lines, watches=[watch], now=wish.now))


def _request(wish: Wish) -> StandInRequest | None:
    request = shifts.find_request(wish.paths, shift_id=wish.shift_id)
    if request is None or request.invited is None:
        return None
    for person in (request.invited, request.signup.person):
        reader(person, wish)
    if not wish.by_name:  # a number names a person too
        set_committed_value(request.invited, "volunteer_no", OPEN)
    return apart(request, id=-request.id, note=written(request.note, wish))


def _reservation(wish: Wish, *, with_some_left: bool) -> Reservation | None:
    found = shifts.find_reservation(
        wish.paths, shift_id=wish.shift_id, with_some_left=with_some_left
    )
    if found is None:
        return None
    reader(found.contact, wish)
    return apart(found, id=-found.id)


WRITERS = {
    "standing-began": began,
    "standing-refused": refused,
    "stand-in-asked": standing_in,
    "stand-in-declined": standing_in,
    "places-kept": kept,
    "places-released": released,
    "watch-news": news,
}

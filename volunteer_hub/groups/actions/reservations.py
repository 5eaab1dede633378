"""Keep places for a group, let its people take them, give what is left back.

Whoever writes a reservation holds its shift first: the shift's `reserved` is at every moment what
is left of its open reservations.  Who gives a place of theirs back later gives it to everybody.
"""

from collections.abc import Collection
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, NamedTuple

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import db
from volunteer_hub.groups import letters
from volunteer_hub.groups.actions.together import Helper, Outcome, hold, join_one
from volunteer_hub.groups.models import Reservation
from volunteer_hub.groups.queries import reservations as queries
from volunteer_hub.groups.rules import reservations as rules
from volunteer_hub.people.models import Person
from volunteer_hub.people.rules.proofs import hash_token
from volunteer_hub.shifts.queries.shifts import lock_shift
from volunteer_hub.signups.actions.joining import Ask, role_of
from volunteer_hub.signups.actions.reserving import keep_places, release_places
from volunteer_hub.signups.rules.joining import ensure_open

TOKEN_BYTES = 16  # 128 bits, in few characters: the link travels by SMS


class Group(NamedTuple):
    """Whom places are kept for: its name in both languages, and who passes the link on."""

    name_zh: str
    name_en: str | None
    contact: Person | None


def reserve(
    *, shift_id: int, group: Group, places: int, until: datetime, by: int, now: datetime
) -> Reservation:
    """Keep free places of a shift for a group until the deadline, and send its contact the link.

    :raises NotFound: if there is no such shift
    :raises ShiftIsNotOpen, ShiftIsOver: if it needs nobody, or not yet
    :raises BrokenInput: naming name_zh, places, contact or until
    :raises NotSoManyFree: if fewer places are free
    """
    shift = lock_shift(shift_id)
    ensure_open(state=shift.state, span=shift.span, now=now)
    contact_id = rules.ensure_may_keep(
        name_zh=group.name_zh,
        places=places,
        contact=group.contact and group.contact.id,
        until=until,
        starts_at=shift.starts_at,
        now=now,
    )
    keep_places(shift_id=shift_id, places=places, now=now)
    token = token_urlsafe(TOKEN_BYTES)
    reservation = Reservation(
        shift_id=shift_id,
        name_zh=group.name_zh.strip(),
        name_en=(group.name_en or "").strip() or None,
        contact_id=contact_id,
        places=places,
        until=until,
        token_digest=hash_token(token),
        created_by=by,
        created_at=now,
    )
    db.session.add(reservation)
    db.session.flush()
    reservation = queries.get_reservation(reservation.id)
    _record("kept-places", reservation, by=by, places=places)
    letters.kept(reservation, token=token, now=now)
    return reservation


def take(
    *,
    token: str,
    helper: Helper,
    people: Collection[int],
    role_id: int | None,
    now: datetime,
) -> list[Outcome]:
    """Take kept places for the helper and whom they sign up: all of them, or none.

    :raises NotFound: if the link opens nothing, or the helper may not sign somebody up
    :raises ReservationHasEnded: if the places are everybody's now
    :raises NotSoManyKept, TaskIsFull, SomebodyCannot: and then nobody is signed up
    :raises ShiftIsNotOpen, ShiftIsOver, RoleIsNeeded, BrokenInput: see together.join_together
    """
    known = queries.get_by_token(token)
    held = hold(people, helper=helper, shift_id=known.shift_id, now=now)
    reservation = queries.lock_reservation(known.id)
    rules.ensure_goes_on(reservation.state, until=reservation.until, now=now)
    rules.ensure_are_left(left=reservation.left, persons=len(held.people))
    role = role_of(held.shift, role_id)
    if role is not None and role.free < len(held.people):
        raise rules.TaskIsFull
    ask = Ask(role_id=role_id, kept=True)
    joined = [join_one(person, held, helper, ask, now=now) for person in held.people]
    if any(one.state != "confirmed" for one in joined):
        raise rules.TaskIsFull
    reservation.taken += len(joined)
    db.session.flush()
    _record("took-kept-places", reservation, by=helper.person.id, persons=len(joined))
    return [Outcome(*pair) for pair in zip(held.people, joined, strict=True)]


def end(*, reservation_id: int, by: int, now: datetime) -> Reservation:
    """Keep the places no longer; what nobody took is everybody's, and the contact is told.

    :raises NotFound: if there is no such reservation
    :raises ReservationHasEnded: if it ended before
    """
    reservation = _hold(reservation_id)
    if reservation.state != "open":
        raise rules.ReservationHasEnded
    _end(reservation, now=now)
    _record("ended-reservation", reservation, by=by, left=reservation.left)
    return reservation


def release(*, reservation_id: int, now: datetime) -> bool:
    """Give back what is kept past its deadline, or on a shift that began or was called off.

    :returns: False if there is nothing to do any more: it is safe to do twice
    """
    reservation = _hold(reservation_id)
    shift = reservation.shift
    if rules.goes_on(reservation.state, until=reservation.until, now=now) and shift.is_open(now):
        return False
    if reservation.state != "open":
        return False
    _end(reservation, now=now)
    return True


def _hold(reservation_id: int) -> Reservation:
    lock_shift(queries.get_reservation(reservation_id).shift_id)
    return queries.lock_reservation(reservation_id)


def _end(reservation: Reservation, *, now: datetime) -> None:
    reservation.state, reservation.ended_at = "ended", now
    db.session.flush()
    release_places(shift_id=reservation.shift_id, places=reservation.left, now=now)
    letters.released(reservation, now=now)


def _record(verb: str, reservation: Reservation, *, by: int, **facts: Any) -> None:
    thing, path = f"reservation:{reservation.id}", reservation.shift.place.path
    record(verb, thing, place_path=path, actor_id=by, shift=reservation.shift_id, **facts)

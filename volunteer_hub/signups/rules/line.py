"""What becomes of a promise: its states, offers and their deadlines, reminders, fairness.  Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from volunteer_hub.foundation.clock import local_instant
from volunteer_hub.foundation.nights import QUIET_FROM, is_quiet
from volunteer_hub.foundation.refusal import Refusal, sentence

# Which state may follow which; the database refuses the rest (trigger signup_steps).
MOVES: dict[str, frozenset[str]] = {
    "confirmed": frozenset(
        {"cancelled_by_volunteer", "cancelled_by_org", "replaced", "waitlisted"}
    ),
    "waitlisted": frozenset({"offered", "confirmed", "cancelled_by_volunteer", "cancelled_by_org"}),
    "offered": frozenset(
        {"confirmed", "waitlisted", "lapsed", "cancelled_by_volunteer", "cancelled_by_org"}
    ),
    "cancelled_by_volunteer": frozenset(),
    "cancelled_by_org": frozenset(),
    "replaced": frozenset(),  # somebody else took the place over
    "lapsed": frozenset(),  # an offer that nobody answered
}
SIGNUP_STATES = tuple(MOVES)
LIVE = frozenset({"confirmed", "waitlisted", "offered"})
IN_LINE = frozenset({"waitlisted", "offered"})

REMINDERS = {"24h": timedelta(hours=24), "2h": timedelta(hours=2)}  # how long before the start

# How long an offer stands: the shorter, the nearer the shift.
STANDS = (
    (timedelta(days=7), timedelta(hours=24)),
    (timedelta(days=2), timedelta(hours=12)),
    (timedelta(days=1), timedelta(hours=4)),
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(0), timedelta(minutes=30)),
)
LINE_CLOSES = timedelta(hours=2)  # before the start: who gets word later could not come
MORNING = time(9)  # nobody must answer earlier
FAIR_OVER = timedelta(days=90)  # how far back served shifts count for fairness


class SignupIsOver(Refusal):
    """The place was given back before."""

    said = sentence("This sign-up has ended already.")


class NothingIsOffered(Refusal):
    """The person has a place, or waits, and was offered nothing."""

    said = sentence("No place is offered to you here at the moment.")


class OfferHasLapsed(Refusal):
    """The deadline passed; the place goes to the next in line."""

    said = sentence("This offer has ended; the place goes to the next in line.")


def ensure_live(state: str) -> None:
    """Refuse to end what has ended.

    :raises SignupIsOver: the place was given back before
    """
    if state not in LIVE:
        raise SignupIsOver


def ensure_may_accept(*, state: str, offer_until: datetime | None, now: datetime) -> None:
    """Refuse a place that is not offered, or no longer.

    :raises SignupIsOver, NothingIsOffered, OfferHasLapsed:
    """
    if state == "lapsed":
        raise OfferHasLapsed
    ensure_live(state)
    if state != "offered" or offer_until is None:
        raise NothingIsOffered
    if offer_until <= now:
        raise OfferHasLapsed


def line_closes_at(starts_at: datetime) -> datetime:
    """Say from when on nobody is offered a place any more."""
    return starts_at - LINE_CLOSES


def offer_until(starts_at: datetime, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Say until when an offer made now stands.

    Nobody must answer at night: a deadline between 21:00 and 8:00 on the wall moves to 9:00,
    but never past the moment at which the line closes.
    """
    ahead = starts_at - now
    until = now + next(stands for least, stands in STANDS if ahead >= least)
    if is_quiet(until, zone):
        wall = until.astimezone(zone)
        day = wall.date() + timedelta(days=wall.time() >= QUIET_FROM)
        until = local_instant(datetime.combine(day, MORNING), zone)
    return min(until, line_closes_at(starts_at))


class Waiting(NamedTuple):
    """One who asks for a place while everybody may still come first."""

    signup_id: int
    rank: int
    served: int  # shifts in the last 90 days


def by_fairness(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Put those first who served least, and among them who asked first."""
    return sorted(waiting, key=lambda one: (one.served, one.rank))


def is_late(starts_at: datetime, *, cutoff: timedelta, now: datetime) -> bool:
    """Tell whether somebody who cannot come says so later than the shift asks for."""
    return bool(cutoff) and now > starts_at - cutoff


def coming_reminders(starts_at: datetime, *, now: datetime) -> dict[str, datetime]:
    """Say when each reminder falls due; those whose moment has passed are left out."""
    due = {kind: starts_at - before for kind, before in REMINDERS.items()}
    return {kind: at for kind, at in due.items() if at > now}

"""When a shift lacks people, is almost full or safe again, and when that is told.  Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

LOOKS_AHEAD = timedelta(days=14)  # what begins later may still fill by itself
HOLDS = timedelta(minutes=10)  # how long a condition stands before it is told
ALMOST = 10  # a tenth of the places is free, or a single one

ENOUGH = "enough"  # of a shift about which nothing was ever told, too
CONDITIONS = (ENOUGH, "understaffed", "almost_full", "full")

# What people may want to hear of; of several about one shift the first is told.
WISHES = ("understaffed", "all_clear", "almost_full")
WISH_WORDS = {
    "understaffed": sentence("People are missing"),
    "all_clear": sentence("All clear again"),
    "almost_full": sentence("Almost full"),
}


class WatchHasEnded(Refusal):
    """What was ended is begun anew, not changed."""

    said = sentence("You do not watch this any more. You may begin again at any time.")


class Staffing(NamedTuple):
    """How many people a shift needs and has.

    `places`: those of staff's overbooking too; `taken`: also offered, or kept for a group.
    """

    minimum: int
    places: int
    confirmed: int
    taken: int
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a shift: the condition told last, the one seen last, and since when."""

    told: str = ENOUGH
    seen: str = ENOUGH
    since: datetime | None = None  # None: it never was otherwise


@dataclass(frozen=True, slots=True)
class Subject:
    """What is watched, or where a shift stands: a place by its path, a series by its id."""

    path: str | None
    series_id: int | None


def condition_of(staffing: Staffing, *, starts_at: datetime, now: datetime) -> str | None:
    """Name how a shift stands; None if it has begun, or begins later than anybody is told of.

    Fewer people than it needs come first. A shift that nobody has joined is not almost full,
    even where one place is all there is; where people wait it is full.
    """
    if not now < starts_at <= now + LOOKS_AHEAD:
        return None
    if staffing.confirmed < staffing.minimum:
        return "understaffed"
    free = staffing.places - staffing.taken
    if free <= 0 or staffing.waiting:
        return "full"
    almost = staffing.taken and free <= max(1, staffing.places // ALMOST)
    return "almost_full" if almost else ENOUGH


def look(known: Known, condition: str, *, now: datetime) -> Known:
    """Note what is seen now; a condition that comes anew has to stand from now on."""
    if condition == known.seen:
        return known
    return Known(told=known.told, seen=condition, since=now)


def is_due(known: Known, *, now: datetime) -> bool:
    """Tell whether it is another condition than was told, and has stood long enough.

    Whoever leaves and is replaced within ten minutes rings at nobody's.
    """
    if known.seen == known.told or known.since is None:
        return False
    return now - known.since >= HOLDS


def news_of(*, told: str, seen: str) -> frozenset[str]:
    """Say which wishes a change answers.

    All is clear only after people were said to be missing. A full shift of which a place becomes
    free is no news: that it fills was told on its way up, and whoever waits gets the place.
    """
    if seen == told:
        return frozenset()
    news = set()
    if seen == "understaffed":
        news.add("understaffed")
    elif told == "understaffed":
        news.add("all_clear")
    if seen == "almost_full" and told != "full":
        news.add("almost_full")
    return frozenset(news)


def covers(watched: Subject, shift: Subject) -> bool:
    """Tell whether a shift lies at or below the watched place, or belongs to the series."""
    if watched.path is not None:
        return shift.path is not None and shift.path.startswith(watched.path)
    return watched.series_id is not None and watched.series_id == shift.series_id


def worth_telling(news: Collection[str], wishes: Collection[str], *, serves: bool) -> str | None:
    """Choose what one person is told of a change; None: nothing.

    :param serves: whether the person has a place there or stands in its line, and so knows
    """
    if serves:
        return None
    return next((wish for wish in WISHES if wish in news and wish in wishes), None)


def ensure_wants_something(wishes: Collection[str]) -> None:
    """Refuse a watch that never rings.

    :raises BrokenInput: naming understaffed, the first of the boxes
    """
    if not frozenset(WISHES) & frozenset(wishes):
        raise BrokenInput([("understaffed", sentence("Choose at least one."))])

"""F9: reminders fall due every five minutes by the wall clock while it is put forward and back.

In London, New York, on Lord Howe (by half an hour) and in Casablanca (for Ramadan). What the clock
skips falls due later by as much, what it shows twice the first time. The database's clock is moved
on from one due time to the next.

    python -m bench.faults.f9 --count 5000 --seed 7
"""

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bench.faults.counts import Counts, count
from bench.faults.drill import deliver_later, play
from bench.faults.ground import Ground
from bench.faults.posting import post_at
from volunteer_hub.foundation.clock import local_instant

SIZES = {"count": 5000}
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca")
EVERY, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
SOON, JUST_BEFORE = timedelta(days=2), timedelta(minutes=1)  # a slow look takes seconds
PROMISE = 60.0  # seconds
LEFT = "select count(*) from message where state = 'sent'"
NOW = "select clock_timestamp()"


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Post by the rule of the house; look each time, just before the next is due, who has left."""
    place.start_sinks(delay=0.0)
    (now,) = place.ask(NOW)[0]
    wanted = [
        (wall, zone)
        for zone in map(ZoneInfo, ZONES)
        for switch in switches(zone, after=now + SOON)
        for wall in walls_around(switch, zone, given.count // (2 * len(ZONES)))
    ]
    post_at(place.app, "f9", [local_instant(*one) for one in wanted], channels={"email"})
    due = Counter(by_the_rule(*one) for one in wanted)
    moments = sorted(due)
    left, broken = 0, list[str]()
    for moment, following in pairwise([*moments, moments[-1] + EVERY]):
        (now,) = place.ask(NOW)[0]
        ahead = min(following, moment + EVERY) - JUST_BEFORE - now
        deliver_later(place, ahead)
        left += due[moment]
        (found,) = place.ask(LEFT)[0]
        if found != left:
            broken.append(f"at {following:%F %T} UTC {found} had left and not {left}")
    print(f"  {len(wanted)} letters at {len(moments)} moments, {2 * len(ZONES)} switches of clocks")
    return count(
        place, limit=0, promise=PROMISE, broken=broken[:10], ahead=(ahead + EVERY).total_seconds()
    )


def switches(zone: ZoneInfo, *, after: datetime) -> list[datetime]:
    """Find the next two instants, to the hour, from which on the clock has another offset."""
    found, instant = list[datetime](), after.replace(minute=0, second=0, microsecond=0)
    while len(found) < 2:
        instant += HOUR
        if offset(instant, zone) != offset(instant - HOUR, zone):
            found.append(instant)
    return found


def walls_around(switch: datetime, zone: ZoneInfo, size: int) -> list[datetime]:
    """List so many wall clock times, half of them before the switch; naive."""
    middle = (switch + offset(switch - HOUR, zone)).replace(tzinfo=None)
    return [middle + number * EVERY for number in range(-(size // 2), size - size // 2)]


def by_the_rule(wall: datetime, zone: ZoneInfo) -> datetime:
    """Work out when it should leave from offsets alone: the first time the clock shows it.

    If it never does, as long after the skip as the wall time stands in it.
    """
    about = wall.replace(tzinfo=UTC)
    before, behind = offset(about - DAY, zone), offset(about + DAY, zone)
    shown = [about - each for each in (before, behind) if offset(about - each, zone) == each]
    return min(shown, default=about - before)


def offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    """Say how far the zone's wall clock is ahead of UTC at an instant."""
    found = instant.astimezone(zone).utcoffset()
    assert found is not None
    return found


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

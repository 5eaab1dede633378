"""F1: reminders fall due while a worker is killed every 0.3 to 1 s, its whole process group.

python -m bench.faults.f1 --count 5000 --seed 7
"""

import argparse
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from bench.faults.counts import Counts, count
from bench.faults.drains import drains
from bench.faults.drill import play, settle
from bench.faults.ground import Ground
from bench.faults.posting import post
from volunteer_hub.carriers.channels.route import AT_ONCE

SIZES = {"count": 5000, "workers": 3, "processes": 2, "kills": 200, "delay": 0.02, "spread": 30.0}
PAUSE = (0.3, 1.0)  # seconds between two kills
UNTIL = 0.9  # the share that has arrived when the kills end; the rest waits for leases
PROMISE = 75.0  # seconds: a lease, and a tick


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Kill one group after another, start another in its place, then let the rest come."""
    dice = random.Random(given.seed)
    place.start_sinks(delay=given.delay)
    first = timedelta(seconds=1)
    post(place.app, "f1", given.count, channels=None, spread=given.spread, first=first)
    kills = 0
    with drains(place) as found:
        for _ in range(given.workers):
            found.start(processes=given.processes)
        while place.count() < UNTIL * given.count and kills < given.kills:
            time.sleep(dice.uniform(*PAUSE))
            found.kill(dice.choice(found.groups))
            found.start(processes=given.processes)
            kills += 1
        ended = datetime.now(UTC)
        if not given.leap:
            settle(place, leap=False)
        found.stop()
    if given.leap:
        settle(place, leap=True)
    print(f"  {kills} groups of {given.processes} processes were killed", flush=True)
    limit = kills * given.processes * AT_ONCE  # a window of text messages each
    return count(place, limit=limit, promise=PROMISE, fault_ended=ended)


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

"""F0: nothing breaks; how late are letters then?

python -m bench.faults.f0 --count 4000 --seed 7
"""

import argparse
import sys
from datetime import timedelta

from bench.faults.counts import Counts, count
from bench.faults.drill import play, settle
from bench.faults.ground import Ground, wait
from bench.faults.posting import post

SIZES = {"count": 4000, "processes": 2, "delay": 0.02, "spread": 120.0}
PROMISE = 60.0  # seconds
MOST = 10.0  # seconds, for 99 of 100
FIRST_DUE = timedelta(seconds=15)  # worker and beat come up


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Let reminders fall due one after another while worker, beat and fallback deliver."""
    place.start_sinks(delay=given.delay)
    post(place.app, "f0", given.count, channels=None, spread=given.spread, first=FIRST_DUE)
    place.start_worker(processes=given.processes)
    place.start_beat()
    place.start_fallback()
    wait(lambda: place.count() >= given.count, "the letters", seconds=given.spread + 120)
    settle(place, leap=False, seconds=30)
    place.stop("worker", "beat", "fallback")
    return count(place, limit=0, promise=PROMISE, most=MOST)


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

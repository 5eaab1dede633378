"""F4: the broker is down for the whole run; worker and beat ask for it in vain.

The fallback finds the drain silent and delivers by itself.

    python -m bench.faults.f4 --count 2000 --seed 7
"""

import argparse
import sys
from datetime import timedelta

from bench.faults.counts import Counts, count
from bench.faults.drill import play, settle
from bench.faults.ground import Ground, wait
from bench.faults.posting import post

SIZES = {"count": 2000, "delay": 0.02, "spread": 60.0, "celery": 1}
PROMISE = 60.0  # seconds
ENDS_WITHIN = 600.0  # seconds


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Stop the broker before anything is due, and never start it."""
    place.valkey.stop()
    place.start_sinks(delay=given.delay)
    first = timedelta(seconds=1)
    post(place.app, "f4", given.count, channels=None, spread=given.spread, first=first)
    place.start_fallback()
    if given.celery:
        place.start_worker(processes=2)
        place.start_beat()
    wait(lambda: place.count() >= given.count, "the fallback", seconds=ENDS_WITHIN)
    settle(place, leap=False, seconds=5)
    place.stop("fallback")
    return count(place, limit=0, promise=PROMISE)


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

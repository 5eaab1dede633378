"""F3: the broker is wiped every 2 s, killed and restarted empty, and stands still for a minute.

python -m bench.faults.f3 --count 2000 --seed 7
"""

import argparse
import random
import signal
import sys
import time
from datetime import timedelta

from bench.faults.counts import Counts, count
from bench.faults.drill import play, settle
from bench.faults.ground import Ground
from bench.reminders import post
from standalone.embedded import wipe

SIZES = {"count": 2000, "processes": 2, "delay": 0.02, "spread": 180.0, "freeze": 60.0}
PROMISE = 60.0  # seconds
FLUSHES_EVERY = 2.0  # seconds
FIRST_DUE = timedelta(seconds=8)  # worker and beat come up


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Strike the broker from first to last while worker, beat and fallback deliver."""
    dice = random.Random(given.seed)
    place.start_sinks(delay=given.delay)
    post(place.app, "f3", given.count, channels=None, spread=given.spread, first=FIRST_DUE)
    place.start_worker(processes=given.processes)
    place.start_beat()
    place.start_fallback()
    began = time.monotonic()
    lasts = FIRST_DUE.total_seconds() + given.spread
    restarts_at, freezes_at = dice.uniform(0.2, 0.35) * lasts, dice.uniform(0.4, 0.6) * lasts
    flushes = 0
    while (now := time.monotonic() - began) < lasts:
        if now > restarts_at:
            restart_empty(place)
            restarts_at = lasts
        if now > freezes_at:
            freeze(place, given.freeze)
            freezes_at = lasts
        place.flush()
        flushes += 1
        time.sleep(FLUSHES_EVERY)
    settle(place, leap=False, seconds=240)
    for name in ("worker", "beat", "fallback"):
        place.stop(name)
    print(f"  {flushes} wipes, 1 restart without data, {given.freeze:.0f} s frozen", flush=True)
    return count(place, limit=0, promise=PROMISE)


def restart_empty(place: Ground) -> None:
    place.valkey.stop(how=signal.SIGKILL)
    wipe(place.valkey.data)
    place.valkey.start()


def freeze(place: Ground, seconds: float) -> None:
    assert place.valkey.process is not None
    place.valkey.process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    place.valkey.process.send_signal(signal.SIGCONT)


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

"""F3: the broker is wiped every 2 s, restarted empty, stands still, and is cut off for a minute.

python -m bench.faults.f3 --count 2000 --seed 7
"""

import argparse
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta

from bench.faults.counts import Counts, count
from bench.faults.drill import play, settle
from bench.faults.ground import Ground, wait
from bench.faults.hole import hole
from bench.faults.posting import post
from standalone.embedded import wipe

SIZES = {"count": 2000, "processes": 2, "delay": 0.02, "spread": 180.0, "freeze": 60.0}
SIZES |= {"hole": 60.0}
PROMISE = 60.0  # seconds
FLUSHES_EVERY = 2.0  # seconds
HEARS_WITHIN = 30.0  # seconds after the hole's end
HEARD = "select coalesce(max(beat_at), 'epoch') from heartbeat where name = 'messages-drain'"
WAITING = "select count(*) from message where state = 'pending'"
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
    place.stop("worker", "beat", "fallback")
    print(f"  {flushes} wipes, 1 restart without data, {given.freeze:.0f} s frozen", flush=True)
    broken = cut_off(place, given) if given.hole else []
    return count(place, limit=0, promise=PROMISE, broken=broken)


def cut_off(place: Ground, given: argparse.Namespace) -> list[str]:
    """Let the network between worker and broker swallow everything for a while, then not."""
    some = max(1, given.count // 4)
    with hole(place.valkey.socket) as between:
        place.start_worker(
            processes=given.processes, REDIS_URL=f"redis://127.0.0.1:{between.port}/0"
        )
        place.start_beat()
        place.start_fallback()
        since = place.ask("select clock_timestamp()")[0][0]
        wait(lambda: place.ask(HEARD)[0][0] > since, "the worker", seconds=60)
        lasts = given.hole + HEARS_WITHIN
        post(place.app, "f3-hole", some, channels=None, spread=lasts, first=timedelta(seconds=1))
        between.open()
        time.sleep(given.hole)
        between.close()
        closed = place.ask("select clock_timestamp()")[0][0]
        with suppress(TimeoutError):
            wait(lambda: place.ask(HEARD)[0][0] > closed, "the worker", seconds=4 * HEARS_WITHIN)
        took = (place.ask(HEARD)[0][0] - closed).total_seconds()
        with suppress(TimeoutError):  # the last may not be due yet
            wait(lambda: not place.ask(WAITING)[0][0], "the last", seconds=240)
        settle(place, leap=False, seconds=240)
        place.stop("worker", "beat", "fallback")
    heard = f"heard again {took:.1f} s after it" if took > 0 else "was deaf for good"
    print(f"  a black hole of {given.hole:.0f} s: the worker {heard}", flush=True)
    return [] if 0 < took <= HEARS_WITHIN else [f"the worker {heard}"]


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

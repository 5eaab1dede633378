"""F15: a long run with workers killed, the broker wiped and PostgreSQL stopped; who grows?

python -m bench.faults.f15 --minutes 15 --seed 7
"""

import argparse
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.faults.counts import Counts, count
from bench.faults.drains import Drains, drains
from bench.faults.drill import play, settle
from bench.faults.f3 import freeze, restart_empty
from bench.faults.f5 import forgotten, stop_at_once
from bench.faults.ground import Ground
from bench.faults.posting import post
from volunteer_hub.carriers.channels.route import AT_ONCE

SIZES = {"minutes": 15.0, "rate": 20.0, "processes": 2, "delay": 0.02, "freeze": 30.0}
PROMISE = 75.0  # seconds: a lease, and a tick
FIRST_DUE = timedelta(seconds=10)  # workers and beat come up
KILL, WIPE, EMPTY, FREEZE, STOP = 10.0, 5.0, 90.0, 240.0, 60.0  # seconds between two, on average
WARM = 0.5  # of the run: until then a process is still filling what it keeps
STEADY = ("worker", "beat", "fallback", "sinks")  # nobody kills them
TELLS = 600.0  # seconds: a shorter run only shows how processes fill what they keep
FLAT = 20.0  # MB an hour: less than that is noise in a run of a quarter of an hour
MB, PAGE = 1e6, os.sysconf("SC_PAGE_SIZE")

Samples = dict[tuple[str, int], list[tuple[float, float]]]


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Strike by chance for so many minutes while letters fall due; look at everybody's memory."""
    dice, lasts = random.Random(given.seed), given.minutes * 60
    size = int(lasts * given.rate)
    place.start_sinks(delay=given.delay)
    post(place.app, "f15", size, channels=None, spread=lasts, first=FIRST_DUE)
    for start in (place.start_beat, place.start_fallback):
        start()
    place.start_worker(processes=given.processes)
    samples: Samples = defaultdict(list)
    with drains(place) as found:
        found.start(processes=given.processes)
        faults = Faults(place, dice, freeze_for=given.freeze)
        faults.every(KILL, "kill", lambda: faults.replace(found, given.processes))
        began = time.monotonic()
        while (now := time.monotonic() - began) < lasts:
            faults.strike()
            look(place, now, samples)
            time.sleep(1.0)
        settle(place, leap=False, seconds=300)
        found.stop()
    place.stop("worker", "beat", "fallback")
    print(f"  {faults.line()}")
    broken = slopes(samples, after=WARM * lasts)
    limit = faults.done["kill"] * given.processes * AT_ONCE + faults.may_forget()
    return count(place, limit=limit, promise=PROMISE, broken=broken)


class Faults:
    """What strikes, and how often on average."""

    def __init__(self, place: Ground, dice: random.Random, *, freeze_for: float) -> None:
        self.place, self.dice = place, dice
        self.done: dict[str, int] = defaultdict(int)
        self.stops: list[datetime] = []
        self._plan: list[tuple[float, str, Callable[[], object]]] = []
        self._next: dict[str, float] = {}
        self.every(WIPE, "wipe", place.flush)
        self.every(EMPTY, "restart of the broker", lambda: restart_empty(place))
        self.every(FREEZE, "freeze", lambda: freeze(place, freeze_for))
        self.every(STOP, "stop of PostgreSQL", self._stop)

    def every(self, seconds: float, name: str, strike: Callable[[], object]) -> None:
        self._plan.append((seconds, name, strike))
        self._draw(seconds, name)

    def strike(self) -> None:
        """Do what has fallen due."""
        for seconds, name, strike in self._plan:
            if time.monotonic() > self._next[name]:
                strike()
                self.done[name] += 1
                self._draw(seconds, name)

    def replace(self, found: Drains, processes: int) -> None:
        """Kill a group of drains, and start another."""
        found.kill(found.groups[0])
        found.start(processes=processes)

    def may_forget(self) -> int:
        """Count the letters whose answer a stop of PostgreSQL may have forgotten."""
        return forgotten(self.place, self.stops) + len(self.stops) * len(STEADY)

    def line(self) -> str:
        return ", ".join(f"{name} {times}" for name, times in sorted(self.done.items()))

    def _stop(self) -> None:
        stop_at_once(self.place, in_commit=True)
        self.stops.append(datetime.now(UTC))
        self.place.postgres.start()

    def _draw(self, seconds: float, name: str) -> None:
        self._next[name] = time.monotonic() + seconds * self.dice.uniform(0.6, 1.4)


def look(place: Ground, now: float, samples: Samples) -> None:
    """Note the memory of every steady process and of its children."""
    for name in STEADY:
        for process in family(place.children[name].pid):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
                pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
                samples[name, process].append((now, pages * PAGE / MB))


def family(process: int) -> list[int]:
    """Name a process, its children and theirs, as the system lists them."""
    found = [process]
    with suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        for child in children:
            found += family(int(child))
    return found


def slopes(samples: Samples, *, after: float) -> list[str]:
    """Print how each process that lived long enough grew, and name those that grew too much."""
    broken = []
    for (name, process), points in sorted(samples.items()):
        warm = [(at, rss) for at, rss in points if at >= after]
        if len(warm) < (1 - WARM) * len(points) - 1 or len(warm) < 10:
            continue
        per_hour = slope(warm) * 3600
        print(f"  {name:<9} {process:>7}  {warm[-1][1]:6.1f} MB, {per_hour:+7.1f} MB an hour")
        if per_hour > FLAT and points[-1][0] >= TELLS:
            broken.append(f"{name} {process} grows by {per_hour:.1f} MB an hour")
    return broken


def slope(points: list[tuple[float, float]]) -> float:
    """Fit a line through points by least squares; give its rise."""
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(value for _, value in points) / len(points)
    over = sum((at - middle) ** 2 for at, _ in points)
    return sum((at - middle) * (value - mean) for at, value in points) / over if over else 0.0


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

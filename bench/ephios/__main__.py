"""Side by side with ephios: sixty people want five places, and everybody reads the list.

Both systems stand on one PostgreSQL and one Valkey, each served by its own web server with two
processes on this machine, and are measured in turns, so that whatever else the machine does slows
both alike. ephios comes from its package, into an environment of its own below var/. At the end SQL
looks whether ours kept its promises; it fails if one is broken, and never because of a time.

    python -m bench ephios
    python -m bench.ephios --rounds 10 --seconds 20 --readers 8
"""

import argparse
import re
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.bare import Taken
from bench.ephios.load import Reading, Side
from bench.ephios.ours import ROOT, ours
from bench.ephios.theirs import PINS, theirs
from bench.serving import PROCESSES, Wire, free_port, serving
from bench.storm.promises import Promises
from tests import servers

MOST_OF_THEIR_P95, LEAST_TIMES_THEIR_RATE = 0.2, 20
TURNS, WARM = 4, 3


def run(arguments: list[str]) -> None:
    """Measure joining and reading on both in turns, and print both."""
    parser = argparse.ArgumentParser(prog="python -m bench.ephios")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--places", type=int, default=5)
    parser.add_argument("--shifts", type=int, default=1000)
    parser.add_argument("--signups", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=20, help="for each list")
    parser.add_argument("--readers", type=int, default=8, help="who read at the same time")
    parser.add_argument("--threads", type=int, default=1, help="of each process of ephios")
    parser.add_argument("--minutes", type=float, default=60, help="after which no round begins")
    given = parser.parse_args(arguments)
    ends = time.monotonic() + 60 * given.minutes
    size = {"people": given.people, "places": given.places}
    size |= {"shifts": given.shifts, "signups": given.signups}
    with (
        servers.running() as found,
        ours(found, **size) as we,
        theirs(found, threads=given.threads, **size) as they,
    ):
        print(f"  {' '.join(PINS)}; {PROCESSES} processes of each web server", flush=True)
        inexact = compare_joining([*we.joining(), they.joining()], given, ends)
        readings = [we.reading(given.readers), they.reading(given.readers)]
        compare_reading(found, readings, given, ends)
        promises = Promises(we.database)
        promises.check(over=True)
    print(f"  ours at the end, by SQL: {promises.line()}", flush=True)
    if any(promises.broken.values()) or inexact:
        raise SystemExit("A promise was broken.")


def compare_joining(sides: Sequence[Side], given: argparse.Namespace, ends: float) -> bool:
    """Print how each way to join went; tell whether one of ours was not exact."""
    for side in sides:
        for _ in range(WARM):  # connections, plans, templates
            side.rush()
        side.forget()
    for _ in rounds(given.rounds, ends):
        for side in sides:
            side.rush()
    times = len(sides[0].given)
    print(f"  {given.people} people want {given.places} places at the same moment, {times} times")
    inexact = False
    for side in sides:
        print(f"  {side.name}: {side.asked}")
        over = sum(max(0, confirmed - given.places) for confirmed, _ in side.given)
        under = sum(max(0, given.places - confirmed) for confirmed, _ in side.given)
        waiting = statistics.median(waiting for _, waiting in side.given)
        print(
            f"{side.taken.line(side.name, given.people)}   overbooked {over}, left free {under},"
            f" in line {waiting:.0f}, errors {side.errors}"
        )
        inexact |= side.keeps_line and bool(over or under or side.errors)
    form, call, _bare, their = (p95(side.taken) for side in sides)
    for name, our in (("form", form), ("API", call)):
        good = verdict(our / their <= MOST_OF_THEIR_P95)
        print(
            f"  our {name}'s p95 is {our / their:.2f} of theirs"
            f" (at most {MOST_OF_THEIR_P95}{good})",
            flush=True,
        )
    return inexact


def compare_reading(
    found: servers.Servers, readings: list[Reading], given: argparse.Namespace, ends: float
) -> None:
    for reading in readings:
        reading.read(given.seconds / TURNS)  # warm, as above
        reading.taken, reading.errors = Taken(), 0
    port, log, granian = free_port(), found.var / "still.log", Path(sys.executable).parent
    words = [granian / "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
    words += ["--workers", str(PROCESSES), "--log-level", "warning", "bench.ephios.still:app"]
    environ = {"STILL_BYTES": str(len(readings[0].page))}
    with serving(words, environ, port=port, log=log, folder=ROOT):
        wires = [Wire(port) for _ in range(given.readers)]
        still = f"GET /, {environ['STILL_BYTES']} bytes that are always there"
        readings.append(Reading("granian, a page that stands still", still, port, wires, "/"))
        for _ in rounds(TURNS, ends):
            for reading in readings:
                reading.read(given.seconds / TURNS)
    show_reading(readings, given)


def show_reading(readings: Sequence[Reading], given: argparse.Namespace) -> None:
    print(
        f"  the list of {given.shifts:,} shifts with {given.signups:,} sign-ups,"
        f" {given.readers} readers, each list for {given.seconds:.0f} s in {TURNS} turns"
    )
    shown = []
    for reading in readings:
        print(f"  {reading.name}: {reading.asked}")
        shown.append(len(set(re.findall(reading.row, reading.page.decode()))) if reading.row else 0)
        cuts = statistics.quantiles(reading.taken.calls, n=100)
        print(
            f"  {reading.name:<34} p50 {cuts[49] * 1000:7.1f} ms   p95 {cuts[94] * 1000:7.1f} ms"
            f"   {reading.rate:7.1f} requests/s   {shown[-1]:3} shifts a page,"
            f" {len(reading.page) / 1000:.0f} kB, {len(reading.taken.calls)} requests,"
            f" errors {reading.errors}"
        )
    our, their, still = readings
    times = our.rate / their.rate
    print(
        f"  ours answers {times:.1f} times as many requests as theirs"
        f" (at least {LEAST_TIMES_THEIR_RATE}{verdict(times >= LEAST_TIMES_THEIR_RATE)}),"
        f" {times * shown[0] / shown[1]:.1f} times as many shifts,"
        f" and {our.rate / still.rate:.3f} of the page that stands still"
    )


def rounds(most: int, ends: float) -> Iterator[int]:
    """Count the rounds; after the time is over only one that nobody could do without."""
    for number in range(most):
        if number and time.monotonic() > ends:
            return
        yield number


def p95(taken: Taken) -> float:
    return statistics.quantiles(taken.calls, n=100)[94]


def verdict(good: bool) -> str:
    return "" if good else ": NO"


if __name__ == "__main__":
    run(sys.argv[1:])

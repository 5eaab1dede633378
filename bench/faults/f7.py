"""F7: a drain stands still past its lease, before the mark and behind it, and wakes up again.

python -m bench.faults.f7 --count 200 --together 50 --seed 7
"""

import argparse
import sys
import time
from pathlib import Path

from bench.faults.counts import Counts, count
from bench.faults.drains import Drains, drains
from bench.faults.drill import LEAP, deliver_later, play, settle
from bench.faults.ground import Ground, wait
from bench.faults.posting import post_one, state_of

SIZES = {"count": 200, "together": 50}
PROMISE = 75.0  # seconds: a lease, and a tick
# What another drain makes of the letter while its owner stands still.
MEANWHILE = {"prepared": "sent", "marked": "unknown"}


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Stop so many drains at a time, each with a letter in its hands; let another look; wake all.

    Half of them stand still between claim and mark, half between mark and DATA.
    """
    place.start_sinks(delay=0.0)
    broken = list[str]()
    at_once = min(given.together, given.count // 2)
    with drains(place) as found:
        for step in MEANWHILE:
            for first in range(0, given.count // 2, at_once):
                numbers = range(first, min(first + at_once, given.count // 2))
                broken += stand_still(place, found, step, numbers, leap=given.leap)
    settle(place, leap=True)
    counts = count(place, limit=given.count // 2, promise=PROMISE, broken=broken)
    print(
        f"  {given.count // 2} stood still before the mark: another sent them; {given.count // 2}"
        f" behind it: unknown for the time, {counts.unknown} of them for good",
        flush=True,
    )
    return counts


def stand_still(
    place: Ground, found: Drains, step: str, numbers: range, *, leap: bool
) -> list[str]:
    """Let one drain for each number stand still, and say what was not so meanwhile."""
    keys, asleep = list[str](), list[int]()
    for number in numbers:
        channel = ("email", "sms")[number % 2]
        keys.append(post_one(place, f"f7-{step}:{number}", channel=channel))
        group = found.start(once=True, trap=f"{'leap' if leap else 'stop'}:{step}")
        wait(lambda group=group: is_stopped(group), "standing still")
        asleep.append(group)
    if leap:
        deliver_later(place, LEAP)
    else:
        time.sleep(LEAP.total_seconds())
        found.end(found.start(once=True))
    states = {key: state_of(place, key) for key in keys}
    for group in asleep:
        found.wake(group)
    for group in asleep:
        found.end(group)
    due = MEANWHILE[step]
    return [f"{key} was {state} and not {due}" for key, state in states.items() if state != due]


def is_stopped(process: int) -> bool:
    """Read from the system whether a process stands still."""
    said = Path(f"/proc/{process}/stat").read_text()
    return said.rpartition(")")[2].split()[0] == "T"


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

"""F2: the drain is killed at each named step of a letter's way; where does that letter end?

python -m bench.faults.f2 --times 50 --seed 7
"""

import argparse
import random
import sys
from collections import Counter
from typing import NamedTuple

from bench.faults.counts import Counts, count
from bench.faults.drains import Drains, drains
from bench.faults.drill import LEAP, deliver_later, play
from bench.faults.ground import Ground
from bench.faults.posting import post_one, state_of
from bench.faults.traps import STEPS
from volunteer_hub.messages.rules.times import GRACE

SIZES = {"times": 50}
HOLD, RESEND = "hold", "resend-same-bytes"
PROMISE = 75.0  # seconds: a lease, and a tick


class Fate(NamedTuple):
    """What must be so: where the kill leaves a letter, where the lease's end, what has arrived."""

    left: str
    then: str
    arrived: int  # when it was killed


BEFORE, AFTER = Fate("claimed", "sent", 0), Fate("sending", "unknown", 0)
FATES = {
    "claimed": BEFORE,
    "prepared": BEFORE,
    "marked": AFTER,
    "data": AFTER,
    "answered": AFTER._replace(arrived=1),
    "recording": AFTER._replace(arrived=1),
}


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Kill so many times at every step, in an order that chance decides."""
    dice = random.Random(given.seed)
    place.start_sinks(delay=0.0)
    trials = [(step, turn) for step in STEPS for turn in range(given.times)]
    dice.shuffle(trials)
    broken, kept, held = list[str](), Counter[str](), 0
    with drains(place) as found:
        for number, (step, turn) in enumerate(trials):
            channel = "email" if step == "data" or turn % 2 else "sms"
            on_unknown = dice.choice((HOLD, RESEND))
            key = post_one(place, f"f2:{number}", channel=channel, on_unknown=on_unknown)
            said = follow(place, found, key, step, on_unknown)
            broken += [f"{channel} killed {step}, {on_unknown}: {what}" for what in said]
            kept[step] += not said
            held += FATES[step].then == "unknown" and on_unknown == HOLD
    for step in STEPS:
        left, then, arrived = FATES[step]
        at_last = f"{then}; {arrived} had arrived" if then == "unknown" else f"{then} once"
        print(f"  killed {step:<10} {left}, then {at_last}: {kept[step]} of {given.times}")
    return count(place, limit=held, promise=PROMISE, broken=broken)


def follow(place: Ground, found: Drains, key: str, step: str, on_unknown: str) -> list[str]:
    """Kill the drain at the step, let the lease and the grace go by, and say what is not so."""
    fate, before = FATES[step], place.count()
    said = list[str]()

    def expect(when: str, state: str, arrived: int) -> None:
        is_so = state_of(place, key), place.count() - before
        if is_so != (state, arrived):
            said.append(f"{when} {is_so} and not {(state, arrived)}")

    found.end(found.start(once=True, trap=f"kill:{step}"))
    expect("killed", fate.left, fate.arrived)
    deliver_later(place, LEAP)
    arrived = fate.arrived + (fate.then == "sent")
    expect("after the lease", fate.then, arrived)
    if fate.then == "unknown" and on_unknown == RESEND:
        deliver_later(place, LEAP + GRACE + LEAP)
        expect("after the grace", "sent", arrived + 1)
    return said


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

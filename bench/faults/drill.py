"""How every drill is asked for, ended and judged."""

import argparse
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from bench.faults.counts import Counts
from bench.faults.ground import Ground, ground, wait
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db
from volunteer_hub.messages.rules.times import LEASE

Drill = Callable[[Ground, argparse.Namespace], Counts]
OPEN = """
select count(*) from message where due_at <= clock_timestamp()
and state in ('pending', 'claimed', 'sending')"""
LEAP = LEASE + timedelta(seconds=1)
LEAPS = 8  # after so many leases whoever still waits is lost


def play(doc: str | None, drill: Drill, sizes: Mapping[str, float], arguments: list[str]) -> None:
    """Run one drill on a ground of its own.

    :raises SystemExit: if it broke a promise
    """
    question = (doc or "").splitlines()[0]
    parser = argparse.ArgumentParser(description=question)
    for name, usual in sizes.items():
        parser.add_argument(f"--{name}", type=type(usual), default=usual)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--leap", action="store_true", help="do not wait for leases to end")
    given = parser.parse_args(arguments)
    print(f"{question}\n  {words(given)}", flush=True)
    with ground() as place:
        counts = drill(place, given)
    print(counts.lines(), flush=True)
    if not counts.kept:
        raise SystemExit("The drill broke a promise.")


def words(given: argparse.Namespace) -> str:
    """Say with what sizes and which seed."""
    return ", ".join(f"{name} {value}" for name, value in vars(given).items())


def settle(place: Ground, *, leap: bool, seconds: float = 600.0) -> None:
    """Let everything that is due come to its end.

    With `leap`, leases are not waited for: a drain whose clock is moved on looks instead, so
    nobody else may be at work any more.
    """
    if leap:
        for number in range(1, LEAPS + 1):
            deliver_later(place, number * LEAP)
            if not open_letters(place):
                return
    with suppress(TimeoutError):  # what is still open then is counted as lost
        wait(lambda: not open_letters(place), "the rest", seconds=0.1 if leap else seconds)


def deliver_later(place: Ground, span: timedelta) -> None:
    """Deliver once in this process with the clock moved on."""
    with place.app.app_context():
        try:
            deliver(clock=lambda: database_now() + span)
        finally:
            db.session.remove()


def open_letters(place: Ground) -> int:
    """Count what is due and has no end yet."""
    return place.ask(OPEN)[0][0]

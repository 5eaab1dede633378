"""F5: PostgreSQL is stopped at once every 10 s, also during COMMIT, while people sign up.

python -m bench.faults.f5 --count 2000 --stops 10 --seed 7
"""

import argparse
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.faults.counts import Counts, count
from bench.faults.drains import drains
from bench.faults.drill import play, settle
from bench.faults.ground import Ground
from bench.faults.posting import post
from bench.faults.town import build_town, days_ahead, deeds
from volunteer_hub.carriers.channels.route import AT_ONCE

SIZES = {"count": 2000, "workers": 3, "people": 400, "shifts": 10, "clients": 3}
SIZES |= {"stops": 10, "every": 10, "delay": 0.02, "spread": 100.0, "pause": 0.3}
PROMISE = 75.0  # seconds: a lease, and a tick
LOOKS_FOR = 2.0  # seconds in which a COMMIT may come by to be struck
# That a letter was taken does not wait for the disk (recording.py): a crash may forget so much.
FORGETS = timedelta(milliseconds=600)  # three times wal_writer_delay
COMMITTING = (
    "select count(*) from pg_stat_activity where state = 'active' and query ilike 'commit%'"
)
THERE = "select shift_id, person_id from signup where ended_at is null"


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Stop and start the server while letters leave and people sign up."""
    dice = random.Random(given.seed)
    place.start_sinks(delay=given.delay)
    starts = days_ahead(given.shifts)
    people, shifts = build_town(place, people=given.people, starts=starts, capacity=given.people)
    first = timedelta(seconds=1)
    post(place.app, "f5", given.count, channels=None, spread=given.spread, first=first)
    logs = [place.var / f"f5-{number}.log" for number in range(given.clients)]
    strikes, during = list[datetime](), 0
    with drains(place) as found:
        for number, log in enumerate(logs):
            share: dict[str, Any] = {"people": people[number :: given.clients], "shifts": shifts}
            share |= {"pause": given.pause, "seconds": given.spread}
            found.call("bench.faults.volunteers:sign_up", log=str(log), **share)
        for _ in range(given.workers):
            found.start()
        for _ in range(given.stops):
            time.sleep(dice.uniform(0.8, 1.2) * given.every)
            during += stop_at_once(place, in_commit=dice.random() < 0.7)
            strikes.append(datetime.now(UTC))
            place.postgres.start()
        ended = datetime.now(UTC)
        if not given.leap:
            settle(place, leap=False, seconds=given.spread + 240)
        found.stop()
    if given.leap:
        settle(place, leap=True)
    broken, acknowledged = missing(place, logs)
    limit = forgotten(place, strikes) + given.workers * given.stops * AT_ONCE
    counts = count(place, limit=limit, promise=PROMISE, broken=broken, fault_ended=ended)
    print(
        f"  {given.stops} stops, {during} of them during a COMMIT; {acknowledged} sign-ups were"
        f" acknowledged, {len(broken)} of them are lost",
        flush=True,
    )
    return counts


def stop_at_once(place: Ground, *, in_commit: bool) -> bool:
    """SIGQUIT the server; tell whether somebody was seen committing at that moment."""
    ends, seen = time.monotonic() + LOOKS_FOR, False
    with psycopg.connect(place.postgres.url(), autocommit=True) as look:
        while in_commit and not seen and time.monotonic() < ends:
            found = look.execute(COMMITTING).fetchone()
            seen = bool(found and found[0])
        place.postgres.stop(how=signal.SIGQUIT)
        with suppress(psycopg.Error):
            look.close()
    return seen


def missing(place: Ground, logs: list[Path]) -> tuple[list[str], int]:
    """Name the acknowledged sign-ups that are not there, and say how many were acknowledged."""
    there = set(place.ask(THERE))
    said = [deed for deed in deeds(*logs) if "signup" in deed]
    lost = [deed for deed in said if (deed["shift"], deed["person"]) not in there]
    return [f"the sign-up {deed['signup']} was acknowledged and is lost" for deed in lost], len(
        said
    )


def forgotten(place: Ground, strikes: list[datetime]) -> int:
    """Count what had been accepted so shortly before a stop that it may be forgotten."""
    came = place.arrivals("email") + place.arrivals("sms")
    times = [datetime.fromisoformat(one["at"]) for one in came]
    return sum(strike - FORGETS <= at <= strike for at in times for strike in strikes)


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

"""F6: for six hours no mail server answers, and the provider of text messages answers 500.

The clock is moved on, tick by tick; it is the database's clock that everything goes by.

    python -m bench.faults.f6 --count 10000 --seed 7
"""

import argparse
import logging
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bench.faults.counts import Counts, count
from bench.faults.drill import deliver_later, play
from bench.faults.ground import Ground
from bench.faults.posting import post
from standalone.sinks.running import Sinks, running_sinks
from volunteer_hub.app import create_app

SIZES = {"count": 10_000, "hours": 6.0, "tick": 10.0}
PROMISE = 600.0  # seconds after the recovery
AFTERWARDS = timedelta(seconds=5)  # a tick once all is well
PROBES = timedelta(seconds=30)
UNTIL_OPEN = 6  # so many failures come before a breaker is open
NOBODY_THERE = 9  # the port "discard", on which nobody listens
OPEN = """
select count(*) from message where due_at <= clock_timestamp() + interval '{ahead} seconds'
and state in ('pending', 'claimed', 'sending', 'unknown')"""
NUMBERS = "select distinct address from message where channel = 'sms'"
TRIES = """
select channel, started_at from attempt join message on message.id = attempt.message_id
where started_at <= '{until}' and answer <> 'Given back untried' order by started_at"""


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Let letters fall due while nothing gets through; then let everything through."""
    logging.getLogger("volunteer_hub").setLevel(logging.ERROR)  # it says at each tick what is down
    with running_sinks(place.settings.sockets, inbox=place.var / "inbox") as sinks:
        sms_url = sinks.provider.url(sinks.provider_port, more="&idempotent=yes")
        settings = replace(place.settings, sms_url=sms_url)
        place = replace(place, settings=settings, app=create_app(settings, BELLS_SILENT=True))
        lasts = timedelta(hours=given.hours)
        first = timedelta(seconds=1)
        channels = {"channels": None, "spread": lasts.total_seconds() * 0.98}
        post(place.app, "f6", given.count, first=first, **channels)
        fail(place, sinks)
        ahead = timedelta()
        while ahead < lasts:
            deliver_later(place, ahead)
            ahead += timedelta(seconds=given.tick)
        recovered = place.ask(f"select clock_timestamp() + interval '{ahead}'")[0][0]
        recover(place, sinks)
        took = until_all_is_well(place, ahead, recovered)
        broken = too_many_probes(place, recovered)
        if took > timedelta(seconds=PROMISE):
            broken.append(f"{took.total_seconds():.0f} s after the recovery letters still waited")
        moved = (ahead + took).total_seconds()
        counts = count(place, limit=0, promise=PROMISE, broken=broken, ahead=moved, may_miss=True)
    print(f"  all had an end {took.total_seconds():.0f} s after the recovery", flush=True)
    return counts


def fail(place: Ground, sinks: Sinks) -> None:
    """Let nobody answer mail, and the provider of text messages say 500 to each."""
    (place.settings.sockets / "smtp.port").write_text(str(NOBODY_THERE))
    numbers = [number for (number,) in place.ask(NUMBERS)]
    both = numbers + [number.removeprefix("+") for number in numbers]
    sinks.provider.faults.answers = dict.fromkeys(both, "500")
    sinks.provider.remembers = True


def recover(place: Ground, sinks: Sinks) -> None:
    (place.settings.sockets / "smtp.port").write_text(str(sinks.mail_port))
    sinks.provider.faults.answers = {}


def until_all_is_well(place: Ground, ahead: timedelta, since: datetime) -> timedelta:
    """Deliver until nothing that was due waits; say how long that took by the moved clock."""
    took = timedelta()
    while took < timedelta(seconds=2 * PROMISE):
        deliver_later(place, ahead)
        passed = f"clock_timestamp() + interval '{ahead}'"
        took = place.ask(f"select {passed}")[0][0] - since
        if not place.ask(OPEN.format(ahead=ahead.total_seconds()))[0][0]:
            break
        ahead += AFTERWARDS
    return took


def too_many_probes(place: Ground, until: datetime) -> list[str]:
    """Name the tries of a channel that came sooner than half a minute after the one before."""
    tries: dict[str, list[datetime]] = {"email": [], "sms": []}
    for channel, at in place.ask(TRIES.format(until=until.isoformat())):
        tries[channel].append(at)
    said = Counter({channel: len(those) for channel, those in tries.items()})
    print(f"  tried while nothing got through: {dict(said)}", flush=True)
    return [
        f"{channel} was tried {(after - before).total_seconds():.1f} s after a failure"
        for channel, those in tries.items()
        for before, after in zip(those[UNTIL_OPEN:], those[UNTIL_OPEN + 1 :], strict=False)
        if after - before < PROBES
    ]


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

"""F8: two beats and two workers, one of each two hours ahead and one two hours behind.

python -m bench.faults.f8 --count 1000 --seed 7
"""

import argparse
import sys
from datetime import datetime, timedelta

from bench.faults.counts import Counts, count
from bench.faults.drill import play, settle
from bench.faults.ground import Ground, wait
from bench.faults.posting import post

SIZES = {"count": 1000, "processes": 2, "delay": 0.02, "spread": 60.0, "hours": 2.0}
PROMISE = 60.0  # seconds
FIRST_DUE = timedelta(seconds=8)  # workers and beats come up
ENDS_WITHIN = 300.0  # seconds
SAID = timedelta(milliseconds=1)  # how exactly the receiving servers tell the time
MAILS = "select message_id, due_at from message where channel = 'email'"
TEXTS = "select substr(address, 2), due_at from message where channel = 'sms'"


def drill(place: Ground, given: argparse.Namespace) -> Counts:
    """Let wrong clocks ring and work; the receiving servers have the right one."""
    place.start_sinks(delay=given.delay)
    post(place.app, "f8", given.count, channels=None, spread=given.spread, first=FIRST_DUE)
    clocks = {"ahead": given.hours * 3600, "behind": -given.hours * 3600}
    for name, skew in clocks.items():
        place.start_worker(processes=given.processes, name=f"worker-{name}", skew=skew)
        place.start_beat(name=f"beat-{name}", skew=skew)
    place.start_fallback()
    wait(lambda: place.count() >= given.count, "the letters", seconds=ENDS_WITHIN)
    settle(place, leap=False, seconds=30)
    place.stop(*(name for name in place.children if name != "sinks"))
    return count(place, limit=0, promise=PROMISE, broken=left_early(place))


def left_early(place: Ground) -> list[str]:
    """Name the letters that were accepted before they were due."""
    due: dict[str, datetime] = dict(place.ask(MAILS) + place.ask(TEXTS))
    came = [(mail["message_id"], mail["at"]) for mail in place.arrivals("email")]
    came += [(text["to"], text["at"]) for text in place.arrivals("sms")]
    early = [
        (due[key] - datetime.fromisoformat(at), key)
        for key, at in came
        if datetime.fromisoformat(at) + SAID < due[key]
    ]
    return [f"{key} left {span.total_seconds():.1f} s early" for span, key in early]


def run(arguments: list[str]) -> None:
    play(__doc__, drill, SIZES, arguments)


if __name__ == "__main__":
    run(sys.argv[1:])

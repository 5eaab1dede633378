"""Reminders while the worker is killed and Valkey is wiped: what is sent, lost, sent twice?

First how fast: mails and text messages that are due at once, beside bare loops with as many
connections to the same servers; see speed.py. Then the drill: reminders by mail and SMS fall due
while a real Celery worker (its whole process group) is killed with SIGKILL and Valkey is emptied.
The receiving servers' logs decide.

    python -m bench reminders
    python -m bench.reminders --size 10000 --kills 5 --wipes 2 --processes 4 --delay 0.02 --seed 7
"""

import argparse
import random
import sys
from collections import Counter
from datetime import datetime, timedelta

from bench.faults.ground import Ground, fractions, ground, wait
from bench.faults.posting import post
from bench.speed import measure
from volunteer_hub.messages.rules.times import LEASE

FIRST_DUE = timedelta(seconds=8)  # time for worker and beat to come up


def run(arguments: list[str]) -> None:
    """Measure the speed, then run the drill."""
    parser = argparse.ArgumentParser(prog="python -m bench.reminders")
    parser.add_argument(
        "--size", type=int, default=2000, help="letters of each, all due at once or in a drill"
    )
    parser.add_argument("--kills", type=int, default=5, help="SIGKILLs of the whole worker")
    parser.add_argument("--wipes", type=int, default=2, help="FLUSHALLs of Valkey")
    parser.add_argument("--processes", type=int, default=4, help="worker processes")
    parser.add_argument(
        "--delay", type=float, default=0.02, help="seconds before each answer of a server"
    )
    parser.add_argument("--spread", type=float, default=20, help="seconds in which all fall due")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    given = parser.parse_args(arguments)
    for delay in dict.fromkeys((given.delay, 0.0)):
        for channel in ("email", "sms"):
            measure(channel, size=given.size, processes=given.processes, delay=delay)
    run_drill(given)


def run_drill(given: argparse.Namespace) -> None:
    """Let reminders fall due under faults, and compare with what the servers accepted."""
    dice = random.Random(given.seed)
    faults = [(share, "kill") for share in fractions(given.kills, dice)]
    faults += [(share, "wipe") for share in fractions(given.wipes, dice)]
    with ground() as place:
        place.start_sinks(delay=given.delay)
        post(place.app, "drill", given.size, channels=None, spread=given.spread, first=FIRST_DUE)
        place.start_worker(processes=given.processes)
        place.start_beat()
        print(
            f"drill: {given.size} reminders, {given.kills} kills, {given.wipes} wipes,"
            f" seed {given.seed}",
            flush=True,
        )
        for share, fault in sorted(faults):
            wait(lambda share=share: place.count() >= share * given.size, "sending", seconds=300)
            strike(place, fault, given.processes)
        settled = LEASE.total_seconds() + 240
        wait(lambda: not open_letters(place), "the rest", seconds=settled)
        place.stop("worker")
        place.stop("beat")
        report(place)


def strike(place: Ground, fault: str, processes: int) -> None:
    """Kill the worker and start another, as a supervisor would; or empty Valkey."""
    if fault == "wipe":
        place.flush()
    else:
        place.kill("worker")
        place.start_worker(processes=processes)
    print(f"  {fault} after {place.count()} had arrived", flush=True)


def open_letters(place: Ground) -> int:
    states = "('pending', 'claimed', 'sending')"
    return place.ask(f"select count(*) from message where state in {states}")[0][0]  # noqa: S608


def report(place: Ground) -> None:
    """Print the counts of the drill; the receiving servers' logs are the oracle."""
    arrived: dict[str, list[datetime]] = {}
    for channel, name in (("email", "message_id"), ("sms", "to")):
        for arrival in place.arrivals(channel):
            arrived.setdefault(arrival[name], []).append(datetime.fromisoformat(arrival["at"]))
    letters = place.ask(
        "select id, case channel when 'email' then message_id else substr(address, 2) end,"
        " state, due_at, reason from message order by id"
    )
    twice = [name for name, times in arrived.items() if len(times) > 1]
    unknown = [row for row in letters if row[2] == "unknown"]
    lost = [row for row in letters if row[1] not in arrived and row[2] != "unknown"]
    late = sorted(
        (min(arrived[row[1]]) - row[3]).total_seconds() for row in letters if row[1] in arrived
    )
    print(f"  states: {dict(Counter(row[2] for row in letters))}")
    print(
        f"  sent {len(arrived)}, lost {len(lost)}, twice {len(twice)}, unknown {len(unknown)}"
        f" (of which {sum(row[1] in arrived for row in unknown)} had arrived)"
    )
    for row in unknown:
        print(f"    unknown: message {row[0]}, {row[4]}")
    for row in lost:
        print(f"    LOST: message {row[0]}, {row[2]}, {row[4]}")
    at = {share: late[(len(late) - 1) * share // 100] for share in (50, 99, 100)}
    print(
        f"  late: median {at[50]:.1f} s, 99 % within {at[99]:.1f} s, worst {at[100]:.1f} s;"
        f" over a minute {sum(one > 60 for one in late)}",
        flush=True,
    )
    if lost or twice:
        raise SystemExit("The drill failed.")


if __name__ == "__main__":
    run(sys.argv[1:])

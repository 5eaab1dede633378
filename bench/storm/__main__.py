"""Five thousand people storm fifty shifts while clients are killed and lock holders stand still.

Most clients come over HTTP to a real web server with two processes; the others call the actions
in processes of their own, so that a kill leaves a transaction in the middle and a pause leaves
everybody waiting for the shift in somebody's hands. They join, leave, take what is offered, and
as staff change, overbook and keep places. The promises are looked at twice a second and at the
end. Beside it the bare loop: as many connections that count and write and nothing else.

    python -m bench storm
    python -m bench.storm --seconds 60 --clients 64 --people 5000 --seed 7
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter, defaultdict

import psycopg

from bench.bare import join_bare
from bench.storm.faults import PAUSE, Faults
from bench.storm.promises import Promises
from bench.storm.town import Clients, Town, town
from tests import servers

BARE_SECONDS = 5
EVERY = 0.5  # seconds between two looks
ENDS_WITHIN = 40  # seconds; more than a lock, a statement and a request may take


def run(arguments: list[str]) -> None:
    """Let it storm, then measure the bare loop on the same server."""
    parser = argparse.ArgumentParser(prog="python -m bench.storm")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--callers", type=int, default=16, help="clients that call the actions")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--shifts", type=int, default=50)
    parser.add_argument("--places", type=int, default=20, help="on each shift")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    given = parser.parse_args(arguments)
    size = {"people": given.people, "shifts": given.shifts, "places": given.places}
    with servers.running() as found, town(found, **size) as ground:
        promises = Promises(ground.look)
        faults, hanging = storm(ground, promises, given)
        print(
            f"  {given.clients} clients, {given.callers} of them calling the actions;"
            f" {given.people:,} people, {given.shifts} shifts of {given.places} places,"
            f" {given.seconds:.0f} s, seed {given.seed}\n"
            f"  killed {faults.killed} clients, {faults.killed_holding} of them while they held a"
            f" shift; {faults.paused} holders stood still for {PAUSE[0]} to {PAUSE[1]} s;"
            f" {hanging} never ended"
        )
        joins = show_answers(ground, given)
        bare = measure_bare(ground, given.clients)
    compare(joins, bare, given)
    print(f"  looked {promises.looked} times: {promises.line()}", flush=True)
    if any(promises.broken.values()) or hanging:
        raise SystemExit("The storm broke a promise.")


def storm(ground: Town, promises: Promises, given: argparse.Namespace) -> tuple[Faults, int]:
    """Start everybody, strike, look, and wait until all are done."""
    kinds = ["caller"] * given.callers + ["program"] * (given.clients - given.callers)
    clients = Clients(ground, kinds=kinds, seed=given.seed * 1_000_000)
    ends = clients.begin(given.seconds)
    faults = Faults(clients, ground.look, random.Random(given.seed))
    next_look = time.time()
    while time.time() < ends:
        faults.strike()
        clients.replace_dead()
        if time.time() > next_look:
            promises.check()
            next_look += EVERY
        time.sleep(0.02)
    faults.end()
    hanging = clients.wait(ENDS_WITHIN)
    promises.check(over=True)
    return faults, hanging


def show_answers(ground: Town, given: argparse.Namespace) -> list[float]:
    """Print how long the answers took and what they were; give the seconds of each join done."""
    taken: dict[str, list[float]] = defaultdict(list)
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    joins: list[float] = []
    for number in range(given.clients):
        way = "called" if number < given.callers else "HTTP"
        log = ground.folder / f"client-{number}.log"
        for line in log.read_text().splitlines() if log.exists() else []:
            name, outcome, seconds = line.split()
            taken[f"{name}, {way}"].append(float(seconds))
            outcomes[f"{name}, {way}"][outcome] += 1
            joins += [float(seconds)] if (name, outcome) == ("join", "done") else []
    for name in sorted(taken):
        said = ", ".join(f"{what} {count}" for what, count in sorted(outcomes[name].items()))
        print(f"  {name:<24} {quantiles(taken[name])}   {said}")
    return joins


def compare(joins: list[float], bare: list[float], given: argparse.Namespace) -> None:
    """Print what joining cost, killed and held up, beside the least that it can cost."""
    rate, most = len(joins) / given.seconds, len(bare) / BARE_SECONDS
    print(
        f"  joins under faults       {quantiles(joins)}   {rate:.0f}/s\n"
        f"  bare loop, no faults     {quantiles(bare)}   {most:.0f}/s\n"
        f"  p99 {at(joins, 99) / at(bare, 99):.1f} times the bare loop's;"
        f" {rate / most:.3f} of its joins/s"
    )


def quantiles(taken: list[float]) -> str:
    return "   ".join(f"p{share} {at(taken, share) * 1000:7.1f} ms" for share in (50, 95, 99))


def at(taken: list[float], share: int) -> float:
    """Give the time that so many of a hundred stayed within."""
    return sorted(taken)[(len(taken) - 1) * share // 100] if taken else 0.0


def measure_bare(ground: Town, connections: int) -> list[float]:
    """Let as many connections do the least that joining can be; give the seconds of each join."""
    ends, taken = time.monotonic() + BARE_SECONDS, list[float]()

    def join(number: int) -> None:
        dice = random.Random(number)
        people = iter(ground.people[number::connections] * len(ground.bare_shifts))
        with psycopg.connect(ground.url) as connection:
            while (began := time.monotonic()) < ends:
                shift_id, person = dice.choice(ground.bare_shifts), next(people)
                with connection.transaction():
                    join_bare(connection, shift_id=shift_id, person_id=person)
                taken.append(time.monotonic() - began)

    threads = [threading.Thread(target=join, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


if __name__ == "__main__":
    run(sys.argv[1:])

"""Five thousand people, fifty shifts, a web server, and the processes that storm them."""

import multiprocessing
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_bool, c_double
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import product
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from time import monotonic, sleep
from time import time as now
from typing import Any

import psycopg
from alembic import command

from bench.bare import join_bare
from bench.serving import PROCESSES, free_port, serving
from bench.storm import caller, program
from bench.storm.client import Share
from tests.factories.places import make_place
from tests.factories.shifts import make_shift
from tests.servers import Servers, fresh_name
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.accounts import create_people
from volunteer_hub.people.actions.tokens import make_tokens

ROOT = Path(__file__).parents[2]
SIDE_BY_SIDE = 3  # shifts at the same time; nobody can serve on two of them
LINE = 5  # people who wait for each shift when the storm begins
STARTS = (time(1), time(6))  # UTC; two a day, so that no day is too full for anybody
DAY = timedelta(days=1)
THERE_WITHIN = 180  # seconds for all clients to start
START = {"program": program.storm, "caller": caller.storm}


@dataclass
class Town:
    """What stands still: the database, the web server's port, the people and the shifts."""

    url: str
    port: int
    look: "psycopg.Connection[Any]"
    people: list[int]
    tokens: dict[int, str]
    shifts: list[int]
    bare_shifts: list[int]  # for the bare loop, each on a day of its own
    folder: Path

    def share(self, number: int, of: int, *, seed: int, **clock: Any) -> Share:
        """Give the client of this number its part of the people."""
        people = self.people[number::of]
        tokens = {person: self.tokens[person] for person in people}
        log = self.folder / f"client-{number}.log"
        return Share(number, seed, self.url, self.port, people, tokens, self.shifts, log, **clock)


@contextmanager
def town(found: Servers, *, people: int, shifts: int, places: int) -> Iterator[Town]:
    """Fill a database and open a web server on it."""
    url, port = found.create(fresh_name("bench")), free_port()
    environ = {
        "HUB_PORT": str(port),
        "DATABASE_URL": url,
        "REDIS_URL": found.redis_url,
        "HUB_VAR": str(found.var),
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 32,
    }
    with surrounded_by(environ):
        app = create_app(BELLS_SILENT=True)
        with app.app_context():
            command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
            ids, tokens = _open_accounts(people)
            stormed, bare = _plan(shifts, places)
            db.session.remove()
            db.engine.dispose()
        words = (Path(sys.executable).parent / "hub", "web", "--workers", str(PROCESSES))
        with (
            psycopg.connect(url, autocommit=True) as look,
            serving(words, environ, port=port, log=found.var / "web.log", folder=ROOT),
        ):
            _fill(look, ids, stormed, places=places)
            tokened = dict(zip(ids, tokens, strict=True))
            yield Town(url, port, look, ids, tokened, stormed, bare, found.var)


@contextmanager
def surrounded_by(environ: dict[str, str]) -> Iterator[None]:
    """Change the environment for a while: the clients' processes are copied with it."""
    kept = dict(os.environ)
    os.environ |= environ
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= kept


def _open_accounts(count: int) -> tuple[list[int], Sequence[str]]:
    now = datetime.now(UTC)
    with transaction():
        ids = create_people(count=count, prefix="storm", now=now)
        facts = {"name": "storm", "scopes": ["write"], "expires_at": now + DAY, "now": now}
        return ids, make_tokens(person_ids=ids, **facts)


def _plan(shifts: int, places: int) -> tuple[list[int], list[int]]:
    """Plan the shifts of the storm some at the same time, and as many for the bare loop."""
    today = datetime.now(UTC).date()
    with transaction():
        place = make_place("bench")

        def plan(day: int, start: time) -> int:
            starts_at = datetime.combine(today + day * DAY, start, UTC)
            times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}
            return make_shift(place, capacity=places, **times).id

        stormed = [
            plan(3 + number // SIDE_BY_SIDE // len(STARTS), STARTS[number // SIDE_BY_SIDE % 2])
            for number in range(shifts)
        ]
        return stormed, [plan(100 + number, STARTS[0]) for number in range(shifts)]


def _fill(
    look: "psycopg.Connection[Any]", people: Sequence[int], shifts: Sequence[int], *, places: int
) -> None:
    """Let every shift be full and have a short line, so that every place given back is offered."""
    rest = iter(people)
    for shift_id, _ in product(shifts, range(places + LINE)):
        join_bare(look, shift_id=shift_id, person_id=next(rest))
    look.execute("vacuum analyze")


class Clients:
    """The processes; whoever is killed is replaced by another with the same people."""

    def __init__(self, town: Town, *, kinds: Sequence[str], seed: int) -> None:
        self.town, self.kinds, self.seed = town, kinds, seed
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["bench.storm.warm"])
        # Without locks: who is killed would keep them.
        self.ready = self.context.RawArray(c_bool, len(kinds))
        self.ends = self.context.RawValue(c_double, 0)
        self.processes = [self._start(number) for number in range(len(kinds))]

    def begin(self, seconds: float) -> float:
        """Let the storm begin as soon as everybody is there; say when it ends, on time.time().

        :raises SystemExit: if somebody does not come
        """
        until = monotonic() + THERE_WITHIN
        while not all(self.ready):
            if monotonic() > until:
                raise SystemExit("The clients did not come.")
            sleep(0.05)
        self.ends.value = now() + seconds
        return float(self.ends.value)

    def replace_dead(self) -> None:
        for number, process in enumerate(self.processes):
            if not process.is_alive():
                process.join()
                self.processes[number] = self._start(number)

    def wait(self, seconds: float) -> int:
        """Wait until all have ended; say how many had to be ended."""
        until, hanging = monotonic() + seconds, 0
        for process in self.processes:
            process.join(max(0.1, until - monotonic()))
            if process.is_alive():
                hanging += 1
                process.kill()
                process.join()
        return hanging

    def _start(self, number: int) -> ForkServerProcess:
        self.seed += 1
        clock = {"ready": self.ready, "ends": self.ends}
        share = self.town.share(number, len(self.kinds), seed=self.seed, **clock)
        process = self.context.Process(target=START[self.kinds[number]], args=(share,), daemon=True)
        process.start()
        return process

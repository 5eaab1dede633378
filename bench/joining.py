"""Sixty people join a shift of five places at the same moment, through the API.

A real web server with two processes answers; every caller has a connection and a token of their
own. Each round must end with 5 confirmed and 55 in line, in order, without an error; then somebody
leaves, and the first in line must come up and be told. Beside it, on the same server, the bare
transaction: sixty connections that count the place and write the sign-up, without rules, letters,
tokens or HTTP.

    python -m bench joining
    python -m bench.joining --rounds 20 --people 60 --places 5
"""

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from alembic import command

from bench.bare import SIT, STAND, TAKE, WAIT, Taken
from tests import servers
from tests.factories.places import make_place
from tests.factories.shifts import make_shift
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.accounts import create_people
from volunteer_hub.people.actions.tokens import make_tokens

ROOT = Path(__file__).parent.parent
PROCESSES = 2
STARTS_WITHIN = 60  # seconds
DAY = timedelta(days=1)


def run(arguments: list[str]) -> None:
    """Measure the rounds through the API and bare, in turns, and print both."""
    parser = argparse.ArgumentParser(prog="python -m bench.joining")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--places", type=int, default=5)
    given = parser.parse_args(arguments)
    with servers.running() as found, house(found, given) as one:
        whole, bare = Taken(), Taken()
        for _ in range(given.rounds):
            one.rush(whole, one.join, one.new_shift())
            one.check_line()
            one.check_leaving()
            one.rush(bare, one.join_bare, one.new_shift())
            one.check_line()
        print(
            f"  {given.rounds} rounds of {given.people} people and {given.places} places:"
            f" {one.faults or 'no'} faults, {len(one.promoted)} of {given.rounds} promoted and told"
        )
        print(whole.line("API, letters and all", given.people))
        print(bare.line("bare SQL transaction", given.people))
        ratio = statistics.median(whole.rushes) / statistics.median(bare.rushes)
        print(f"  a rush through the API takes {ratio:.1f} times the bare one")


@contextmanager
def house(found: servers.Servers, given: argparse.Namespace) -> Iterator["House"]:
    """Open a database with people and tokens, and a web server on it."""
    url = found.create(servers.fresh_name("bench"))
    app = create_app(found.settings(url), BELLS_SILENT=True)
    now = datetime.now(UTC)
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
        with transaction():
            people = create_people(count=given.people, prefix="load", now=now)
            tokens = make_tokens(
                person_ids=people, name="load", scopes=["write"], expires_at=now + DAY, now=now
            )
        with web(found, url) as port:
            one = House(given, url, port, people, tokens)
            one.rush(Taken(), one.join, one.new_shift())  # the first connections warm it up
            yield one
            one.close()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def web(found: servers.Servers, url: str) -> Iterator[int]:
    """Run granian with real processes, as the service does, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environ = os.environ | {
        "HUB_PORT": str(port),
        "DATABASE_URL": url,
        "REDIS_URL": found.redis_url,
        "HUB_VAR": str(found.var),
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 32,
    }
    call = [Path(sys.executable).parent / "hub", "web", "--workers", str(PROCESSES)]
    log = found.var / "web.log"
    with log.open("ab") as out:
        process = subprocess.Popen(call, cwd=ROOT, env=environ, stdout=out, stderr=out)
    try:
        _wait_for(port, log)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/v1/shifts")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The web server did not come up:\n{log.read_text()[-2000:]}")


class House:
    """The people with their connections, and what is checked after each rush."""

    def __init__(
        self, given: Any, url: str, port: int, people: Sequence[int], tokens: Sequence[str]
    ) -> None:
        self.places, self.people, self.port = given.places, people, port
        self.headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
        self.wires = [http.client.HTTPConnection("127.0.0.1", port) for _ in people]
        self.bare = [psycopg.connect(url) for _ in people]
        self.look = psycopg.connect(url, autocommit=True)
        with transaction():
            self.place = make_place("bench")
        self.shift_id = self.faults = 0
        self.day = datetime.now(UTC) + 2 * DAY
        self.promoted: list[int] = []

    def new_shift(self) -> int:
        """Make the next shift; no two overlap, so that everybody may join each."""
        self.day += DAY
        with transaction():
            times = {"starts_at": self.day, "ends_at": self.day + timedelta(hours=3)}
            self.shift_id = make_shift(self.place, capacity=self.places, **times).id
        return self.shift_id

    def join(self, number: int, shift_id: int) -> None:
        status, _body = self._ask(number, "POST", f"/api/v1/shifts/{shift_id}/signups")
        self.faults += status != 201

    def join_bare(self, number: int, shift_id: int) -> None:
        person = self.people[number]
        with self.bare[number].transaction():
            run = self.bare[number].execute
            place = run(TAKE, (shift_id,)).fetchone()
            if place:
                run(SIT, (shift_id, person, *place))
            else:
                rank, during = run(STAND, (shift_id,)).fetchone() or ()
                run(WAIT, (shift_id, person, rank, during))

    def rush(self, taken: Taken, do: Callable[[int, int], None], shift_id: int) -> None:
        """Let everybody do it at the same moment."""
        gate = threading.Barrier(len(self.people) + 1)

        def one(number: int) -> None:
            gate.wait()
            began = time.perf_counter()
            do(number, shift_id)
            taken.calls.append(time.perf_counter() - began)

        threads = [threading.Thread(target=one, args=(n,)) for n in range(len(self.people))]
        for thread in threads:
            thread.start()
        gate.wait()
        began = time.perf_counter()
        for thread in threads:
            thread.join()
        taken.rushes.append(time.perf_counter() - began)

    def check_line(self) -> None:
        """Count a fault unless exactly the places are taken and the ranks run from 1."""
        found = self.look.execute(
            "select state, rank from signup where shift_id = %s order by rank", (self.shift_id,)
        ).fetchall()
        waiting = len(self.people) - self.places
        counts = Counter(state for state, _rank in found)
        self.faults += counts != {"confirmed": self.places, "waitlisted": waiting}
        ranks = [rank for state, rank in found if state == "waitlisted"]
        self.faults += ranks != list(range(1, waiting + 1))

    def check_leaving(self) -> None:
        """Let somebody leave, and look that the first in line came up and was written to."""
        look, shift_id = self.look.execute, self.shift_id
        first = "select person_id from signup where shift_id = %s and rank = 1"
        held = "select id, person_id from signup where shift_id = %s and state = 'confirmed'"
        ((next_one,),) = look(first, (shift_id,)).fetchall()
        signup_id, person = look(held, (shift_id,)).fetchone() or (0, 0)
        number = self.people.index(person)
        status, _body = self._ask(number, "DELETE", f"/api/v1/signups/{signup_id}")
        told = look(
            "select count(*) from signup s join message m on m.recipient_id = s.person_id"
            " where s.shift_id = %s and s.person_id = %s and s.state = 'confirmed'"
            " and m.topic = 'shift:' || s.shift_id and m.kind = 'shift-promoted'",
            (shift_id, next_one),
        ).fetchone()
        if status == 204 and told and told[0]:
            self.promoted.append(next_one)
        else:
            self.faults += 1

    def close(self) -> None:
        for connection in (*self.wires, *self.bare, self.look):
            connection.close()

    def _ask(self, number: int, method: str, path: str) -> tuple[int, bytes]:
        wire = self.wires[number]
        wire.request(method, path, headers=self.headers[number])
        answer = wire.getresponse()
        return answer.status, answer.read()


if __name__ == "__main__":
    run(sys.argv[1:])

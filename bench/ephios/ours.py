"""This house on a database of its own, with people who are signed in, by page and by program."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from alembic import command
from flask import Flask

from bench.bare import join_bare
from bench.ephios.crowd import Answer, request
from bench.ephios.load import Reading, Side, by_http, by_threads
from bench.serving import PROCESSES, Wire, free_port, serving
from tests.factories.places import make_place
from tests.servers import Servers, fresh_name
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.accounts import create_people
from volunteer_hub.people.actions.tokens import make_tokens
from volunteer_hub.people.queries.persons import get_person

ROOT = Path(__file__).parents[2]
KEY = "only-for-benchmarks-" + "x" * 32
DAY = timedelta(days=1)
TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')

# Every shift has an activity and a day of its own, so that everybody may join each.
SHIFTS = """
with made as (
  insert into activity (place_id, title_zh, title_en, starts_at, ends_at, state)
  select 1, '共享集市', 'Sharing market', now() + n * interval '1 day',
         now() + n * interval '1 day' + interval '3 h', 'published'
  from generate_series({first}, {last}) n returning *)
insert into shift (activity_id, place_id, title_zh, title_en, risk_notice_zh, starts_at, ends_at,
                   capacity, state)
select id, 1, '引导与签到', 'Guiding and check-in', '地面结冰。', starts_at, ends_at, {places},
       'published'
from made returning id"""
SIGNUPS = """
insert into signup (shift_id, person_id, state, during, joined_at, confirmed_at)
select shift.id, person.id, 'confirmed', tstzrange(starts_at, ends_at), now(), now()
from (select shift.*, row_number() over (order by id) as number from shift) shift,
     (select id, row_number() over (order by id) as number from person) person
where (person.number - shift.number * {each}) % {people} between 0 and {each} - 1"""
COUNTED = "update shift set confirmed = (select count(*) from signup where shift_id = shift.id)"
STATES = """
select count(*) filter (where state = 'confirmed'), count(*) filter (where state = 'waitlisted')
from signup where shift_id = %s"""


@dataclass
class Ours:
    """The house: the wires of browsers and of programs, and bare connections beside them."""

    port: int
    database: "psycopg.Connection[tuple[int, ...]]"
    people: list[int]
    browsers: list[Wire]
    programs: list[Wire]
    bare: "list[psycopg.Connection[tuple[int, ...]]]"
    places: int
    number: int  # of the latest shift; each has a time of its own
    csrf: list[str] = field(default_factory=list)

    def joining(self) -> list[Side]:
        size = len(self.people)
        ways = {
            "ours, the page's form": (
                "POST /shifts/<id>/join, signed in; a place or the line, and the letter of it",
                by_http(self.port, self._press, size, good=_sent_to_the_shift),
            ),
            "ours, the API": (
                "POST /api/v1/shifts/<id>/signups with a token; the same",
                by_http(self.port, self._call, size, good=lambda answer: answer.status == 201),
            ),
            "bare SQL transaction": (
                "two statements for each person: count the place, write the sign-up",
                by_threads(self._take, size),
            ),
        }
        return [
            Side(name, asked, size, self.new_shift, join_all, self._count)
            for name, (asked, join_all) in ways.items()
        ]

    def reading(self, readers: int) -> Reading:
        path = "/activities"
        asked = f"GET {path}, signed in, English: by week, filters, each shift's places and state"
        wires = self.browsers[:readers]
        return Reading(f"ours, {path}", asked, self.port, wires, path, r'href="/shifts/(\d+)"')

    def new_shift(self) -> int:
        self.number += 1
        sql = SHIFTS.format(first=self.number, last=self.number, places=self.places)
        ((shift_id,),) = self.database.execute(sql.encode()).fetchall()
        return shift_id

    def open_pages(self) -> None:
        """Let every browser open the page of a shift, for the token of its form."""
        path = f"/shifts/{self.new_shift()}"
        for browser in self.browsers:
            found = TOKEN.search(browser.get(path).body)
            if found is None:
                raise SystemExit(f"There is no form on {path}.")
            self.csrf.append(found[1].decode())
            browser.settled = True

    def _press(self, number: int, shift_id: int) -> bytes:
        form = {"csrf_token": self.csrf[number], "risk": "y"}
        return request(self.browsers[number], "POST", f"/shifts/{shift_id}/join", **form)

    def _call(self, number: int, shift_id: int) -> bytes:
        return request(self.programs[number], "POST", f"/api/v1/shifts/{shift_id}/signups")

    def _take(self, number: int, shift_id: int) -> None:
        connection = self.bare[number]
        with connection.transaction():
            join_bare(connection, shift_id=shift_id, person_id=self.people[number])

    def _count(self, shift_id: int) -> tuple[int, int]:
        ((confirmed, waiting),) = self.database.execute(STATES, (shift_id,)).fetchall()
        return confirmed, waiting


def _sent_to_the_shift(answer: Answer) -> bool:
    return answer.status == 303 and answer.goes_to.startswith("/shifts/")


@contextmanager
def ours(found: Servers, *, people: int, places: int, shifts: int, signups: int) -> Iterator[Ours]:
    """Fill, serve, and sign everybody in."""
    url, port = found.create(fresh_name("bench")), free_port()
    app = create_app(found.settings(url, SECRET_KEY=KEY), BELLS_SILENT=True)
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
        ids, tokens, cookies = _people(app, people)
        db.session.remove()
        db.engine.dispose()
    environ = {
        "HUB_PORT": str(port),
        "DATABASE_URL": url,
        "REDIS_URL": found.redis_url,
        "HUB_VAR": str(found.var),
        "SECRET_KEY": KEY,
    }
    words = (Path(sys.executable).parent / "hub", "web", "--workers", str(PROCESSES))
    log = found.var / "ours.log"
    with psycopg.connect(url, autocommit=True) as database:
        _fill(database, people=people, shifts=shifts, signups=signups)
        with serving(words, environ, port=port, log=log, folder=ROOT):
            browsers = [Wire(port, {}, {"hub_session": cookie}) for cookie in cookies]
            programs = [Wire(port, {"Authorization": f"Bearer {token}"}) for token in tokens]
            bare = [psycopg.connect(url) for _ in ids]
            one = Ours(port, database, ids, browsers, programs, bare, places, shifts)
            one.open_pages()
            yield one
            for connection in bare:
                connection.close()


def _people(app: Flask, count: int) -> tuple[list[int], list[str], list[str]]:
    """Open accounts, and give each a token and the cookie of a session."""
    now = datetime.now(UTC)
    with transaction():
        make_place("bench")
        ids = create_people(count=count, prefix="load", now=now)
        facts = {"name": "load", "scopes": ["write"], "expires_at": now + DAY, "now": now}
        tokens = make_tokens(person_ids=ids, **facts)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    named = [{"_user_id": get_person(each).get_id(), "_fresh": True} for each in ids]
    return ids, tokens, [signer.dumps({**session, "language": "en"}) for session in named]


def _fill(
    database: "psycopg.Connection[tuple[int, ...]]", *, people: int, shifts: int, signups: int
) -> None:
    database.execute(SHIFTS.format(first=1, last=shifts, places=16).encode())
    database.execute(SIGNUPS.format(each=signups // shifts, people=people).encode())
    database.execute(COUNTED)
    database.execute("vacuum analyze")

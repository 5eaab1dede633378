"""Do the public figures cost the same with a hundred thousand records and with five million?

Page and call are set beside the bare SQL that reads the same cells, compiling beside a bare loop
of upserts. Both sizes stand in databases of their own on one server and are measured in turns,
so that whatever else the machine does slows both alike.

    python -m bench figures                          100,000 and 5,000,000 records
    python -m bench.figures --sizes 10000,100000     other sizes
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient

from bench.sizes import Sized, house, in_turns
from tests import servers
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.impact import actions

SIZES = "100000,5000000"
READS, COMPILES, CHANGED = 41, 9, 1000
MOST_FOR_READS, MOST_FOR_COMPILING = 1.3, 1.5
FIRST = date(2025, 1, 1)
PAGE = "/impact?from=2025-01-01&to=2026-01-01"
CALL = "/api/v1/figures?measure=pt_professional&from=2025-01-01&to=2026-01-01"

SETTING = """
insert into place (kind, code, path, name_zh, sort_key)
values ('subdistrict', 'a', '/a/', '街道', 'a'), ('community', 'b', '/a/b/', '甲社区', 'b'),
       ('community', 'c', '/a/c/', '乙社区', 'c');
insert into person (name, sort_key, volunteer_no, phone)
values ('甲', 'a', 'B-1', '+8613800000001'), ('乙', 'b', 'B-2', '+8613800000002');
insert into project (slug, place_id, title_zh, goal_zh, story_zh, beneficiary_group, state,
                     starts_on, ends_on)
select 'p' || n, 1, '项目' || n, '目标', '故事', 'residents', 'published', '2025-01-01',
       '2025-12-31'
from generate_series(1, 6) n;
"""
# 3 places, 6 projects, 365 days, 2 ways: at most 13,140 cells, however many records.
RECORDS = """
insert into service_record (occurred_on, place_id, project_id, mode, service_type, person_times,
                            state, created_by, verified_by, verified_at)
select date '2025-01-01' + (n * 7919 %% 365)::int, 1 + n %% 3, 1 + n / 3 %% 6,
       case when n / 18 %% 2 = 0 then 'professional' else 'outreach' end, '义诊', 1 + n %% 60,
       'verified', 1, 2, now()
from generate_series(%s::bigint, %s::bigint) n
"""
BARE_READ = """
select kind, date_trunc('month', day), sum(amount), sum(rows) from cell
where day >= '2025-01-01' and day < '2026-01-01' group by 1, 2
"""
BARE_UPSERT = """
insert into cell (kind, place_id, project_id, day, amount, rows) values (%s, %s, %s, %s, %s, 1)
on conflict (kind, place_id, project_id, day)
do update set amount = cell.amount + excluded.amount, rows = cell.rows + excluded.rows
"""


@dataclass
class Town(Sized):
    """One size, and a visitor's browser."""

    visitor: FlaskClient = field(kw_only=True)


@contextmanager
def town(found: servers.Servers, size: int) -> Iterator[Town]:
    """Load the records into a fresh database and build the roll-ups from them."""
    with house(found) as (app, bare):
        began = time.perf_counter()
        bare.execute(SETTING)
        for start in range(1, size + 1, 500_000):
            bare.execute(RECORDS, (start, min(start + 499_999, size)))
        bare.execute("vacuum analyze service_record")
        loaded = time.perf_counter()
        with app.app_context(), transaction():
            cells = actions.rebuild(now=datetime.now(UTC))
        bare.execute("vacuum analyze cell")
        rebuilt = time.perf_counter() - loaded
        print(
            f"{size:>11,} records: loaded in {loaded - began:.1f} s,"
            f" {cells:,} cells rebuilt in {rebuilt:.1f} s",
            flush=True,
        )
        yield Town(size, app, bare, visitor=app.test_client())


def read(one: Town) -> None:
    """Open the page and make the call once, each beside the bare reading of the cells."""

    def get(path: str) -> None:
        answer = one.visitor.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")

    one.clock("page", lambda: get(PAGE))
    one.clock("call", lambda: get(CALL))
    one.clock("bare read", lambda: one.bare.execute(BARE_READ).fetchall())


def change(one: Town, turn: int) -> None:
    """Let a thousand more records count, and add them; then upsert as many cells bare."""
    with one.app.app_context():
        with transaction():
            db.session.connection().exec_driver_sql(
                RECORDS, (one.size + turn * CHANGED + 1, one.size + (turn + 1) * CHANGED)
            )
            announce(*changes(one.size + turn * CHANGED))

        def compile_all() -> None:
            with transaction():
                if actions.compile_cells(now=datetime.now(UTC)) != CHANGED:
                    raise SystemExit("The compiler did not add what was changed.")

        one.clock("compile", compile_all)
        db.session.remove()

    def upsert_all() -> None:
        with one.bare.transaction():
            for fact in changes(one.size + turn * CHANGED):
                row = (f"bare.{fact.kind}", fact.place_id, fact.project_id, fact.on, fact.amount)
                one.bare.execute(BARE_UPSERT, row, prepare=True)

    one.clock("bare upserts", upsert_all)


def changes(after: int) -> list[Fact]:
    """Say in facts what RECORDS writes in rows."""
    return [
        Fact(
            kind=f"service.{'professional' if n // 18 % 2 == 0 else 'outreach'}",
            place_id=1 + n % 3,
            project_id=1 + n // 3 % 6,
            on=FIRST + timedelta(days=n * 7919 % 365),
            amount=1 + n % 60,
        )
        for n in range(after + 1, after + CHANGED + 1)
    ]


def differences(one: Town) -> int:
    one.bare.execute("delete from cell where kind like 'bare.%'")
    with one.app.app_context(), transaction():
        return len(actions.verify(now=datetime.now(UTC)))


def report(towns: list[Town]) -> None:
    """Print each figure with its limit beside it, in milliseconds, and how it grew."""
    small, large = towns[0], towns[-1]
    print(f"{'':24}" + "".join(f"{one.size:>14,}" for one in towns) + "      grew  at most")
    for what, bare, most in (
        ("page", "bare read", MOST_FOR_READS),
        ("call", "bare read", MOST_FOR_READS),
        ("compile", "bare upserts", MOST_FOR_COMPILING),
    ):
        for name in (what, bare):
            cells = "".join(f"{one.median(name):>11.1f} ms" for one in towns)
            grew = large.median(name) / small.median(name)
            limit = f"{most:>9.1f}" if name == what else "   (limit)"
            print(f"{name:<24}{cells}{grew:>9.2f}×{limit}")


def run(arguments: list[str]) -> None:
    options = argparse.ArgumentParser(prog="bench figures", description=__doc__.splitlines()[0])
    options.add_argument("--sizes", default=SIZES, help="numbers of records, the smallest first")
    sizes = [int(size) for size in options.parse_args(arguments).sizes.split(",")]
    with ExitStack() as stack:
        found = stack.enter_context(servers.running())
        towns = [stack.enter_context(town(found, size)) for size in sizes]
        in_turns(towns, read, reads=READS, warm=1)  # templates, plans, caches
        for turn in range(COMPILES):
            for one in towns:
                change(one, turn)
        report(towns)
        for one in towns:
            print(f"{one.size:>11,} records: {differences(one)} differences with the facts")


if __name__ == "__main__":
    run(sys.argv[1:])

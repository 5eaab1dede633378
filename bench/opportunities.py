"""Does the list of opportunities cost the same with a thousand shifts and with a hundred thousand?

The page and the call of the API are set beside the bare SQL that reads the same twenty rows by
key. Both sizes stand in databases of their own on one server and are measured in turns, so that
whatever else the machine does slows both alike.

    python -m bench opportunities                    1,000 and 100,000 coming shifts
    python -m bench.opportunities --sizes 100,10000  other sizes
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from flask.testing import FlaskClient

from bench.sizes import BARE, Sized, house, in_turns, show
from tests import servers

SIZES, READS, MOST = "1000,100000", 60, 1.2
PATHS = {
    "the page": "/activities",
    "the page, one community": "/activities?place=c7",
    "the page, free places only": "/activities?free=y",
    "the call": "/api/v1/shifts?limit=20",
}
SETTING = """
insert into place (kind, code, path, name_zh, sort_key)
values ('subdistrict', 's', '/s/', '街道', 's');
insert into place (kind, code, path, name_zh, sort_key, parent_id)
select 'community', 'c' || n, '/s/c' || n || '/', '社区' || n, 'c' || n, 1
from generate_series(1, 20) n;
"""
# Every shift has an activity of its own; one in five is full, one in fifty cancelled.
ACTIVITIES = """
insert into activity (place_id, title_zh, starts_at, ends_at, state)
select 2 + n % 20, '共享集市', now() + n * interval '5 min', now() + n * interval '6 min',
       'published'
from generate_series(1, {size}) n"""
SHIFTS = """
insert into shift (activity_id, place_id, title_zh, risk_notice_zh, starts_at, ends_at, capacity,
                   confirmed, state, reason)
select a.id, a.place_id, '引导与签到', '地面结冰。', a.starts_at, a.ends_at, 16,
       case when a.id % 5 = 0 then 16 else 7 end,
       case when a.id % 50 = 0 then 'cancelled' else 'published' end,
       case when a.id % 50 = 0 then '大风' end
from activity a"""
BARE_READ = """
select shift.*, activity.title_zh, place.name_zh from shift
join activity on activity.id = shift.activity_id join place on place.id = shift.place_id
where shift.state <> 'draft' and shift.starts_at >= now()
order by shift.starts_at, shift.id limit 21"""


@dataclass
class Town(Sized):
    """One size, and a visitor's browser."""

    visitor: FlaskClient = field(kw_only=True)


def run(arguments: list[str]) -> None:
    """Measure both sizes in turns and print each beside the bare reading."""
    parser = argparse.ArgumentParser(prog="python -m bench.opportunities")
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--reads", type=int, default=READS)
    given = parser.parse_args(arguments)
    small, large = sorted(int(size) for size in given.sizes.split(","))
    with servers.running() as found, ExitStack() as stack:
        towns = [stack.enter_context(town(found, size)) for size in (small, large)]
        in_turns(towns, read, reads=given.reads, warm=5)  # the first warm it up
        show(*towns, of="shifts", most=MOST)


@contextmanager
def town(found: servers.Servers, size: int) -> Iterator[Town]:
    """Fill a database of its own with coming shifts."""
    with house(found) as (app, bare):
        bare.execute(SETTING)
        bare.execute(ACTIVITIES.format(size=size))
        bare.execute(SHIFTS)
        for table in ("activity", "shift"):
            bare.execute(f"vacuum analyze {table}")
        yield Town(size, app, bare, visitor=app.test_client())


def read(one: Town) -> None:
    """Open each list once, and read the bare rows."""

    def get(path: str) -> None:
        answer = one.visitor.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")

    for what, path in PATHS.items():
        one.clock(what, lambda path=path: get(path))
    one.clock(BARE, lambda: one.bare.execute(BARE_READ, prepare=True).fetchall())


if __name__ == "__main__":
    run(sys.argv[1:])

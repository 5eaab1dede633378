"""Does the outbox page cost the same with a hundred thousand letters and with a million?

A thousand letters fall due a day; the larger outbox only remembers longer. The page, `hub messages
status` and the metrics are set beside the bare SQL that counts the letters of the last fortnight.
Both sizes stand in databases of their own on one server and are measured in turns.

    python -m bench outbox                           100,000 and 1,000,000 letters
    python -m bench.outbox --sizes 20000,100000      other sizes
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from flask.testing import FlaskClient

from bench.sizes import BARE, Sized, house, in_turns, show
from tests import servers
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.home.queries import metrics
from volunteer_hub.messages.queries import lateness
from volunteer_hub.messages.queries import outbox as messages

SIZES, READS, MOST = "100000,1000000", 21, 1.5
PEOPLE = """
insert into place (kind, code, path, name_zh, sort_key)
values ('subdistrict', 'a', '/a/', '街道', 'a');
insert into person (name, sort_key, volunteer_no, phone)
values ('甲', 'a', 'B-1', '+8613800000001');
insert into role_grant (person_id, role, place_id) values (1, 'community_coordinator', 1);
"""
# A thousand a day; one in fifty came back, one in a hundred failed, one in twenty left late.
LETTERS = """
insert into message (key, kind, channel, lane, topic, place_path, address, address_name, language,
    subject, body_text, due_at, try_at, expires_at, state, sent_at, message_id, dated_at)
select 'k' || n, (array['shift-joined', 'shift-reminder-24h', 'shift-changed'])[1 + n %% 3],
    case when n %% 3 = 0 then 'sms' else 'email' end, 1, 'shift:' || n %% 997,
    case when n %% 4 = 0 then '/b/' else '/a/' end, 'mei@example.org', '甲', 'zh', '', '', due, due,
    due + interval '1 day',
    case when n %% 100 = 0 then 'failed' when n %% 50 = 0 then 'bounced' else 'sent' end,
    case when n %% 100 <> 0 then due + case when n %% 20 = 0 then 90 else n %% 7 end
        * interval '1 s' end, '<' || n || '@hub.test>', due
from generate_series(%s::bigint, %s::bigint) n,
    lateral (select now() - n * interval '1 day' / 1000) as at (due)
"""
BARE_READ = (
    "select state, count(*) from message where due_at > now() - interval '14 days' group by 1"
)


@dataclass
class Town(Sized):
    """One size, and a coordinator's browser."""

    coordinator: FlaskClient = field(kw_only=True)


def run(arguments: list[str]) -> None:
    """Measure both sizes in turns and print each beside the bare reading."""
    parser = argparse.ArgumentParser(prog="python -m bench.outbox")
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--reads", type=int, default=READS)
    given = parser.parse_args(arguments)
    small, large = sorted(int(size) for size in given.sizes.split(","))
    with servers.running() as found, ExitStack() as stack:
        towns = [stack.enter_context(town(found, size)) for size in (small, large)]
        in_turns(towns, read, reads=given.reads, warm=3)  # the first warm it up
        show(*towns, of="letters", most=MOST)


@contextmanager
def town(found: servers.Servers, size: int) -> Iterator[Town]:
    """Fill a database of its own with letters of the past."""
    with house(found) as (app, bare):
        bare.execute(PEOPLE)
        for start in range(1, size + 1, 100_000):
            bare.execute(LETTERS, (start, min(start + 99_999, size)))
        bare.execute("vacuum analyze message")
        coordinator = app.test_client()
        with coordinator.session_transaction() as session:
            session["_user_id"], session["_fresh"], session["language"] = "1:0", True, "zh"
        yield Town(size, app, bare, coordinator=coordinator)


def read(one: Town) -> None:
    """Open the page, ask for the numbers of the command and of Prometheus, and count bare."""

    def page() -> None:
        answer = one.coordinator.get("/messages")
        if answer.status_code != 200 or answer.text.count('class="chart stacked"') != 4:
            raise SystemExit(f"/messages answered {answer.status_code}, or drew no charts")

    def status() -> None:
        messages.outbox_numbers(now=utc_now())
        lateness.letters_within(now=utc_now())

    one.clock("the page", page)
    with one.app.app_context():
        one.clock("hub messages status", status)
        one.clock("/metrics", lambda: metrics.write(now=utc_now()))
        db.session.remove()
    one.clock(BARE, lambda: one.bare.execute(BARE_READ, prepare=True).fetchall())


if __name__ == "__main__":
    run(sys.argv[1:])

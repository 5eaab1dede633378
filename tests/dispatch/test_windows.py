"""Several text messages under way at once: nothing leaves that may not, and each has its end."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, select, update

from standalone.sinks.running import Sinks
from tests.dispatch.test_failover import carrier
from tests.dispatch.test_kills import drain_process, kill
from tests.dispatch.test_races import beside
from tests.messages.letter import MEI, attempts, later, post_trial, the_letter
from tests.messages.test_inbound import holding_the_table, wait_for_somebody
from volunteer_hub.carriers.channels.outcome import Parcel, Receipt
from volunteer_hub.carriers.channels.route import find
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.dispatch.actions import deliver, recording
from volunteer_hub.dispatch.actions.carrying import DeliveryCount, Drain, deliver_one
from volunteer_hub.dispatch.actions.crew import Crew
from volunteer_hub.dispatch.actions.windows import deliver_together
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import call_back, listen, receiving
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.states import LANE_CODES

DONE = {"sent", "delivered"}
# The drain's process has no rooms of its own: the one that keeps receipts is hung in.
RECEIPTS = "from volunteer_hub.receipts import listeners; listeners.init_app(app)"


@pytest.fixture(autouse=True)
def a_centre_bears_ten(
    committed: Flask, sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Let ten messages be under way at once, or as many as one says, also in other processes."""

    def bears(at_once: int) -> None:
        there = f"smpp://hub@127.0.0.1:{sinks.sms_port}?at_once={at_once}"
        settings = replace(committed.config["SETTINGS"], sms_url=there)
        monkeypatch.setitem(committed.config, "SETTINGS", settings)
        monkeypatch.setenv("HUB_SMS_URL", there)

    bears(10)
    return bears


def post_texts(count: int, **more: object) -> None:
    """Post a text to as many phones; the last sign of each number is its place."""
    for number in range(count):
        to = MEI._replace(phone=f"+861381234567{number}")
        facts = {"to": to, "channels": {"sms"}, "topic": f"trial:{number}", **more}
        post_trial(f"text-{number}", **facts)


def states(count: int) -> list[str]:
    return [the_letter(f"text-{number}", "sms").state for number in range(count)]


def a_drain() -> Drain:
    return Drain(database_now, Crew(database_now), DeliveryCount(), time.monotonic() + 30)


def close(drain: Drain) -> None:
    for channel in drain.crew.channels.values():
        channel.close()


def url_of(app: Flask) -> str:
    return app.config["SETTINGS"].database_url.replace("+psycopg", "")


def claim(drain: Drain) -> list[Parcel]:
    with transaction():
        return drain.crew.claim(now=database_now(), lanes=(0, 1, 2), limit=20)


def test_they_leave_with_few_statements(committed: Flask, sinks: Sinks) -> None:
    post_texts(10)
    said: list[str] = []
    note = partial(_note, said)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert deliver(clock=database_now).sent == 10
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(sinks.sms.arrivals()) == 10
    assert [attempts(f"text-{n}", "sms") for n in range(10)] == [[("answered", "Taken")]] * 10
    assert {the_letter(f"text-{n}", "sms").carrier for n in range(10)} == {"sms"}
    assert sum("UPDATE attempt" in one for one in said) < 10  # and not two to each


def _note(said: list[str], *facts: Any) -> None:
    said.append(facts[2])


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("nothing", "sent"),
        ("suppressed", "suppressed"),
        ("called back", "cancelled"),
        ("expired", "missed"),
        ("lease over", "claimed"),
        ("somebody else's", "claimed"),
    ],
)
@pytest.mark.parametrize("lane", [1, LANE_CODES])
def test_each_is_asked_in_the_last_moment(
    committed: Flask, sinks: Sinks, change: str, state: str, lane: int
) -> None:
    post_texts(3, lane=lane)
    drain = a_drain()
    parcels = claim(drain)
    alter("text-1:sms", change)
    alone = deliver_together(parcels, drain)
    goes = change == "nothing" or (lane == LANE_CODES and change == "suppressed")
    assert [parcel.address[-1] for parcel in alone] == ([] if goes else ["1"])
    assert {states(3)[0], states(3)[2]} <= DONE
    if not goes:
        assert len(sinks.sms.arrivals()) == 2
        assert the_letter("text-1", "sms").state == ("claimed" if state != "cancelled" else state)
        deliver_together(alone * 2, drain)  # however often: only its own way settles it
        assert len(sinks.sms.arrivals()) == 2
    close(drain)


def alter(key: str, change: str) -> None:
    mine = update(Message).where(Message.key == key)
    now = database_now()
    db.session.rollback()
    with transaction():
        if change == "suppressed":
            suppress("sms", "+8613812345671", reason="opted-out")
        elif change == "called back":
            call_back("trial:1")
        elif change == "expired":
            past = {"due_at": now - timedelta(hours=1), "expires_at": now - timedelta(minutes=1)}
            db.session.execute(mine.values(**past))
        elif change == "lease over":
            db.session.execute(mine.values(lease_until=now - timedelta(seconds=1)))
        elif change == "somebody else's":
            db.session.execute(mine.values(token=db.text("gen_random_uuid()")))


def test_one_that_somebody_holds_goes_alone(committed: Flask, sinks: Sinks) -> None:
    post_texts(4)
    drain = a_drain()
    parcels = claim(drain)
    with psycopg.connect(url_of(committed)) as connection:
        connection.execute("select from message where key = 'text-2:sms' for update")
        (alone,) = deliver_together(parcels, drain)
        assert alone.address[-1] == "2"
        assert len(sinks.sms.arrivals()) == 3
    assert deliver_one(alone, drain) == "sent"
    assert len(sinks.sms.arrivals()) == 4
    close(drain)


def test_killed_with_one_unanswered_only_that_one_is_unknown(
    committed: Flask, sinks: Sinks
) -> None:
    post_texts(5)
    gate = sinks.sms_faults.gate("accepted")
    with drain_process(committed) as process:
        gate.wait()
        ends = time.monotonic() + 20
        while sum(state in DONE for state in states(5)) < 4 and time.monotonic() < ends:
            time.sleep(0.05)
        kill(process)
    gate.open()
    assert deliver(clock=later(seconds=61)).unknown == 1
    counted = Counter(states(5))
    assert (counted["unknown"], sum(counted[state] for state in DONE)) == (1, 4)
    assert sorted(arrival["to"][-1] for arrival in sinks.sms.arrivals()) == list("01234")


def test_killed_before_receipts_are_stored_they_come_again(committed: Flask, sinks: Sinks) -> None:
    post_texts(3)
    with (
        holding_the_table(committed, "receipt") as connection,
        drain_process(committed, more=RECEIPTS) as process,
    ):
        wait_for_somebody(connection, "receipt")
        kill(process)
    assert states(3) == ["sent"] * 3
    ends = time.monotonic() + 20
    while states(3) != ["delivered"] * 3 and time.monotonic() < ends:
        listen(clock=database_now)
    assert states(3) == ["delivered"] * 3
    assert sinks.smsc._owed == []


def test_killed_before_the_yes_a_receipt_comes_again_and_is_one(
    committed: Flask, sinks: Sinks
) -> None:
    def keep_and_die(receipts: Sequence[Receipt]) -> None:
        receiving.keep_receipts(receipts, clock=database_now)
        raise KeyboardInterrupt

    post_texts(1)
    drain = a_drain()
    (parcel,) = claim(drain)
    with transaction():
        assert recording.mark(parcel, now=database_now())
    found = partial(find, sinks.sms_url, "smpp")
    with closing(SmppChannel(found, keep_receipts=keep_and_die)) as channel:
        channel.prepare(parcel)
        taken = channel.hand_over(parcel)
        with transaction():
            recording.record_taken(parcel, taken, now=database_now())
        with pytest.raises(KeyboardInterrupt):
            channel.listen(20)
        channel._drop()  # its process is gone, and so is the connection
    assert states(1) == ["delivered"]
    while sinks.smsc._owed:
        listen(clock=database_now)
    assert states(1) == ["delivered"]
    assert db.session.scalar(select(db.text("count(*) from receipt"))) == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [("0x8", "open"), ("0x45", "open"), ("0x58", "closed"), ("0x14", "closed"), ("0xb", "closed")],
    ids=["system error", "submission failed", "too fast", "queue full", "no such number"],
)
def test_what_a_centre_says_of_itself_opens_its_breaker(
    committed: Flask, sinks: Sinks, status: str, expected: str
) -> None:
    sinks.sms_faults.answers |= {f"861381234567{number}": status for number in range(6)}
    post_texts(6)
    count = deliver(clock=database_now)
    assert carrier("sms").state == expected
    assert (count.pending, count.failed) == ((0, 6) if status == "0xb" else (6, 0))


def test_a_centre_may_bear_one_at_a_time(
    committed: Flask, sinks: Sinks, a_centre_bears_ten: Callable[[int], None]
) -> None:
    a_centre_bears_ten(1)
    gate = sinks.sms_faults.gate("submit")
    post_texts(3)
    with beside(committed, lambda: deliver(clock=database_now)):
        gate.wait()
        time.sleep(0.3)  # another one, if it left, would be there
        found = len(sinks.sms.arrivals())
        gate.open()
    assert found == 0
    assert len(sinks.sms.arrivals()) == 3

"""How much a carrier bears, and who may not take all of it."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from standalone.sinks.running import Sinks
from tests.dispatch.test_races import beside
from tests.messages.letter import post_trial, the_letter
from volunteer_hub.dispatch.actions import claiming, deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries import outbox


def test_a_carrier_gets_no_more_a_second_than_it_bears(
    committed: Flask, sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{sinks.mail_url}?per_second=10"
    settings = replace(committed.config["SETTINGS"], smtp_url=url)
    monkeypatch.setitem(committed.config, "SETTINGS", settings)
    for number in range(25):
        post_trial(f"letter-{number}")
    began = time.monotonic()
    assert deliver(clock=database_now).sent == 25
    # The bucket was empty when the carrier was first seen: 25 need 2.5 s.
    assert time.monotonic() - began >= 2.4
    assert {the_letter(f"letter-{n}").attempts for n in range(25)} == {0}


def test_no_topic_takes_more_than_half_while_others_wait(app: Flask) -> None:
    for number in range(60):
        post_trial(f"mailing-{number}", topic="mailing:1", lane=2)
    for number in range(4):
        post_trial(f"other-{number}", topic=f"zebra:{number}", lane=2)
        post_trial(f"another-{number}", topic=f"ant:{number}", lane=2)
    with transaction():
        now = database_now()
        topics = _claimed(now=now, limit=20)
    assert sum(topic != "mailing:1" for topic in topics) == 8
    with transaction():
        assert set(_claimed(now=now, limit=20)) == {"mailing:1"}  # nobody else waits any more


def test_own_letters_overtake_a_mailing_of_any_topic(app: Flask) -> None:
    for number in range(30):
        post_trial(f"bulk-{number}", topic=f"mailing:{number}", lane=2)
    for number in range(20):
        post_trial(f"own-{number}", topic="shift:1", lane=1)
    with transaction():
        assert set(_claimed(now=database_now(), limit=20)) == {"shift:1"}


def _claimed(*, now: datetime, limit: int) -> list[str]:
    found = claiming.claim(now=now, channels={"email"}, limit=limit, lanes=outbox.LANES)
    assert len(found) == limit
    return [db.session.get(Message, one.id).topic for one in found]  # type: ignore[union-attr]


def test_a_code_does_not_wait_until_a_drain_is_through(committed: Flask, sinks: Sinks) -> None:
    """200 letters are under way at a slow server; a code posted meanwhile overtakes them."""
    sinks.mail_faults.delay = 0.05
    for number in range(200):
        post_trial(f"bulk-{number}", topic=f"bulk:{number % 7}", lane=2)
    with beside(committed, lambda: deliver(clock=database_now, seconds=12)):
        while len(sinks.mail.arrivals()) < 30:
            time.sleep(0.05)
        before = len(sinks.mail.arrivals())
        post_trial("code", lane=0)
        while the_letter("code").state != "sent":
            time.sleep(0.05)
        at = [a["message_id"] for a in sinks.mail.arrivals()].index(the_letter("code").message_id)
    assert at - before < 60
    assert at < 199


def test_an_ended_lease_is_found_while_a_long_drain_runs(committed: Flask, sinks: Sinks) -> None:
    """One letter keeps the drain for long; what a killed one left behind does not wait for it."""
    post_trial("slow", topic="slow:1")
    gate = sinks.mail_faults.gate("recipient")
    with beside(committed, lambda: deliver(clock=database_now)):
        gate.wait()
        post_trial("late", topic="late:1")
        _leave_behind("late")
        ends = time.monotonic() + 9
        while the_letter("late").state != "pending" and time.monotonic() < ends:
            time.sleep(0.1)
        found = the_letter("late").state
        gate.open()
    assert found == "pending"
    assert the_letter("late").state == "sent"


def _leave_behind(key: str) -> None:
    """Claim a letter as a drain did that was killed long ago."""
    with transaction():
        ended = database_now() - timedelta(seconds=1)
        left = update(Message).where(Message.key == f"{key}:email")
        db.session.execute(left.values(state="claimed", token=uuid4(), lease_until=ended))

"""Two drains at once, and people who change their minds while one is at work."""

import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from standalone.sinks.running import Sinks
from tests.messages.letter import MEI, attempts, later, post_trial, the_letter
from volunteer_hub.dispatch.actions import DeliveryCount, deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import call_back
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Message


@contextmanager
def beside(app: Flask, work: Callable[[], object]) -> Generator[list[object]]:
    """Run something in a thread with a session of its own; its result is there afterwards."""
    results: list[object] = []

    def run() -> None:
        with app.app_context():
            try:
                results.append(work())
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    yield results
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert results, "the other side failed"


def drain() -> DeliveryCount:
    return deliver(clock=database_now)


def test_four_drains_never_send_a_letter_twice(committed: Flask, sinks: Sinks) -> None:
    for number in range(120):
        post_trial(f"letter-{number}", channels={"email" if number % 2 else "sms"})
    with (
        beside(committed, drain) as one,
        beside(committed, drain) as two,
        beside(committed, drain) as three,
    ):
        four = drain()
    shares = [count.sent for count in (*one, *two, *three, four)]  # type: ignore[attr-defined]
    assert sum(shares) == 120
    mails = Counter(arrival["message_id"] for arrival in sinks.mail.arrivals())
    assert len(mails) == 60
    assert set(mails.values()) == {1}
    assert len(sinks.sms.arrivals()) == 60


@pytest.mark.parametrize("step", ["hello", "recipient"])
def test_called_back_between_claim_and_mark_it_never_leaves(
    committed: Flask, sinks: Sinks, step: str
) -> None:
    post_trial()
    gate = sinks.mail_faults.gate(step)
    with beside(committed, drain) as results:
        gate.wait()
        with transaction():
            assert call_back("trial:1") == 1
        gate.open()
    assert results[0].stopped == 1  # type: ignore[attr-defined]
    assert the_letter().state == "cancelled"
    assert attempts() == [("prepared", "May not leave any more")]
    assert sinks.mail.arrivals() == []


def test_called_back_behind_the_mark_it_leaves_and_says_so(committed: Flask, sinks: Sinks) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("data")
    with beside(committed, drain):
        gate.wait()
        with transaction():
            assert call_back("trial:1") == 0  # so that the caller posts a cancellation
        gate.open()
    assert the_letter().state == "sent"


def test_the_connection_serves_on_after_a_letter_was_stopped(
    committed: Flask, sinks: Sinks
) -> None:
    post_trial("gone")
    post_trial("stays", topic="trial:2")
    gate = sinks.mail_faults.gate("recipient")
    with beside(committed, drain):
        gate.wait()
        with transaction():
            call_back("trial:1")
        gate.open()
    assert the_letter("stays").state == "sent"
    assert [a["message_id"] for a in sinks.mail.arrivals()] == [the_letter("stays").message_id]


def test_suppressed_between_claim_and_mark_it_never_leaves(committed: Flask, sinks: Sinks) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("recipient")
    with beside(committed, drain):
        gate.wait()
        with transaction():
            suppress("email", MEI.email or "", reason="opted-out")
        gate.open()
    assert the_letter().state == "suppressed"
    assert sinks.mail.arrivals() == []


def test_expired_between_claim_and_mark_it_is_missed(committed: Flask, sinks: Sinks) -> None:
    post_trial(lasts=timedelta(hours=1))
    moved = [timedelta()]
    gate = sinks.mail_faults.gate("recipient")
    with beside(committed, lambda: deliver(clock=lambda: database_now() + moved[0])):
        gate.wait()
        moved[0] = timedelta(hours=1)
        # The lease would be over as well; it is the letter's own time that decides.
        with transaction():
            longer = database_now() + timedelta(hours=2)
            db.session.execute(update(Message).values(lease_until=longer))
        gate.open()
    assert the_letter().state == "missed"
    assert sinks.mail.arrivals() == []


def test_a_drain_that_wakes_after_its_lease_sends_nothing(committed: Flask, sinks: Sinks) -> None:
    """The first stands still with a claimed letter; the second takes it over and sends it."""
    post_trial()
    gate = sinks.mail_faults.gate("recipient")
    with beside(committed, drain) as results:
        gate.wait()
        assert deliver(clock=later(seconds=61)).sent == 1
        gate.open()
    assert results[0].stopped == 1  # type: ignore[attr-defined]
    assert len(sinks.mail.arrivals()) == 1
    assert the_letter().state == "sent"
    assert [phase for phase, _answer in attempts()] == ["prepared", "answered"]


@pytest.mark.parametrize("on_unknown", ["hold", "resend-same-bytes"])
def test_a_late_answer_settles_what_was_given_up_as_unknown(
    committed: Flask, sinks: Sinks, on_unknown: str
) -> None:
    post_trial(on_unknown=on_unknown)
    gate = sinks.mail_faults.gate("accepted")
    with beside(committed, drain):
        gate.wait()
        assert deliver(clock=later(seconds=61)).unknown == 1
        assert the_letter().state == "unknown"
        gate.open()
    assert the_letter().state == "sent"
    assert deliver(clock=later(hours=1)).sent == 0
    assert len(sinks.mail.arrivals()) == 1


def test_a_cancellation_waits_for_the_mark_and_then_comes_too_late(
    committed: Flask, sinks: Sinks
) -> None:
    """Both want the row at once: whoever commits first decides, nothing in between exists."""
    outcomes = set()
    for number in range(10):
        post_trial(f"letter-{number}", topic=f"trial:{number}")
        with beside(committed, drain), transaction():
            stopped = call_back(f"trial:{number}")
        state = the_letter(f"letter-{number}").state
        arrived = len(sinks.mail.arrivals())
        sent = sum(the_letter(f"letter-{n}").state == "sent" for n in range(number + 1))
        assert state == ("cancelled" if stopped else "sent")
        assert arrived == sent
        outcomes.add(state)
    assert outcomes <= {"cancelled", "sent"}

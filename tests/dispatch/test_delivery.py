"""The drain against real servers: what each answer makes of a letter."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from standalone.sinks.running import Sinks
from tests.messages.letter import MEI, attempts, later, post_trial, the_letter
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import call_back
from volunteer_hub.messages.actions.returning import bring_back
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Message, Suppression

MAIL, PHONE = "mei@example.org", "8613812345678"


def test_both_channels_deliver(committed: Flask, sinks: Sinks) -> None:
    post_trial(channels={"email", "sms"})
    assert deliver(clock=database_now).as_dict() | {"sent": 0} == {
        "sent": 0,
        "pending": 0,
        "failed": 0,
        "unknown": 0,
        "missed": 0,
        "stopped": 0,
    }
    mail, text = the_letter(), the_letter(channel="sms")
    assert mail.state == "sent"
    assert mail.sent_at is not None
    assert attempts() == [("answered", "250 2.0.0 Kept")]
    assert [arrival["message_id"] for arrival in sinks.mail.arrivals()] == [mail.message_id]
    assert text.state == "delivered"  # the network's receipt came before we said goodbye
    assert [arrival["text"] for arrival in sinks.sms.arrivals()] == [text.body_text]


def test_nothing_leaves_before_it_is_due(committed: Flask, sinks: Sinks) -> None:
    post_trial(due_in=timedelta(hours=2))
    assert deliver(clock=later(hours=1, minutes=59)).sent == 0
    assert deliver(clock=later(hours=2, minutes=1)).sent == 1
    assert len(sinks.mail.arrivals()) == 1


def test_nothing_leaves_after_it_expired(committed: Flask, sinks: Sinks) -> None:
    post_trial(lasts=timedelta(hours=1), secret=True)
    assert deliver(clock=later(hours=1)).missed == 1
    letter = the_letter()
    assert letter.state == "missed"
    assert letter.settled_at is not None
    assert letter.body_text == ""
    assert sinks.mail.arrivals() == []


def test_codes_overtake_letters(committed: Flask, sinks: Sinks) -> None:
    for number in range(3):
        post_trial(f"bulk-{number}", lane=2)
    post_trial("own", lane=1)
    post_trial("code", lane=0)
    deliver(clock=database_now)
    order = [arrival["message_id"] for arrival in sinks.mail.arrivals()]
    keys = ["code", "own", "bulk-0", "bulk-1", "bulk-2"]
    assert order == [the_letter(key).message_id for key in keys]


@pytest.mark.parametrize("secret", [True, False])
def test_a_secret_is_forgotten_once_it_was_sent(
    committed: Flask, sinks: Sinks, secret: bool
) -> None:
    post_trial(secret=secret)
    deliver(clock=database_now)
    letter = the_letter()
    assert (letter.body_text == "") is secret
    assert (letter.body_html is None) is secret
    assert (letter.subject == "") is secret


@pytest.mark.parametrize(
    ("at_recipient", "after_data", "state", "suppressed"),
    [
        ("451 4.7.1 Greylisted", None, "pending", False),
        ("452 4.2.2 Mailbox full", None, "pending", False),
        ("550 5.1.1 No such user", None, "failed", True),
        ("551 5.1.6 User not local", None, "failed", True),
        ("553 5.1.3 Bad address", None, "failed", True),
        ("550 5.7.1 Relaying denied", None, "failed", False),  # speaks of us, not of the address
        ("554 5.7.1 Refused", None, "failed", False),
        (None, "451 4.3.0 Try later", "pending", False),
        (None, "452 4.3.1 No storage", "pending", False),
        (None, "554 5.6.0 Content refused", "failed", False),
        (None, "550 5.7.1 Spam", "failed", False),
    ],
)
def test_answers_of_mail_servers(
    committed: Flask,
    sinks: Sinks,
    at_recipient: str | None,
    after_data: str | None,
    state: str,
    suppressed: bool,
) -> None:
    if at_recipient:
        sinks.mail_faults.answers[MAIL] = at_recipient
    if after_data:
        sinks.mail_faults.data_answers[MAIL] = after_data
    post_trial()
    deliver(clock=database_now)
    letter = the_letter()
    assert letter.state == state
    assert letter.reason == (at_recipient or after_data)
    assert attempts() == [("claimed" if at_recipient else "sending", letter.reason)]
    known = db.session.scalar(select(func.count()).select_from(Suppression))
    assert known == int(suppressed)
    assert sinks.mail.arrivals() == []


@pytest.mark.parametrize(
    ("status", "state", "suppressed"),
    [
        ("0x58", "pending", False),  # throttled
        ("0x14", "pending", False),  # queue full
        ("0x0B", "failed", True),  # no such number
        ("0x0A", "failed", False),  # our own sender is refused
    ],
)
def test_answers_of_message_centres(
    committed: Flask, sinks: Sinks, status: str, state: str, suppressed: bool
) -> None:
    sinks.sms_faults.answers[PHONE] = status
    post_trial(channels={"sms"})
    deliver(clock=database_now)
    assert the_letter(channel="sms").state == state
    assert db.session.scalar(select(func.count()).select_from(Suppression)) == int(suppressed)
    assert sinks.sms.arrivals() == []


def test_a_letter_put_back_waits_and_goes_with_the_same_bytes(
    committed: Flask, sinks: Sinks
) -> None:
    sinks.mail_faults.data_answers[MAIL] = "451 4.3.0 Try later"
    post_trial()
    deliver(clock=database_now)
    first = the_letter()
    assert first.attempts == 1
    assert first.try_at > first.due_at
    assert deliver(clock=lambda: first.due_at).sent == 0
    sinks.mail_faults.data_answers.clear()
    assert deliver(clock=later(seconds=31)).sent == 1
    second = the_letter()
    assert (second.message_id, second.dated_at) == (first.message_id, first.dated_at)
    assert len(attempts()) == 2


def test_it_is_tried_until_it_expires_and_then_missed(committed: Flask, sinks: Sinks) -> None:
    sinks.mail_faults.answers[MAIL] = "451 4.7.1 Later"
    post_trial(lasts=timedelta(hours=6))
    for hours in range(0, 6):
        deliver(clock=later(hours=hours, seconds=10))
        assert the_letter().state == "pending"
    assert deliver(clock=later(hours=6)).missed == 1
    assert the_letter().state == "missed"
    assert the_letter().attempts == 6


def test_a_suppressed_address_gets_nothing_but_codes(committed: Flask, sinks: Sinks) -> None:
    sinks.mail_faults.answers[MAIL] = "550 5.1.1 No such user"
    post_trial("first")
    deliver(clock=database_now)
    sinks.mail_faults.answers.clear()
    post_trial("second")
    assert deliver(clock=database_now).stopped == 1
    assert the_letter("second").state == "suppressed"
    assert sinks.mail.arrivals() == []
    # Whoever waits for a code gave the address just now: it is tried, and if it works, believed.
    post_trial("code", lane=0)
    post_trial("third", lane=1)
    assert deliver(clock=database_now).sent == 2


def test_a_phone_that_is_off_bounces(committed: Flask, sinks: Sinks) -> None:
    sinks.smsc.phones_off.add(PHONE)
    post_trial(channels={"sms"})
    deliver(clock=database_now)
    letter = the_letter(channel="sms")
    assert (letter.state, letter.reason) == ("bounced", "stat:UNDELIV")


def test_what_is_called_back_does_not_leave(committed: Flask, sinks: Sinks) -> None:
    post_trial("gone")
    post_trial("stays", topic="trial:2")
    with transaction():
        call_back("trial:1")
    assert deliver(clock=database_now).sent == 1
    assert the_letter("gone").state == "cancelled"
    assert len(sinks.mail.arrivals()) == 1


def test_a_letter_that_cannot_be_written_fails_alone(committed: Flask, sinks: Sinks) -> None:
    post_trial("bad", to=MEI._replace(email="not an address\r\n"))
    post_trial("good")
    count = deliver(clock=database_now)
    assert (count.failed, count.sent) == (1, 1)
    assert the_letter("bad").state == "failed"


def test_answers_do_not_repeat_addresses(committed: Flask, sinks: Sinks) -> None:
    sinks.mail_faults.answers[MAIL] = f"550 5.1.1 <{MAIL}> unknown"
    post_trial()
    deliver(clock=database_now)
    assert the_letter().reason == "550 5.1.1 <m***@example.org> unknown"


def test_no_letter_is_left_at_work(committed: Flask, sinks: Sinks) -> None:
    for number in range(45):  # more than two batches
        post_trial(f"letter-{number}")
    assert deliver(clock=database_now).sent == 45
    states = db.session.scalars(select(Message.state).distinct()).all()
    assert states == ["sent"]


@pytest.mark.parametrize(
    ("address", "noted", "comes_back"),
    [
        ("Mei@Example.org", "mei@example.org", False),
        ("strasse@example.org", "Straße@example.org", False),  # lower case would tell them apart
        ("mei@example.org", "may@example.org", True),
    ],
)
def test_what_is_wanted_again_stays_away_from_a_bad_address(
    app: Flask, address: str, noted: str, comes_back: bool
) -> None:
    post_trial(to=MEI._replace(email=address), due_in=timedelta(hours=1))
    with transaction():
        suppress("email", noted, reason="hard-bounce")
        away = {"state": "suppressed", "settled_at": database_now()}
        db.session.execute(update(Message).values(**away))
    with transaction():
        facts = {"recipients": [7], "channels": ["email"], "now": database_now()}
        assert bring_back(**facts) == comes_back
    assert the_letter().state == ("pending" if comes_back else "suppressed")

"""Posting once, and calling back what has not left."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.messages.letter import MEI, post_trial, the_letter
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import call_back, post_letter
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.readers import Attachment


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_the_same_key_is_posted_once_a_channel(app: Flask) -> None:
    assert post_trial("a", channels={"email", "sms"}) == 2
    assert post_trial("a", channels={"email", "sms"}) == 0
    assert post_trial("b", channels={"email"}) == 1
    assert count() == 3


def test_nothing_is_posted_when_the_transaction_fails(app: Flask) -> None:
    def fail() -> None:
        with transaction():
            now = database_now()
            facts = {"title": "共享集市", "starts_at": now, "ends_at": now}
            dates = {"due_at": now, "expires_at": now + timedelta(hours=1)}
            post_letter("trial/hello", to=MEI, kind="t", key="k", topic="t", facts=facts, **dates)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert count() == 0


def test_a_letter_must_have_time(app: Flask) -> None:
    with pytest.raises(IntegrityError, match="expires_after_due"):
        post_trial(lasts=timedelta(0))


def test_files_travel_with_mail_alone(app: Flask) -> None:
    file = Attachment("shift.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR")
    post_trial(channels={"email", "sms"}, attachments=[file])
    assert the_letter().attachments[0]["name"] == "shift.ics"
    assert the_letter(channel="sms").attachments == []


@pytest.mark.parametrize(
    ("which", "stopped"),
    [
        ({}, {"a", "b", "c"}),
        ({"kinds": {"reminder"}}, {"a", "b"}),
        ({"recipient_id": 8}, {"b"}),
        ({"below_revision": 2}, {"a", "b"}),
        ({"kinds": {"reminder"}, "recipient_id": 7}, {"a"}),
    ],
)
def test_which_letters_are_called_back(
    app: Flask, which: dict[str, Any], stopped: set[str]
) -> None:
    post_trial("a", kind="reminder", revision=1)
    post_trial("b", kind="reminder", revision=1, to=MEI._replace(recipient_id=8))
    post_trial("c", kind="joined", revision=2)
    post_trial("other", topic="trial:2")
    with transaction():
        assert call_back("trial:1", **which) == len(stopped)
    found = db.session.scalars(select(Message.key).where(Message.state == "cancelled"))
    assert {key.removesuffix(":email") for key in found} == stopped


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("pending", "superseded"),
        ("claimed", "superseded"),
        ("sending", "sending"),
        ("sent", "sent"),
        ("unknown", "unknown"),
        ("failed", "failed"),
        ("cancelled", "cancelled"),
        ("missed", "missed"),
    ],
)
def test_behind_the_point_of_no_return_nothing_is_called_back(
    app: Flask, state: str, after: str
) -> None:
    post_trial()
    with transaction():
        letter = the_letter()
        now = database_now()
        letter.state = state
        if state in ("claimed", "sending", "unknown"):
            letter.token = letter.uuid
        if state in ("claimed", "sending"):
            letter.lease_until = now
        if state == "sent":
            letter.sent_at = now
        db.session.flush()
        assert call_back("trial:1", reason="superseded") == (after != state)
    assert the_letter().state == after


def test_a_secret_that_is_called_back_is_forgotten(app: Flask) -> None:
    post_trial(secret=True)
    with transaction():
        call_back("trial:1")
    letter = the_letter()
    assert (letter.subject, letter.body_text, letter.body_html) == ("", "", None)


def test_a_letter_is_not_called_back_as_anything_else(app: Flask) -> None:
    with pytest.raises(ValueError, match="delivered"):
        call_back("trial:1", reason="delivered")

"""What a receipt makes of its letter, and of the address."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, InternalError, ProgrammingError

from tests.receipts.letters import (
    ADDRESS,
    PHONE,
    again,
    apply_all,
    hear,
    make_letter,
    receipts,
    state_of,
    suppressed,
)
from volunteer_hub.carriers.channels.outcome import Receipt as FromNetwork
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions.receiving import note_receipts
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Message, Suppression
from volunteer_hub.receipts import actions, queries
from volunteer_hub.receipts.models import Receipt

pytestmark = pytest.mark.usefixtures("app")
REFUSED = (IntegrityError, InternalError, ProgrammingError)


def test_a_receipt_is_kept_once() -> None:
    letter = make_letter()
    assert hear(letter, "delivered", event="e1") == 1
    assert hear(letter, "delivered", event="e1") == 0
    assert hear(letter, "delivered", event="e1", carrier="acme") == 1
    assert len(receipts()) == 2


@pytest.mark.parametrize("state", ["sending", "unknown", "sent", "failed", "pending", "claimed"])
def test_delivered_settles_whatever_we_knew(state: str) -> None:
    letter = make_letter(state, secret=True)
    hear(letter, "delivered")
    apply_all()
    now = again(letter)
    assert (now.state, now.token, now.lease_until) == ("delivered", None, None)
    assert now.settled_at is not None
    assert now.sent_at is not None
    assert now.body_text == ""  # a secret is of no use once it was handed over


def test_a_server_that_still_tries_has_it() -> None:
    letter = make_letter("unknown")
    hear(letter, "soft-bounced", answer="4.2.2 full")
    apply_all()
    now = again(letter)
    assert (now.state, now.reason, now.settled_at) == ("sent", "4.2.2 full", None)


def test_what_the_carrier_called_it_is_kept() -> None:
    letter = make_letter("unknown", provider_ref="abc")
    hear(letter, "sent")
    apply_all()
    assert again(letter).provider_ref == "abc"


@pytest.mark.parametrize("by", ["provider_ref", "message_id"])
def test_a_letter_is_found_by_other_names(by: str) -> None:
    letter = make_letter(provider_ref="7f3a")
    hear(getattr(letter, by), "delivered")
    apply_all()
    assert state_of(letter) == "delivered"


def test_of_two_letters_with_one_number_the_newer_is_meant() -> None:
    older, newer = make_letter(provider_ref="7"), make_letter(provider_ref="7")
    hear("7", "delivered")
    apply_all()
    assert (state_of(older), state_of(newer)) == ("sent", "delivered")


def test_a_letter_that_was_never_handed_over_is_not_delivered() -> None:
    letter = make_letter("pending", left=False)
    hear(letter, "delivered")
    apply_all()
    assert state_of(letter) == "pending"
    (receipt,) = receipts()
    assert receipt.applied_at is None


def test_a_receipt_that_overtakes_our_commit_is_tried_again_and_given_up_after_a_day() -> None:
    uuid = uuid4()
    hear(uuid, "delivered")
    apply_all()
    (receipt,) = receipts()
    assert receipt.applied_at is None
    first = receipt.try_at
    assert first > receipt.received_at
    letter = make_letter(uuid=uuid)
    apply_all(seconds=1)
    assert state_of(letter) == "sent"  # not yet its time
    apply_all(seconds=6)
    assert state_of(letter) == "delivered"

    hear(uuid4(), "delivered")
    for hours in (0, 1, 12, 23.9):
        apply_all(hours=hours)
        assert receipts()[-1].given_up_at is None
    assert queries.count_unmatched(now=database_now()) == (1, 0)
    apply_all(hours=24.1)
    assert receipts()[-1].given_up_at is not None
    assert queries.count_unmatched(now=database_now() + timedelta(hours=24)) == (0, 1)


def test_a_hard_bounce_stops_the_address_at_once() -> None:
    letter = make_letter(place_path="/baiyin/ganjiaxiang/")
    hear(letter, "bounced", blame="address", answer="failed 5.1.1")
    apply_all()
    assert again(letter).reason == "failed 5.1.1"
    assert suppressed() == {"m***@example.org": "hard-bounce"}
    found = db.session.query(Suppression).one()
    assert (found.place_path, found.message_id) == ("/baiyin/ganjiaxiang/", letter.id)


def test_a_complaint_after_delivery_stops_the_address() -> None:
    letter = make_letter("delivered")
    hear(letter, "complained")
    apply_all()
    assert state_of(letter) == "complained"
    assert suppressed() == {"m***@example.org": "complaint"}


def test_a_bounce_that_is_our_fault_stops_nothing() -> None:
    letter = make_letter()
    hear(letter, "bounced", blame="nobody")
    apply_all()
    assert state_of(letter) == "bounced"
    assert suppressed() == {}


def test_the_third_soft_bounce_in_seven_days_pauses_the_address_for_seven() -> None:
    for number in range(3):
        assert suppressed() == {}, number
        letter = make_letter(channel="sms", address=PHONE)
        for _ in range(4):  # a server that says every hour that it still tries is one letter
            hear(letter, "soft-bounced")
        hear(letter, "bounced", blame="mailbox")
        apply_all()
    assert suppressed() == {"138****5678": "soft-bounces"}
    now = database_now()
    with transaction():
        assert actions.end_pauses(now=now + timedelta(days=6)) == 0
        assert actions.end_pauses(now=now + timedelta(days=7, minutes=1)) == 1
    assert suppressed() == {}
    hear(make_letter(channel="sms", address=PHONE), "soft-bounced")
    apply_all(days=7, minutes=1)
    with transaction():
        db.session.execute(update(Receipt).values(try_at=now))
    assert suppressed() == {}


def test_soft_bounces_of_others_do_not_count() -> None:
    for name in ("a", "b", "c"):
        hear(make_letter(address=f"{name}@example.org"), "soft-bounced")
    apply_all()
    assert suppressed() == {}


def test_a_pause_becomes_a_stop_and_never_the_other_way() -> None:
    now = database_now()
    with transaction():
        suppress("email", ADDRESS, reason="soft-bounces", until=now)
        suppress("email", ADDRESS, reason="hard-bounce")
        suppress("email", ADDRESS, reason="soft-bounces", until=now)
    found = db.session.query(Suppression).one()
    assert (found.reason, found.until) == ("hard-bounce", None)


def test_lifted_by_hand_the_soft_bounces_so_far_count_no_more() -> None:
    for _ in range(3):
        hear(make_letter(), "soft-bounced")
    apply_all()
    found = db.session.query(Suppression).one()
    with transaction():
        actions.lift(found.id, reason="works-again")
    assert suppressed() == {}
    hear(make_letter(), "soft-bounced")
    apply_all()
    assert suppressed() == {}


def test_a_message_centre_s_receipts_go_the_same_way() -> None:
    taken = make_letter(channel="sms", address=PHONE, provider_ref="r1")
    off = make_letter(channel="sms", address=PHONE, provider_ref="r2")
    said = [
        FromNetwork("r1", True, "stat:DELIVRD"),
        FromNetwork("r2", False, "stat:UNDELIV"),
        FromNetwork("r9", True, "stat:DELIVRD"),
    ]
    for _ in range(2):
        with transaction():
            note_receipts(said, now=database_now())
    assert (state_of(taken), state_of(off)) == ("delivered", "bounced")
    assert again(off).reason == "stat:UNDELIV"
    assert len(receipts()) == 3
    assert queries.count_unmatched(now=database_now()).unmatched == 1


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("bounced", "delivered"),
        ("bounced", "complained"),
        ("complained", "sent"),
        ("complained", "bounced"),
        ("delivered", "sent"),
        ("delivered", "pending"),
        ("delivered", "unknown"),
    ],
)
def test_the_database_keeps_what_is_known(state: str, to: str) -> None:
    letter = make_letter(state)
    with pytest.raises(REFUSED), transaction():
        db.session.execute(update(Message).where(Message.id == letter.id).values(state=to))


@pytest.mark.parametrize("column", ["says", "uuid", "answer", "event_id"])
def test_the_database_keeps_what_a_receipt_said(column: str) -> None:
    hear(make_letter(), "delivered")
    changed = {"says": "bounced", "uuid": uuid4(), "answer": "no", "event_id": "other"}
    with pytest.raises(REFUSED), transaction():
        db.session.execute(update(Receipt).values({column: changed[column]}))


def test_a_batch_costs_few_questions(queries: list[str]) -> None:
    letters = [make_letter() for _ in range(30)]
    for letter in letters:
        hear(letter, "delivered")
    queries.clear()
    apply_all()
    selects = [one for one in queries if one.startswith("SELECT")]
    assert len(selects) <= 4
    assert {state_of(letter) for letter in letters} == {"delivered"}

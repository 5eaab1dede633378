"""Truth tables: what a receipt makes of a letter, signatures, pauses between looks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from volunteer_hub.messages.rules.states import MOVES, STATES
from volunteer_hub.receipts.rules import outcomes, signing

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SECRET = signing.own_secret("acme", key="k" * 32)
BODY = b'{"type": "delivered"}'

# letter's state → what each word makes of it: sent, soft-bounced, delivered, bounced, complained
TABLE = {
    "pending": ("sent", "sent", "delivered", None, "complained"),
    "claimed": ("sent", "sent", "delivered", None, "complained"),
    "sending": ("sent", "sent", "delivered", "bounced", "complained"),
    "unknown": ("sent", "sent", "delivered", "bounced", "complained"),
    "sent": (None, None, "delivered", "bounced", "complained"),
    "delivered": (None, None, None, "bounced", "complained"),
    "bounced": (None, None, None, None, None),
    "complained": (None, None, None, None, None),
    "failed": ("sent", "sent", "delivered", None, "complained"),
    "missed": ("sent", "sent", "delivered", None, "complained"),
    "cancelled": (None, None, None, None, None),
    "superseded": (None, None, None, None, None),
    "suppressed": (None, None, None, None, None),
}


@pytest.mark.parametrize(
    ("state", "says", "made"),
    [
        (state, says, made)
        for state, row in TABLE.items()
        for says, made in zip(outcomes.SAYS, row, strict=True)
    ],
)
def test_what_a_receipt_makes_of_a_letter(state: str, says: str, made: str | None) -> None:
    assert outcomes.next_state(state, says) == made


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(STATES)


def test_nothing_leads_back_from_what_is_known() -> None:
    order = ("sent", "delivered", "bounced")
    for place, state in enumerate(order):
        assert not MOVES[state] & set(order[:place])
    assert not MOVES["bounced"]
    assert not MOVES["complained"]


def test_any_order_of_words_ends_alike() -> None:
    """The same words in every order bring a letter into the same state, one pair excepted."""
    from itertools import permutations

    for words in (("sent", "soft-bounced", "delivered"), ("delivered", "bounced", "soft-bounced")):
        ends = set()
        for order in permutations(words):
            state = "sending"
            for word in order:
                state = outcomes.next_state(state, word) or state
            ends.add(state)
        assert len(ends) == 1


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(0), 5),
        (timedelta(seconds=10), 5),
        (timedelta(seconds=60), 30),
        (timedelta(minutes=20), 600),
        (timedelta(hours=23, minutes=59), 600),
        (timedelta(hours=24), None),
        (timedelta(days=9), None),
    ],
)
def test_when_a_letter_is_looked_for_again(age: timedelta, pause: int | None) -> None:
    again = outcomes.next_try(NOW - age, now=NOW)
    assert again == (None if pause is None else NOW + timedelta(seconds=pause))


@pytest.mark.parametrize(
    ("says", "blame", "soft", "hard"),
    [
        ("soft-bounced", "mailbox", True, False),
        ("soft-bounced", "nobody", True, False),
        ("bounced", "mailbox", True, False),
        ("bounced", "address", False, True),
        ("bounced", "nobody", False, False),
        ("delivered", "nobody", False, False),
        ("sent", "nobody", False, False),
        ("complained", "address", False, False),
    ],
)
def test_what_a_receipt_says_of_the_address(says: str, blame: str, soft: bool, hard: bool) -> None:
    assert outcomes.is_soft(says, blame) is soft
    assert outcomes.is_hard(says, blame) is hard


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 5.1.1 <mei@example.org> unknown", "550 5.1.1 <m***@example.org> unknown"),
        ("to +8613812345678 failed", "to 138****5678 failed"),
        ("id:0a1b2c3d4e5f stat:UNDELIV", "id:0a1b2c3d4e5f stat:UNDELIV"),
        ("  two\r\n lines\0 ", "two lines"),
        ("x" * 900, "x" * 500),
    ],
)
def test_no_address_is_kept_in_full(said: str, kept: str) -> None:
    assert outcomes.shorten(said) == kept


def check(**given: Any) -> None:
    values: dict[str, Any] = {
        "event_id": "e1",
        "timestamp": str(int(NOW.timestamp())),
        "signatures": signing.sign(SECRET, event_id="e1", at=NOW, body=BODY),
        "body": BODY,
        "now": NOW,
    }
    signing.ensure_signed([SECRET], **(values | given))


def test_a_signature_of_ours_is_let_through() -> None:
    check()
    check(signatures="v1,AAAA " + signing.sign(SECRET, event_id="e1", at=NOW, body=BODY))
    check(now=NOW + timedelta(minutes=5))
    check(now=NOW - timedelta(minutes=5))


@pytest.mark.parametrize(
    "given",
    [
        {"body": BODY + b" "},
        {"event_id": "e2"},
        {"event_id": ""},
        {"signatures": ""},
        {"signatures": "v1,"},
        {"signatures": "v1,é"},
        {"signatures": signing.sign("whsec_AAAA", event_id="e1", at=NOW, body=BODY)},
        {"timestamp": ""},
        {"timestamp": "-1"},
        {"timestamp": "٣"},
        {"timestamp": "9" * 30},
        {"timestamp": str(int(NOW.timestamp()) + 1)},
        {"now": NOW + timedelta(minutes=5, seconds=1)},
        {"now": NOW - timedelta(minutes=5, seconds=1)},
    ],
)
def test_what_is_not_signed_is_refused(given: dict) -> None:
    with pytest.raises(outcomes.ReceiptIsForged):
        check(**given)


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of its specification."""
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = signing.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=at,
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("webhook+https://sms.example/send?secret=whsec_a+b/c=&from=1069", "whsec_a+b/c="),
        ("webhook+https://sms.example/send", ""),
        ("smpp://hub:word@host:2775?from=1069", ""),
        ("http://[broken", ""),
    ],
)
def test_the_secret_that_a_carrier_brings(url: str, secret: str) -> None:
    assert signing.secret_in(url) == secret


def test_each_carrier_has_its_own_secret() -> None:
    assert signing.own_secret("acme", key="k") != signing.own_secret("mail", key="k")
    assert signing.own_secret("acme", key="k") != signing.own_secret("acme", key="l")


@pytest.mark.parametrize("given", ["", "b", "aa", "é"])
def test_a_proof_is_right_or_wrong(given: str) -> None:
    assert signing.is_proved("a", right="a")
    assert not signing.is_proved(given, right="a")
    assert not signing.is_proved(given, right="")

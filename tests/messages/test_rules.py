"""Truth tables of the post office."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.messages.rules import readers, states, times

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "bound"),
    [(0, 30), (1, 60), (2, 120), (5, 960), (6, 1800), (7, 1800), (1000, 1800)],
)
def test_pauses_double_up_to_half_an_hour(attempts: int, bound: int) -> None:
    assert times.pause_after(attempts, 0.0) == timedelta(seconds=1)
    longest = times.pause_after(attempts, 0.999999).total_seconds()
    assert bound - 1 < longest < bound


def test_only_an_answer_or_its_absence_leads_on_from_sending() -> None:
    assert not states.may_move("sending", "cancelled")
    assert not states.may_move("sending", "superseded")
    assert not states.may_move("sending", "suppressed")
    assert not states.may_move("pending", "sending")
    assert not states.may_move("sent", "pending")


def test_few_final_states_are_left() -> None:
    """By a retry of what failed, a reader who wants it again, or a receipt that knows better."""
    leaving = {state for state in states.FINAL_STATES if states.MOVES[state]}
    assert leaving == {"failed", "suppressed", "delivered", "missed"}


@pytest.mark.parametrize(
    ("state", "secret", "expired", "refusal"),
    [
        ("failed", False, False, None),
        ("failed", True, False, states.MessageCannotBeRetried),
        ("failed", False, True, states.MessageIsTooOld),
        ("sent", False, False, states.MessageCannotBeRetried),
        ("unknown", False, False, states.MessageCannotBeRetried),
        ("pending", False, False, states.MessageCannotBeRetried),
        ("cancelled", False, False, states.MessageCannotBeRetried),
    ],
)
def test_what_may_be_tried_again(
    state: str, secret: bool, expired: bool, refusal: type[Exception] | None
) -> None:
    expires_at = NOW if expired else NOW + timedelta(seconds=1)
    if refusal is None:
        states.ensure_may_retry(state, secret=secret, expires_at=expires_at, now=NOW)
    else:
        with pytest.raises(refusal):
            states.ensure_may_retry(state, secret=secret, expires_at=expires_at, now=NOW)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("+8613812345678", "138****5678"),
        ("13812345678", "138****5678"),
        ("mei@example.org", "m***@example.org"),
        ("a@b.cn", "a***@b.cn"),
        ("+12025550143", "+12****0143"),
        ("12345", "****"),
    ],
)
def test_masks(address: str, shown: str) -> None:
    assert readers.mask(address) == shown


def test_the_hash_names_an_address_however_it_is_written() -> None:
    same = readers.address_hash("email", "Mei@Example.org")
    assert readers.address_hash("email", "mei@example.org") == same
    assert readers.address_hash("sms", "mei@example.org") != same

"""Truth tables of the post office."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from volunteer_hub.messages import rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [
        (0, 0, True),
        (7, 59, True),
        (8, 0, False),
        (12, 0, False),
        (20, 59, False),
        (21, 0, True),
        (23, 59, True),
    ],
)
def test_people_sleep_from_nine_to_eight(hour: int, minute: int, quiet: bool) -> None:
    assert rules.is_quiet(local(24, hour, minute), SHANGHAI) is quiet


@pytest.mark.parametrize(
    ("due", "leaves"),
    [
        (local(25, 8), local(25, 8)),
        (local(25, 20, 59), local(25, 20, 59)),
        (local(25, 21), local(25, 20, 59)),
        (local(25, 23, 30), local(25, 20, 59)),
        (local(25, 0), local(24, 20, 59)),
        (local(25, 7, 59), local(24, 20, 59)),
        (local(24, 23), local(24, 20, 59)),
        (local(24, 11), local(24, 11)),  # overdue by an hour: at once
    ],
)
def test_a_planned_text_message_leaves_before_the_night(due: datetime, leaves: datetime) -> None:
    assert rules.sms_due(due, kind="reminder", now=NOW, zone=SHANGHAI) == leaves


@pytest.mark.parametrize(
    ("kind", "due", "now", "leaves"),
    [
        # The evening before is over already: it leaves now rather than never.
        ("reminder", local(25, 7), local(24, 23), local(24, 23)),
        ("reminder", local(25, 7), local(25, 6), local(25, 6)),
        # What answers something a person just did does not wait.
        ("joined", local(24, 23), local(24, 23), local(24, 23)),
        # A code is awaited at the screen.
        ("code-sign-in", local(24, 23), local(24, 22), local(24, 23)),
    ],
)
def test_what_cannot_leave_before_the_night(
    kind: str, due: datetime, now: datetime, leaves: datetime
) -> None:
    assert rules.sms_due(due, kind=kind, now=now, zone=SHANGHAI) == leaves


def test_no_text_message_is_planned_later_than_it_was_due() -> None:
    for hours in range(48):
        due = NOW + timedelta(hours=hours)
        assert rules.sms_due(due, kind="reminder", now=NOW, zone=SHANGHAI) <= due


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("a" * 71, 2),
        ("𠮷" * 35, 1),  # beyond the basic plane: two units each
        ("𠮷" * 36, 2),
        ("字" * 66 + "𠮷" + "字" * 5, 2),
    ],
)
def test_parts_of_a_text_message(text: str, parts: int) -> None:
    cut = rules.split_sms(text)
    assert len(cut) == parts
    assert "".join(cut) == text
    limit = rules.SINGLE_SMS if parts == 1 else rules.JOINED_SMS
    assert all(rules.sms_units(part) <= limit for part in cut)


def test_a_character_of_two_units_is_not_cut_in_two() -> None:
    first, second = rules.split_sms("字" * 66 + "𠮷" + "字" * 5)
    assert first == "字" * 66
    assert second == "𠮷" + "字" * 5


def test_an_endless_text_message_is_shortened() -> None:
    fitted = rules.fit_sms("字" * 1000)
    assert len(rules.split_sms(fitted)) == rules.MOST_PARTS
    assert fitted.endswith("…")
    assert rules.fit_sms("字" * 402) == "字" * 402


@pytest.mark.parametrize(
    ("attempts", "bound"),
    [(0, 30), (1, 60), (2, 120), (5, 960), (6, 1800), (7, 1800), (1000, 1800)],
)
def test_pauses_double_up_to_half_an_hour(attempts: int, bound: int) -> None:
    assert rules.pause_after(attempts, 0.0) == timedelta(seconds=1)
    longest = rules.pause_after(attempts, 0.999999).total_seconds()
    assert bound - 1 < longest < bound


def test_only_an_answer_or_its_absence_leads_on_from_sending() -> None:
    assert not rules.may_move("sending", "cancelled")
    assert not rules.may_move("sending", "superseded")
    assert not rules.may_move("sending", "suppressed")
    assert not rules.may_move("pending", "sending")
    assert not rules.may_move("sent", "pending")


def test_final_states_are_left_only_by_a_retry_of_what_failed() -> None:
    leaving = {state for state in rules.FINAL_STATES if rules.MOVES[state]}
    assert leaving == {"failed"}


@pytest.mark.parametrize(
    ("state", "secret", "expired", "refusal"),
    [
        ("failed", False, False, None),
        ("failed", True, False, rules.MessageCannotBeRetried),
        ("failed", False, True, rules.MessageIsTooOld),
        ("sent", False, False, rules.MessageCannotBeRetried),
        ("unknown", False, False, rules.MessageCannotBeRetried),
        ("pending", False, False, rules.MessageCannotBeRetried),
        ("cancelled", False, False, rules.MessageCannotBeRetried),
    ],
)
def test_what_may_be_tried_again(
    state: str, secret: bool, expired: bool, refusal: type[Exception] | None
) -> None:
    expires_at = NOW if expired else NOW + timedelta(seconds=1)
    if refusal is None:
        rules.ensure_may_retry(state, secret=secret, expires_at=expires_at, now=NOW)
    else:
        with pytest.raises(refusal):
            rules.ensure_may_retry(state, secret=secret, expires_at=expires_at, now=NOW)


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
    assert rules.mask(address) == shown


def test_the_hash_names_an_address_however_it_is_written() -> None:
    same = rules.address_hash("email", "Mei@Example.org")
    assert rules.address_hash("email", "mei@example.org") == same
    assert rules.address_hash("sms", "mei@example.org") != same

from datetime import UTC, date, datetime, timedelta

import pytest

from volunteer_hub.foundation.clock import Span, age_on
from volunteer_hub.foundation.refusal import BrokenInput, Refusal
from volunteer_hub.shifts import rules as shift_rules
from volunteer_hub.signups.rules import joining as rules
from volunteer_hub.signups.rules import line
from volunteer_hub.signups.rules import staying as who_stays

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMING = Span(NOW + HOUR, NOW + 3 * HOUR)
RUNNING = Span(NOW - HOUR, NOW + HOUR)
STARTING = Span(NOW, NOW + HOUR)
ENDING = Span(NOW - HOUR, NOW)


@pytest.mark.parametrize(
    ("state", "span", "refusal"),
    [
        ("published", COMING, None),
        ("published", STARTING, shift_rules.ShiftIsOver),
        ("published", RUNNING, shift_rules.ShiftIsOver),
        ("draft", COMING, rules.ShiftIsNotOpen),
        ("cancelled", COMING, rules.ShiftIsNotOpen),
        ("cancelled", RUNNING, rules.ShiftIsNotOpen),
    ],
)
def test_open_only_before_it_begins(state, span, refusal):
    check(refusal, lambda: rules.ensure_open(state=state, span=span, now=NOW))


@pytest.mark.parametrize(
    ("state", "span", "refusal"),
    [
        ("draft", COMING, None),
        ("published", RUNNING, None),
        ("published", ENDING, shift_rules.ShiftIsOver),
        ("cancelled", COMING, shift_rules.ShiftIsCancelled),
    ],
)
def test_changed_until_it_ends(state, span, refusal):
    check(refusal, lambda: shift_rules.ensure_goes_on(state=state, span=span, now=NOW))


@pytest.mark.parametrize(
    ("state", "activity", "span", "refusal"),
    [
        ("draft", "published", COMING, None),
        ("draft", "draft", COMING, None),
        ("published", "published", COMING, shift_rules.ShiftIsNoDraft),
        ("cancelled", "published", COMING, shift_rules.ShiftIsNoDraft),
        ("draft", "cancelled", COMING, shift_rules.ActivityIsCalledOff),
        ("draft", "published", STARTING, BrokenInput),
    ],
)
def test_published_once_and_in_time(state, activity, span, refusal):
    check(
        refusal,
        lambda: shift_rules.ensure_may_publish(
            state=state, activity_state=activity, span=span, now=NOW
        ),
    )


@pytest.mark.parametrize(
    ("already", "other", "refusal"),
    [
        (False, None, None),
        (True, None, rules.AlreadySignedUp),
        (True, "夜校", rules.AlreadySignedUp),
        (False, "夜校", rules.ShiftsOverlap),
    ],
)
def test_one_promise_at_a_time(already, other, refusal):
    check(refusal, lambda: rules.ensure_free_then(already=already, other=other))


@pytest.mark.parametrize(
    ("limit", "born", "refusal"),
    [
        (None, None, None),
        (None, date(2020, 1, 1), None),
        (16, None, rules.BirthDateIsNeeded),
        (16, date(2010, 12, 5), None),  # sixteen on the day
        (16, date(2010, 12, 6), rules.TooYoung),  # a day short
        (0, date(2026, 12, 5), None),
        (18, date(2008, 2, 29), None),
    ],
)
def test_age_counts_on_the_day(limit, born, refusal):
    day = date(2026, 12, 5)
    check(
        refusal,
        lambda: rules.ensure_old_enough(minimum_age=limit, birth_date=born, day=day),
    )


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2025, 2, 28), 0), (date(2025, 3, 1), 1), (date(2028, 2, 29), 4)],
)
def test_age_of_a_leap_day_child(day, age):
    assert age_on(day, date(2024, 2, 29)) == age


@pytest.mark.parametrize(
    ("span", "minimum", "capacity", "fields"),
    [
        (COMING, 0, 1, []),
        (COMING, 5, 5, []),
        (COMING, 6, 5, ["minimum"]),
        (COMING, -1, 5, ["minimum"]),
        (COMING, 0, 0, ["capacity"]),
        (Span(NOW, NOW), 1, 1, ["ends_at"]),
        (Span(NOW, NOW - HOUR), 2, 0, ["ends_at", "capacity", "minimum"]),
    ],
)
def test_every_bad_field_is_named(span, minimum, capacity, fields):
    if not fields:
        shift_rules.ensure_is_sound(span, minimum=minimum, capacity=capacity)
        return
    with pytest.raises(BrokenInput) as broken:
        shift_rules.ensure_is_sound(span, minimum=minimum, capacity=capacity)
    assert [field for field, _sentence in broken.value.errors] == fields


@pytest.mark.parametrize(
    ("places", "confirmed", "staying", "refusal"),
    [
        (5, 5, None, None),
        (5, 4, None, None),
        (4, 5, None, who_stays.CapacityBelowConfirmed),
        (4, 5, 4, None),
        (4, 5, 3, who_stays.NobodyIsChosen),
        (4, 5, 5, who_stays.NobodyIsChosen),
        (4, 5, 0, who_stays.NobodyIsChosen),
    ],
)
def test_staff_choose_who_stays(places, confirmed, staying, refusal):
    check(
        refusal,
        lambda: who_stays.ensure_all_may_stay(places=places, confirmed=confirmed, staying=staying),
    )


MISSING = shift_rules.RiskNoticeIsMissing


@pytest.mark.parametrize(
    ("notice", "refusal"),
    [
        ("地面结冰", None),
        ("", shift_rules.RiskNoticeIsMissing),
        (" \n", shift_rules.RiskNoticeIsMissing),
    ],
)
def test_risks_are_named(notice, refusal):
    check(refusal, lambda: shift_rules.ensure_states_its_risks(notice))


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("confirmed", None),
        ("waitlisted", None),
        ("cancelled_by_volunteer", line.SignupIsOver),
        ("cancelled_by_org", line.SignupIsOver),
    ],
)
def test_a_promise_ends_once(state, refusal):
    check(refusal, lambda: line.ensure_live(state))


@pytest.mark.parametrize(("reason", "refusal"), [("大风", None), ("  ", BrokenInput)])
def test_a_cancellation_says_why(reason, refusal):
    check(refusal, lambda: shift_rules.ensure_says_why(reason))


@pytest.mark.parametrize(
    ("hours", "kinds"),
    [(25, {"24h", "2h"}), (24, {"2h"}), (3, {"2h"}), (2, set()), (1, set())],
)
def test_only_reminders_still_to_come(hours, kinds):
    starts_at = NOW + timedelta(hours=hours)
    planned = line.coming_reminders(starts_at, now=NOW)
    assert planned == {kind: starts_at - line.REMINDERS[kind] for kind in kinds}


def check(refusal: type[Refusal] | None, ask) -> None:
    if refusal is None:
        ask()
        return
    with pytest.raises(refusal):
        ask()

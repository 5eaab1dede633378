"""Truth tables of who may be marked and which hours may count."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.attendance.rules import presence
from volunteer_hub.foundation.clock import Span
from volunteer_hub.hours.rules import hours

START = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)
SPAN = Span(START, START + timedelta(hours=4))
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (SPAN.starts_at - 15 * MINUTE - SECOND, False),
        (SPAN.starts_at - 15 * MINUTE, True),
        (SPAN.starts_at, True),
        (SPAN.ends_at - SECOND, True),
        (SPAN.ends_at, False),
    ],
)
def test_check_in_opens_a_quarter_of_an_hour_before(now, is_open):
    assert presence.check_in_is_open(SPAN, now=now) is is_open
    if is_open:
        presence.ensure_check_in_is_open(SPAN, now=now)
    else:
        with pytest.raises(presence.CheckInIsNotOpen):
            presence.ensure_check_in_is_open(SPAN, now=now)


@pytest.mark.parametrize(
    ("state", "wanted", "refusal"),
    [
        ("expected", "present", None),
        ("expected", "no_show", None),
        ("expected", "excused", None),
        ("expected", "left", presence.NotCheckedIn),
        ("present", "left", None),
        ("present", "present", presence.AlreadyCheckedIn),
        ("present", "no_show", presence.PersonCame),
        ("present", "excused", presence.PersonCame),
        ("left", "present", presence.AlreadyCheckedIn),
        ("left", "left", presence.NotCheckedIn),
        ("left", "no_show", presence.PersonCame),
        ("left", "excused", presence.PersonCame),
        ("no_show", "present", None),
        ("no_show", "excused", None),
        ("no_show", "no_show", presence.AlreadyMarked),
        ("no_show", "left", presence.NotCheckedIn),
        ("excused", "present", None),
        ("excused", "no_show", None),
        ("excused", "excused", presence.AlreadyMarked),
        ("excused", "left", presence.NotCheckedIn),
    ],
)
def test_steps_of_a_presence(state, wanted, refusal):
    if refusal is None:
        presence.ensure_may_become(state, wanted, name="陈晓梅")
        return
    with pytest.raises(refusal, match="陈晓梅"):
        presence.ensure_may_become(state, wanted, name="陈晓梅")


def test_the_table_of_steps_is_whole():
    states = {presence.EXPECTED, *presence.STATES}
    assert set(presence.STEPS) == states
    assert {step for steps in presence.STEPS.values() for step in steps} <= states
    assert set(presence.BACK) == set(presence.STATES)
    assert set(presence.ORDER) == set(presence.WORDS) == (states | {"late", "missing"})


@pytest.mark.parametrize(
    ("state", "back"),
    [
        ("present", "expected"),
        ("left", "present"),
        ("no_show", "expected"),
        ("excused", "expected"),
    ],
)
def test_undoing_goes_one_step_back(state, back):
    assert presence.step_back(state, name="某人") == back


def test_nothing_to_undo():
    with pytest.raises(presence.NothingToUndo):
        presence.step_back("expected", name="某人")


@pytest.mark.parametrize(
    ("state", "now", "standing"),
    [
        ("expected", SPAN.starts_at - SECOND, "expected"),
        ("expected", SPAN.starts_at, "late"),
        ("expected", SPAN.ends_at - SECOND, "late"),
        ("expected", SPAN.ends_at, "missing"),
        ("present", SPAN.ends_at, "present"),
        ("left", SPAN.starts_at, "left"),
        ("no_show", SPAN.starts_at, "no_show"),
        ("excused", SPAN.ends_at, "excused"),
    ],
)
def test_who_is_expected_becomes_late_and_then_missing(state, now, standing):
    assert presence.standing(state, span=SPAN, now=now) == standing


@pytest.mark.parametrize(
    ("state", "now", "marks"),
    [
        ("expected", SPAN.starts_at - 16 * MINUTE, ("excused",)),
        ("expected", SPAN.starts_at - MINUTE, ("check_in", "excused")),
        ("expected", SPAN.starts_at, ("check_in", "no_show", "excused")),
        ("expected", SPAN.ends_at, ("no_show", "excused")),
        ("present", SPAN.starts_at, ("check_out", "undo")),
        ("left", SPAN.ends_at, ("undo",)),
        ("no_show", SPAN.starts_at, ("check_in", "excused", "undo")),
        ("no_show", SPAN.ends_at, ("excused", "undo")),
        ("excused", SPAN.starts_at, ("check_in", "no_show", "undo")),
    ],
)
def test_only_possible_marks_have_a_button(state, now, marks):
    assert presence.open_marks(state, span=SPAN, now=now) == marks


def test_nobody_is_absent_before_the_start():
    with pytest.raises(presence.NobodyIsLateYet):
        presence.ensure_begun(SPAN, now=SPAN.starts_at - SECOND)
    presence.ensure_begun(SPAN, now=SPAN.starts_at)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_only_a_published_shift_runs(state):
    with pytest.raises(presence.ShiftDoesNotRun):
        presence.ensure_runs(state)
    presence.ensure_runs("published")


@pytest.mark.parametrize(
    ("arrived", "left"),
    [
        (SPAN.starts_at, SPAN.ends_at),
        (SPAN.ends_at - SECOND, SPAN.ends_at + 59 * SECOND),
        (SPAN.ends_at + timedelta(hours=2), SPAN.ends_at + timedelta(hours=2) + MINUTE),
        (SPAN.starts_at - timedelta(days=3), SPAN.starts_at - timedelta(days=2)),
    ],
)
def test_a_forgotten_check_out_is_at_the_end_within_a_day(arrived, left):
    assert presence.forgotten_check_out(arrived, span=SPAN) == left


@pytest.mark.parametrize(
    ("arrived", "left", "minutes"),
    [
        (SPAN.starts_at, SPAN.ends_at, 240),
        (SPAN.starts_at - 15 * MINUTE, SPAN.ends_at, 240),  # waiting does not count
        (SPAN.starts_at + 30 * MINUTE, SPAN.ends_at, 210),
        (SPAN.starts_at, SPAN.ends_at + 20 * MINUTE, 260),  # clearing up does
        (SPAN.starts_at, SPAN.starts_at + 119 * SECOND, 1),  # begun minutes do not
        (SPAN.starts_at, SPAN.starts_at + timedelta(hours=24), 1440),
    ],
)
def test_minutes_served(arrived, left, minutes):
    assert hours.served_minutes(arrived, left, span=SPAN) == minutes


@pytest.mark.parametrize(
    ("arrived", "left", "refusal"),
    [
        (SPAN.starts_at, SPAN.starts_at, hours.LeavesBeforeArriving),
        (SPAN.starts_at, SPAN.starts_at - SECOND, hours.LeavesBeforeArriving),
        (
            SPAN.starts_at,
            SPAN.starts_at + timedelta(hours=24, seconds=1),
            hours.LeavesBeforeArriving,
        ),
        (SPAN.starts_at - 10 * MINUTE, SPAN.starts_at, hours.NothingWasServed),
        (SPAN.starts_at, SPAN.starts_at + 59 * SECOND, hours.NothingWasServed),
    ],
)
def test_no_minutes(arrived, left, refusal):
    with pytest.raises(refusal):
        hours.served_minutes(arrived, left, span=SPAN)


def test_a_night_shift_is_never_negative():
    evening = datetime(2026, 12, 5, 14, 0, tzinfo=UTC)  # 22:00 in Lanzhou
    night = Span(evening, evening + timedelta(hours=4))
    assert hours.served_minutes(night.starts_at, night.ends_at, span=night) == 240


SETTLE = {"state": "recorded", "person": 1, "vouched_by": None, "verifier": 2}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"vouched_by": 3}, None),
        ({"state": "locked"}, hours.HoursAreSettled),
        ({"state": "rejected"}, hours.HoursAreSettled),
        ({"verifier": 1}, hours.VerifierServed),
        ({"vouched_by": 2}, hours.VerifierRecorded),
        ({"person": 2, "vouched_by": 2}, hours.VerifierServed),
    ],
)
def test_a_second_person_settles_once(changes, refusal):
    if refusal is None:
        hours.ensure_may_settle(**(SETTLE | changes))
        return
    with pytest.raises(refusal):
        hours.ensure_may_settle(**(SETTLE | changes))


@pytest.mark.parametrize(
    ("state", "is_reversal", "is_reversed", "may"),
    [
        ("locked", False, False, True),
        ("locked", False, True, False),
        ("locked", True, False, False),
        ("recorded", False, False, False),
        ("rejected", False, False, False),
    ],
)
def test_only_standing_locked_hours_are_reversed(state, is_reversal, is_reversed, may):
    facts = {"state": state, "is_reversal": is_reversal, "is_reversed": is_reversed}
    if may:
        hours.ensure_may_reverse(**facts)
        return
    with pytest.raises(hours.HoursCannotBeReversed):
        hours.ensure_may_reverse(**facts)


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_a_reason_is_needed(reason):
    with pytest.raises(hours.ReasonIsMissing):
        hours.ensure_reason(reason)


STEPS = {
    "state": "recorded",
    "is_reversal": False,
    "is_reversed": False,
    "person": 1,
    "vouched_by": None,
    "viewer": 2,
}


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({}, ("verify", "reject")),
        ({"is_reversal": True}, ("verify", "reject")),
        ({"vouched_by": 3}, ("verify", "reject")),
        ({"vouched_by": 2}, ("reject",)),
        ({"viewer": 1}, ()),
        ({"state": "locked"}, ("reverse",)),
        ({"state": "locked", "is_reversed": True}, ()),
        ({"state": "locked", "is_reversal": True}, ()),
        ({"state": "locked", "viewer": 1}, ()),
        ({"state": "rejected"}, ()),
    ],
)
def test_only_possible_steps_have_a_button(changes, steps):
    assert hours.open_steps(**(STEPS | changes)) == steps


def test_nobody_writes_in_their_own():
    with pytest.raises(hours.OwnHours):
        hours.ensure_not_own(person=1, by=1)
    hours.ensure_not_own(person=1, by=2)

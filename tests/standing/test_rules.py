from datetime import timedelta

import pytest

from tests.standing.conftest import TODAY
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.signups.rules import joining
from volunteer_hub.standing import rules

DAY = timedelta(days=1)


def fields(refused) -> list[str]:
    return [field for field, _sentence in refused.value.errors]


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        (0, None, []),
        (0, 0, []),
        (3, 3, []),
        (-1, None, ["begins_on"]),
        (3, 2, ["ends_on"]),
        (0, -1, ["ends_on"]),
        (-2, -1, ["begins_on", "ends_on"]),
    ],
)
def test_the_span_of_an_order(begins, ends, wrong):
    last = None if ends is None else TODAY + ends * DAY
    try:
        rules.ensure_span(TODAY + begins * DAY, last, today=TODAY)
        found = []
    except BrokenInput as refusal:
        found = [field for field, _sentence in refusal.errors]
    assert found == wrong


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [(0, 0, True), (-3, 0, True), (5, 9, True), (1, 0, False), (-3, -1, False)],
)
def test_the_days_of_a_pause(since, until, fits):
    days = TODAY + since * DAY, TODAY + until * DAY
    if fits:
        rules.ensure_away(*days, today=TODAY)
        return
    with pytest.raises(BrokenInput) as refused:
        rules.ensure_away(*days, today=TODAY)
    assert fields(refused) == ["away_to"]


@pytest.mark.parametrize(
    ("chosen", "offered", "fits"),
    [
        ([], (), True),
        ([1], (1, 3), True),
        ([1, 3], (1, 3), True),
        ([2], (1, 3), False),
        ([1], (), False),
    ],
)
def test_only_days_on_which_it_takes_place(chosen, offered, fits):
    if fits:
        rules.ensure_weekdays(chosen, offered=offered)
        return
    with pytest.raises(BrokenInput) as refused:
        rules.ensure_weekdays(chosen, offered=offered)
    assert fields(refused) == ["weekdays"]


@pytest.mark.parametrize(
    ("frequency", "weekdays", "choice"),
    [
        ("DAILY", (), (0, 1, 2, 3, 4, 5, 6)),
        ("WEEKLY", (1, 3), (1, 3)),
        ("WEEKLY", (1,), ()),
        ("MONTHLY", (), ()),
    ],
)
def test_between_which_days_one_may_choose(frequency, weekdays, choice):
    assert rules.weekdays_of(frequency, weekdays) == choice


STANDS = [
    ({"state": "stopped"}, "stopped"),
    ({"state": "running"}, "running"),
    ({"begins_on": TODAY + DAY}, "later"),
    ({"begins_on": TODAY}, "running"),
    ({"ends_on": TODAY}, "running"),
    ({"ends_on": TODAY - DAY}, "over"),
    ({"away": (TODAY, TODAY)}, "away"),
    ({"away": (TODAY - DAY, TODAY + DAY)}, "away"),
    ({"away": (TODAY + DAY, TODAY + DAY)}, "running"),
    ({"away": (TODAY - DAY, TODAY - DAY)}, "running"),
    ({"state": "stopped", "away": (TODAY, TODAY)}, "stopped"),
    ({"ends_on": TODAY - DAY, "away": (TODAY, TODAY)}, "over"),
]


@pytest.mark.parametrize(("facts", "stands"), STANDS)
def test_how_an_order_stands_on_a_day(facts, stands):
    usual = {"state": "running", "begins_on": TODAY - DAY}
    assert rules.stands(TODAY, **(usual | facts)) == stands


@pytest.mark.parametrize(("state", "refused"), [("running", False), ("stopped", True)])
def test_what_was_stopped_is_changed_no_more(state, refused):
    if refused:
        with pytest.raises(rules.OrderIsStopped):
            rules.ensure_runs(state)
    else:
        rules.ensure_runs(state)


def test_every_reason_names_a_refusal_of_joining():
    """A rule that is renamed must not lose its words here."""
    known = {
        refusal().code
        for refusal in (
            joining.AlreadySignedUp,
            joining.ShiftsOverlap,
            joining.SignupHasClosed,
            joining.LineIsClosed,
            joining.TooYoung,
            joining.BirthDateIsNeeded,
            joining.ConsentIsMissing,
            joining.NotForMinors,
            joining.InsuranceIsMissing,
            joining.TrainingIsMissing,
            joining.DayIsFull,
        )
    }
    assert set(rules.REASONS) == known
    later = joining.SignupOpensLater, joining.ShiftIsNotOpen, joining.ShiftIsOver
    assert {refusal().code for refusal in later} < rules.NOT_YET

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.activities.rules import life as rules
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("wanted", rules.STATES)
def test_every_step_and_every_forbidden_one(state, wanted):
    allowed = {("draft", "published"), ("draft", "cancelled"), ("published", "cancelled")}
    if (state, wanted) in allowed:
        rules.ensure_may_become(state, wanted)
    else:
        with pytest.raises(rules.ActivityStepIsForbidden):
            rules.ensure_may_become(state, wanted)


@pytest.mark.parametrize("state", ["draft", "published"])
def test_goes_on_until_it_is_cancelled(state):
    rules.ensure_goes_on(state)
    with pytest.raises(rules.ActivityIsCancelled):
        rules.ensure_goes_on("cancelled")


@pytest.mark.parametrize(
    ("end", "over"), [(NOW + HOUR, False), (NOW, True), (NOW - HOUR, True)], ids=str
)
def test_over_from_its_end_on(end, over):
    span = Span(NOW - 2 * HOUR, end)
    if over:
        with pytest.raises(rules.ActivityIsOver):
            rules.ensure_not_over(span, now=NOW)
    else:
        rules.ensure_not_over(span, now=NOW)


@pytest.mark.parametrize(("end", "sound"), [(NOW + HOUR, True), (NOW, False), (NOW - HOUR, False)])
def test_ends_after_it_starts(end, sound):
    if sound:
        rules.ensure_ends_after_it_starts(Span(NOW, end))
        return
    with pytest.raises(BrokenInput) as broken:
        rules.ensure_ends_after_it_starts(Span(NOW, end))
    assert [field for field, _sentence in broken.value.errors] == ["ends_at"]


@pytest.mark.parametrize(("reason", "said"), [("大风", True), ("", False), (" \t", False)])
def test_says_why(reason, said):
    if said:
        rules.ensure_says_why(reason)
        return
    with pytest.raises(BrokenInput):
        rules.ensure_says_why(reason)


LATER = Span(NOW + HOUR, NOW + 3 * HOUR)


@pytest.mark.parametrize(
    ("span", "to", "fields"),
    [
        (LATER, Span(NOW + 2 * HOUR, NOW + 4 * HOUR), None),
        (LATER, Span(NOW + HOUR, NOW + 4 * HOUR), None),
        (LATER, LATER, ["starts_at"]),
        (LATER, Span(NOW, NOW + HOUR), ["starts_at"]),
        (LATER, Span(NOW + 2 * HOUR, NOW + 2 * HOUR), ["ends_at"]),
    ],
    ids=["later", "longer", "where it is", "now", "without length"],
)
def test_where_an_activity_may_be_moved(span, to, fields):
    if fields is None:
        rules.ensure_may_move(span, to=to, now=NOW)
        return
    with pytest.raises(BrokenInput) as broken:
        rules.ensure_may_move(span, to=to, now=NOW)
    assert [field for field, _sentence in broken.value.errors] == fields


@pytest.mark.parametrize("begun", [NOW, NOW - HOUR, NOW - 9 * HOUR])
def test_what_has_begun_is_not_moved(begun):
    with pytest.raises(rules.ActivityHasBegun):
        rules.ensure_may_move(Span(begun, begun + 2 * HOUR), to=LATER, now=NOW)


@pytest.mark.parametrize("choice", rules.CHOICES)
def test_one_chooses_where_one_was_asked_and_publishes_after(choice):
    if choice == "waiting":
        rules.ensure_waits(choice)
        with pytest.raises(rules.DayIsOff):
            rules.ensure_is_chosen(choice)
    else:
        rules.ensure_is_chosen(choice)
        with pytest.raises(rules.NothingToChoose):
            rules.ensure_waits(choice)


def test_a_series_is_changed_until_it_was_ended():
    rules.ensure_runs("running")
    with pytest.raises(rules.SeriesHasEnded):
        rules.ensure_runs("ended")

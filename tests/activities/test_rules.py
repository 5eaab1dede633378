from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.activities import rules
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

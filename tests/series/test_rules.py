from datetime import UTC, date, datetime, timedelta

import pytest

from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.series import rules

TODAY = date(2019, 1, 2)
NOW = datetime(2019, 1, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def fields_of(check, *args, **more):
    try:
        check(*args, **more)
    except BrokenInput as broken:
        return [field for field, _said in broken.errors]
    return []


@pytest.mark.parametrize(
    ("days", "fields"),
    [(-367, ["first_on"]), (-366, []), (0, []), (730, []), (731, ["first_on"])],
)
def test_when_a_series_begins(days, fields):
    day = TODAY + days * DAY
    assert fields_of(rules.ensure_begins_soon, day, today=TODAY) == fields


@pytest.mark.parametrize(("days", "fields"), [(-1, []), (400, []), (401, ["until"])])
def test_how_far_days_are_made(days, fields):
    assert fields_of(rules.ensure_is_near, TODAY + days * DAY, today=TODAY) == fields


@pytest.mark.parametrize(("days", "fields"), [(-1, ["since"]), (0, []), (1, [])])
def test_what_has_been_stays(days, fields):
    day = TODAY + days * DAY
    assert fields_of(rules.ensure_is_to_come, day, today=TODAY, field="since") == fields

from datetime import UTC, date, datetime, timedelta

import pytest

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.planning import rules

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
    ("minutes", "fields"), [(0, ["minutes"]), (1, []), (10_080, []), (10_081, ["minutes"])]
)
def test_how_long_an_activity_lasts(minutes, fields):
    assert fields_of(rules.ensure_lasts, minutes) == fields


@pytest.mark.parametrize(
    ("starts", "ends", "fields"),
    [
        (1, 2, []),
        (730, 730, []),
        (1, 731, ["ends_at"]),
        (731, 732, ["starts_at", "ends_at"]),
    ],
)
def test_how_far_an_activity_is_moved(starts, ends, fields):
    span = Span(NOW + starts * DAY, NOW + ends * DAY)
    assert fields_of(rules.ensure_is_soon, span, now=NOW) == fields


@pytest.mark.parametrize(("at", "fields"), [(NOW + DAY, []), (NOW, ["starts_at"])])
def test_what_is_planned_comes(at, fields):
    assert fields_of(rules.ensure_begins_later, at, now=NOW) == fields


@pytest.mark.parametrize(
    ("shape", "fields"),
    [
        ((0, 240, 2, 5), []),
        ((-10_080, 1, 0, 1), []),
        ((10_080, 10_080, 1, 1), []),
        ((-10_081, 240, 2, 5), ["begins_after"]),
        ((0, 0, 2, 5), ["minutes"]),
        ((0, 240, 0, 0), ["capacity"]),
        ((0, 240, 6, 5), ["minimum"]),
        ((0, 240, -1, 5), ["minimum"]),
        ((10_081, 0, 2, 1), ["begins_after", "minutes", "minimum"]),
    ],
)
def test_what_a_pattern_may_be(shape, fields):
    named = dict(zip(("begins_after", "minutes", "minimum", "capacity"), shape, strict=True))
    assert fields_of(rules.ensure_hangs_together, **named) == fields


@pytest.mark.parametrize(
    ("before", "fields"),
    [
        ({}, []),
        ({"opens_before": 60, "closes_before": 0}, []),
        ({"opens_before": 0}, ["opens_before"]),
        ({"closes_before": -1}, ["closes_before"]),
        ({"opens_before": 60, "closes_before": 60}, ["closes_before"]),
        ({"fair_before": 180}, []),
        ({"fair_before": 179}, ["fair_before"]),
        ({"opens_before": 300, "fair_before": 300}, ["fair_before"]),
    ],
)
def test_when_the_sign_up_of_a_pattern_opens_and_closes(before, fields):
    shape = {"begins_after": 0, "minutes": 240, "minimum": 1, "capacity": 5}
    assert fields_of(rules.ensure_hangs_together, **shape, **before) == fields

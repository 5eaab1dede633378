"""Hours of sign-up, and whether staff saw everybody they chose from."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.shifts import rules
from volunteer_hub.signups.rules import staying

START = datetime(2026, 12, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOWS = [
    # hours before the start: opens, closes, fair; which are wrong
    (None, None, None, []),
    (1, None, None, []),
    (0, None, None, ["opens"]),
    (-1, None, None, ["opens"]),
    (None, 0, None, []),
    (None, -1, None, ["closes"]),
    (None, 48, None, []),
    (48, 24, None, []),
    (48, 48, None, ["closes"]),
    (24, 48, None, ["closes"]),
    (None, None, 3, []),
    (None, None, 2, ["fair"]),
    (None, None, -1, ["fair"]),
    (48, None, 24, []),
    (48, None, 48, ["fair"]),
    (24, None, 48, ["fair"]),
    (None, 24, 48, []),
    (None, 48, 24, []),
    (0, -1, 2, ["opens", "closes", "fair"]),
]


def hours(number):
    return None if number is None else number * HOUR


@pytest.mark.parametrize(("opens", "closes", "fair", "wrong"), WINDOWS)
def test_what_hours_of_sign_up_may_be(opens, closes, fair, wrong):
    found = rules.faults_of_window(opens=hours(opens), closes=hours(closes), fair=hours(fair))
    assert [word for word, _said in found] == wrong
    assert len({said for _word, said in found}) == len(wrong)


@pytest.mark.parametrize(("opens", "closes", "fair", "wrong"), WINDOWS)
def test_a_shift_names_its_own_fields(opens, closes, fair, wrong):
    names = {"opens": "opens_at", "closes": "closes_at", "fair": "fair_until"}
    given = zip(names.values(), (opens, closes, fair), strict=True)
    moments = {name: None if n is None else START - n * HOUR for name, n in given}
    if not wrong:
        rules.ensure_window(**moments, starts_at=START)
        return
    with pytest.raises(BrokenInput) as broken:
        rules.ensure_window(**moments, starts_at=START)
    assert [field for field, _said in broken.value.errors] == [names[word] for word in wrong]


@pytest.mark.parametrize(
    ("minimum", "capacity", "fields"),
    [
        (0, 1, []),
        (1, 1, []),
        (2, 1, ["minimum"]),
        (-1, 1, ["minimum"]),
        (0, 0, ["capacity"]),
        (1, 0, ["capacity", "minimum"]),
        (0, -1, ["capacity"]),
    ],
)
def test_what_places_may_be(minimum, capacity, fields):
    found = rules.faults_of_places(minimum=minimum, capacity=capacity)
    assert [field for field, _said in found] == fields


@pytest.mark.parametrize(
    ("confirmed", "among", "refused"),
    [
        ([1, 2], None, False),  # nobody was shown a list
        ([1, 2], [2, 1], False),
        ([1, 2], [1], True),  # somebody joined
        ([1], [1, 2], True),  # somebody left
        ([1, 3], [1, 2], True),
        ([], [], False),
    ],
)
def test_staff_choose_among_those_who_are_there(confirmed, among, refused):
    try:
        staying.ensure_saw_everybody(confirmed=confirmed, among=among)
    except staying.PeopleHaveChanged:
        assert refused
    else:
        assert not refused

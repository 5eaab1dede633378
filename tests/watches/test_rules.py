"""Truth tables: how a shift stands, when that is told, and to whom."""

import itertools

import pytest

from tests.watches.conftest import DAY, HELD, HOUR, MINUTE, NOW, START
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.watches.rules import (
    CONDITIONS,
    WISH_WORDS,
    WISHES,
    Known,
    Staffing,
    Subject,
    condition_of,
    covers,
    ensure_wants_something,
    is_due,
    look,
    news_of,
    worth_telling,
)


@pytest.mark.parametrize(
    ("minimum", "places", "confirmed", "taken", "waiting", "condition"),
    [
        (2, 5, 0, 0, 0, "understaffed"),
        (2, 5, 1, 1, 0, "understaffed"),
        (2, 5, 1, 5, 3, "understaffed"),  # the rest is kept or offered: nobody has promised
        (2, 5, 2, 2, 0, "enough"),
        (0, 5, 0, 0, 0, "enough"),
        (2, 5, 3, 3, 0, "enough"),
        (2, 5, 4, 4, 0, "almost_full"),
        (2, 5, 3, 4, 0, "almost_full"),  # one of them offered
        (5, 5, 5, 5, 0, "full"),
        (2, 5, 4, 4, 1, "full"),  # the place that is free is the first one's in line
        (5, 5, 5, 6, 0, "full"),
        (0, 1, 0, 0, 0, "enough"),  # nobody has joined: it is not full, it is empty
        (0, 1, 1, 1, 0, "full"),
        (0, 2, 1, 1, 0, "almost_full"),
        (5, 19, 17, 17, 0, "enough"),
        (5, 19, 18, 18, 0, "almost_full"),
        (5, 20, 17, 17, 0, "enough"),
        (5, 20, 18, 18, 0, "almost_full"),
        (5, 100, 89, 89, 0, "enough"),
        (5, 100, 90, 90, 0, "almost_full"),
    ],
)
def test_how_a_shift_stands(minimum, places, confirmed, taken, waiting, condition):
    staffing = Staffing(minimum, places, confirmed, taken, waiting)
    assert condition_of(staffing, starts_at=START, now=NOW) == condition


@pytest.mark.parametrize(
    ("starts_at", "condition"),
    [
        (NOW - HOUR, None),
        (NOW, None),
        (NOW + MINUTE, "understaffed"),
        (NOW + 14 * DAY, "understaffed"),
        (NOW + 14 * DAY + MINUTE, None),
    ],
)
def test_only_what_begins_within_fourteen_days_stands_somehow(starts_at, condition):
    assert condition_of(Staffing(2, 5, 0, 0), starts_at=starts_at, now=NOW) == condition


NEWS = {
    ("enough", "understaffed"): {"understaffed"},
    ("almost_full", "understaffed"): {"understaffed"},
    ("full", "understaffed"): {"understaffed"},
    ("understaffed", "enough"): {"all_clear"},
    ("understaffed", "almost_full"): {"all_clear", "almost_full"},
    ("understaffed", "full"): {"all_clear"},
    ("enough", "almost_full"): {"almost_full"},
}


@pytest.mark.parametrize(("told", "seen"), list(itertools.product(CONDITIONS, CONDITIONS)))
def test_which_wishes_a_change_answers(told, seen):
    assert news_of(told=told, seen=seen) == NEWS.get((told, seen), set())


@pytest.mark.parametrize(
    ("told", "seen", "stood", "due"),
    [
        ("enough", "understaffed", HELD - MINUTE, False),
        ("enough", "understaffed", HELD, True),
        ("enough", "understaffed", DAY, True),
        ("enough", "enough", DAY, False),
        ("understaffed", "understaffed", DAY, False),
        ("understaffed", "full", HELD, True),
    ],
)
def test_a_change_has_to_stand(told, seen, stood, due):
    assert is_due(Known(told=told, seen=seen, since=NOW - stood), now=NOW) is due


def test_what_never_was_otherwise_is_not_due():
    assert not is_due(Known(), now=NOW)


def test_a_new_sight_begins_anew_and_an_old_one_goes_on():
    first = look(Known(), "understaffed", now=NOW)
    assert first == Known(told="enough", seen="understaffed", since=NOW)
    assert look(first, "understaffed", now=NOW + HOUR) is first
    again = look(first, "enough", now=NOW + HOUR)
    assert again == Known(told="enough", seen="enough", since=NOW + HOUR)
    assert not is_due(again, now=NOW + DAY)


HERE = Subject("/baiyin/ganjiaxiang/", 7)


@pytest.mark.parametrize(
    ("watched", "covered"),
    [
        (Subject("/baiyin/ganjiaxiang/", None), True),
        (Subject("/baiyin/", None), True),
        (Subject("/baiyin/ganjiaxiang/3/", None), False),
        (Subject("/baiyin/ganjia/", None), False),
        (Subject("/jiuquan/", None), False),
        (Subject(None, 7), True),
        (Subject(None, 8), False),
    ],
)
def test_what_a_watch_covers(watched, covered):
    assert covers(watched, HERE) is covered


def test_a_shift_of_no_series_belongs_to_none():
    assert not covers(Subject(None, None), Subject("/baiyin/", None))
    assert not covers(Subject(None, 7), Subject("/baiyin/", None))


@pytest.mark.parametrize(
    ("news", "wishes", "serves", "told"),
    [
        ({"understaffed"}, WISHES, False, "understaffed"),
        ({"understaffed"}, WISHES, True, None),
        ({"understaffed"}, ("all_clear",), False, None),
        ({"all_clear", "almost_full"}, WISHES, False, "all_clear"),
        ({"all_clear", "almost_full"}, ("almost_full",), False, "almost_full"),
        ({"all_clear"}, WISHES, True, None),
        ((), WISHES, False, None),
    ],
)
def test_what_one_person_is_told(news, wishes, serves, told):
    assert worth_telling(news, wishes, serves=serves) == told


@pytest.mark.parametrize(
    "wishes", [{name} for name in WISHES] + [set(WISHES), {"understaffed", "else"}]
)
def test_one_wish_is_enough(wishes):
    ensure_wants_something(wishes)


@pytest.mark.parametrize("wishes", [(), ("else",)])
def test_no_wish_is_no_watch(wishes):
    with pytest.raises(BrokenInput) as refused:
        ensure_wants_something(wishes)
    assert [field for field, _said in refused.value.errors] == ["understaffed"]


def test_every_wish_has_its_words():
    assert set(WISH_WORDS) == set(WISHES)

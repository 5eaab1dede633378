from datetime import date

import pytest

from volunteer_hub.calendar import rules
from volunteer_hub.foundation.clock import Days

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("day", "group"),
    [
        (date(2026, 11, 22), "this"),  # last Sunday still stands with what is near
        (date(2026, 11, 23), "this"),
        (date(2026, 11, 29), "this"),
        (date(2026, 11, 30), "next"),
        (date(2026, 12, 6), "next"),
        (date(2026, 12, 7), "later"),
        (date(2027, 11, 24), "later"),
    ],
)
def test_week_of(day, group):
    assert rules.week_of(day, today=TUESDAY) == group


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (TUESDAY, date(2026, 11, 23)),
        (date(2026, 11, 29), date(2026, 11, 23)),
        (date(2027, 1, 1), date(2026, 12, 28)),  # over the turn of the year
    ],
)
def test_a_week_begins_on_monday(day, first):
    frame = rules.week_frame(day)
    assert frame.days.first == first
    assert frame.days.last.weekday() == 6
    assert frame.weeks == [[first.fromordinal(first.toordinal() + n) for n in range(7)]]
    assert rules.week_frame(frame.before).days.end == frame.days.first
    assert frame.after == frame.days.end


@pytest.mark.parametrize(
    ("day", "first", "last", "weeks"),
    [
        (date(2026, 12, 5), date(2026, 11, 30), date(2027, 1, 3), 5),
        (date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28), 4),  # exactly four weeks
        (date(2028, 2, 29), date(2028, 1, 31), date(2028, 3, 5), 5),  # a leap day
        (date(2026, 8, 1), date(2026, 7, 27), date(2026, 9, 6), 6),
    ],
)
def test_a_month_stands_in_whole_weeks(day, first, last, weeks):
    frame = rules.month_frame(day)
    assert (frame.weeks[0][0], frame.weeks[-1][-1], len(frame.weeks)) == (first, last, weeks)
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in frame.weeks)
    assert frame.days == Days.month(day)
    assert rules.month_frame(frame.before).after == frame.days.first


DECEMBER = Days(date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("asked", "today", "day"),
    [
        (date(2026, 12, 5), date(2026, 12, 9), date(2026, 12, 5)),
        (None, date(2026, 12, 9), date(2026, 12, 9)),
        (date(2026, 11, 5), date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), TUESDAY, date(2026, 12, 1)),  # the end is outside
        (None, TUESDAY, date(2026, 12, 1)),
    ],
)
def test_place_in(asked, today, day):
    assert rules.place_in(DECEMBER, asked=asked, today=today) == day


def fifths(*months):
    return [date(2019, month, 5) for month in months]


@pytest.mark.parametrize(
    ("named", "held", "plan"),
    [
        (fifths(1, 2, 3), fifths(1, 2, 3), rules.Plan(*fifths(1, 3), [], [])),
        (fifths(1, 2, 3), fifths(1, 3), rules.Plan(*fifths(1, 3), fifths(2), [])),
        (fifths(1, 2, 3, 4, 5), fifths(2, 4), rules.Plan(*fifths(2, 4), fifths(3), [])),
        (fifths(2), fifths(2), rules.Plan(*fifths(2, 2), [], [])),
        (
            fifths(1, 2),
            [*fifths(1), date(2019, 1, 20), *fifths(2)],
            rules.Plan(*fifths(1, 2), [], [date(2019, 1, 20)]),
        ),
        ([], fifths(1, 2), rules.Plan(date(2019, 1, 5), None, [], fifths(1, 2))),
    ],
)
def test_plan(named, held, plan):
    assert rules.plan(named=named, held=held) == plan

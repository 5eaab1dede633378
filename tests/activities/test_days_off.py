from datetime import date

import chinese_calendar
import pytest

from volunteer_hub.activities.rules import days_off
from volunteer_hub.activities.rules.days_off import day_off, is_published


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2019, 1, 5), None),  # a Saturday, and no holiday
        (date(2019, 2, 5), "spring-festival"),
        (date(2019, 4, 5), "qingming"),
        (date(2019, 5, 5), "makeup-workday"),  # a Sunday on which people worked
        (date(2019, 5, 1), "labour-day"),
        (date(2019, 6, 7), "dragon-boat"),
        (date(2019, 9, 13), "mid-autumn"),
        (date(2019, 10, 5), "national-day"),
        (date(2020, 1, 1), "new-year"),
        (date(2015, 9, 3), "victory-day"),
        (date(2019, 3, 5), None),
        (date(2003, 10, 1), None),
        (date(2099, 10, 1), None),
        (date.min, None),
        (date.max, None),
    ],
    ids=str,
)
def test_what_a_day_is(day, off):
    assert day_off(day) == off


def test_only_these_of_the_5ths_of_2019():
    fifths = [date(2019, month, 5) for month in range(1, 13)]
    assert {day.month for day in fifths if day_off(day)} == {2, 4, 5, 10}
    named = {day.month for day in fifths if chinese_calendar.get_holiday_detail(day)[1]}
    assert named == {2, 4, 5, 10}


def test_every_published_day_has_a_word_of_ours():
    known = {*chinese_calendar.holidays.values(), *chinese_calendar.workdays.values()}
    assert known <= set(days_off._CODES), "a holiday that the library learnt: give it a word"
    assert {day_off(day) for day in chinese_calendar.holidays} <= set(days_off.WORDS)


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2003, 12, 31), False),
        (date(2004, 1, 1), True),
        (days_off.LAST_KNOWN, True),
        (date(2099, 1, 1), False),
    ],
)
def test_years_that_are_published(day, known):
    assert is_published(day) is known

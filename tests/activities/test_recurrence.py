from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volunteer_hub.activities.rules import recurrence as rules
from volunteer_hub.activities.rules.recurrence import Recurrence, Weekday, parse
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.refusal import BrokenInput

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
YEAR = Days.year(2019)


def days_of(text, first_on=date(2019, 1, 1), between=YEAR):
    rule = parse(text)
    first = rules.first_day(rule, since=first_on)
    return [(d.month, d.day) for d in rules.days(rule, first_on=first, between=between)]


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=5", [(1, 5), (2, 5), (3, 5)]),
        ("FREQ=MONTHLY;BYMONTHDAY=5,20", [(1, 5), (1, 20), (2, 5)]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", [(1, 31), (2, 28), (3, 31)]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", [(1, 31), (3, 31), (5, 31)]),
        ("FREQ=MONTHLY;BYDAY=1TU", [(1, 1), (2, 5), (3, 5)]),
        ("FREQ=MONTHLY;BYDAY=-1FR", [(1, 25), (2, 22), (3, 29)]),
        ("FREQ=MONTHLY;BYDAY=5SA", [(3, 30), (6, 29), (8, 31)]),
        ("FREQ=MONTHLY;BYDAY=1SA,3SA", [(1, 5), (1, 19), (2, 2)]),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=5", [(1, 5), (4, 5), (7, 5)]),
        ("FREQ=WEEKLY;BYDAY=TU,TH", [(1, 1), (1, 3), (1, 8)]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", [(1, 1), (1, 15), (1, 29)]),
        ("FREQ=DAILY", [(1, 1), (1, 2), (1, 3)]),
        ("FREQ=DAILY;INTERVAL=10", [(1, 1), (1, 11), (1, 21)]),
    ],
)
def test_the_days_of_a_rule(rule, first):
    assert days_of(rule)[:3] == first
    assert str(parse(rule)) == rule


def test_the_first_day_fits_and_every_other_one_is_counted_from_it():
    """Who begins on a Wednesday with every other Tuesday means the next Tuesday."""
    fortnightly = days_of("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2019, 1, 2))
    assert fortnightly[:2] == [(1, 8), (1, 22)]
    assert days_of("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=5", date(2019, 1, 6))[:2] == [(2, 5), (4, 5)]


def test_a_leap_day():
    rule = parse("FREQ=MONTHLY;BYMONTHDAY=29")
    found = rules.days(rule, first_on=date(2020, 1, 29), between=Days.year(2020))
    assert date(2020, 2, 29) in found
    found = rules.days(rule, first_on=date(2020, 1, 29), between=Days.year(2021))
    assert [d.month for d in found] == [1, *range(3, 13)]


@pytest.mark.parametrize(
    "between",
    [Days(date(2018, 1, 1), date(2019, 1, 5)), Days(date(2019, 3, 6), date(2019, 4, 5))],
    ids=["before it begins", "between two days"],
)
def test_where_there_is_no_day(between):
    rule = parse("FREQ=MONTHLY;BYMONTHDAY=5")
    assert rules.days(rule, first_on=date(2019, 1, 5), between=between) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", rules.NOT_UNDERSTOOD),
        ("every month", rules.NOT_UNDERSTOOD),
        ("FREQ=WEEKLY;BYDAY=", rules.NOT_UNDERSTOOD),
        ("FREQ=WEEKLY;BYDAY=XX", rules.NOT_UNDERSTOOD),
        ("FREQ=WEEKLY;BYDAY=1TU", rules.NOT_UNDERSTOOD),
        ("FREQ=MONTHLY;BYDAY=TU", rules.NOT_UNDERSTOOD),
        ("FREQ=MONTHLY;BYMONTHDAY=five", rules.NOT_UNDERSTOOD),
        ("FREQ=DAILY;FREQ=DAILY", rules.NOT_UNDERSTOOD),
        ("FREQ=HOURLY", rules.TOO_OFTEN),
        ("FREQ=MINUTELY;INTERVAL=1440", rules.TOO_OFTEN),
        ("FREQ=SECONDLY", rules.TOO_OFTEN),
        ("FREQ=YEARLY;BYMONTH=3", rules.ONLY_THESE),
        ("INTERVAL=2", rules.ONLY_THESE),
        ("FREQ=MONTHLY;BYMONTHDAY=5;COUNT=3", rules.UNKNOWN_PART),
        ("FREQ=MONTHLY;BYMONTHDAY=5;BYHOUR=8", rules.UNKNOWN_PART),
        ("FREQ=DAILY;BYDAY=MO", rules.UNKNOWN_PART),
        ("FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=5", rules.UNKNOWN_PART),
        ("FREQ=DAILY;INTERVAL=0", rules.WRONG_INTERVAL),
        ("FREQ=DAILY;INTERVAL=100", rules.WRONG_INTERVAL),
        ("FREQ=WEEKLY", rules.NO_WEEKDAY),
        ("FREQ=MONTHLY", rules.NO_DAY),
        ("FREQ=MONTHLY;BYMONTHDAY=32", rules.NO_DAY),
        ("FREQ=MONTHLY;BYMONTHDAY=0", rules.NO_DAY),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", rules.NO_DAY),
        ("FREQ=MONTHLY;BYDAY=6TU", rules.WRONG_WHICH),
        ("FREQ=MONTHLY;BYDAY=1TU;BYMONTHDAY=5", rules.DAY_OR_WEEKDAY),
    ],
)
def test_what_is_refused_and_why(text, said):
    with pytest.raises(BrokenInput) as broken:
        parse(text)
    assert broken.value.errors == [("rule", said)]


def test_small_letters_and_a_name_in_front_are_understood():
    assert parse("RRULE:freq=weekly;byday=tu") == parse("FREQ=WEEKLY;BYDAY=TU")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (Recurrence(frequency="WEEKLY", interval=0), ["interval", "weekdays"]),
        (Recurrence(frequency="MONTHLY", month_days=(0,)), ["month_day"]),
        (Recurrence(frequency="MONTHLY"), ["month_day"]),
        (Recurrence(frequency="MONTHLY", month_weekdays=(Weekday(6, 1),)), ["which"]),
    ],
)
def test_a_form_learns_which_field_is_wrong(rule, fields):
    with pytest.raises(BrokenInput) as broken:
        rules.ensure_is_sound(rule)
    assert [field for field, _sentence in broken.value.errors] == fields


@pytest.mark.parametrize(
    ("last_on", "said"),
    [
        (None, None),
        (date(2019, 1, 5), None),
        (date(2019, 1, 4), rules.NEVER),
        (date(2019, 1, 1), rules.ENDS_FIRST),
    ],
)
def test_a_series_has_a_day(last_on, said):
    first, given = date(2019, 1, 5), date(2019, 1, 2)
    if said is None:
        rules.ensure_hits(first, last_on, given=given)
        return
    with pytest.raises(BrokenInput) as broken:
        rules.ensure_hits(first, last_on, given=given)
    assert broken.value.errors == [("last_on", said)]


@pytest.mark.parametrize(
    ("day", "begins", "zone", "starts_at"),
    [
        (date(2019, 2, 5), time(8), SHANGHAI, datetime(2019, 2, 5, 0, tzinfo=UTC)),
        (date(2019, 2, 5), time(0, 30), SHANGHAI, datetime(2019, 2, 4, 16, 30, tzinfo=UTC)),
        (date(2019, 3, 31), time(2, 30), BERLIN, datetime(2019, 3, 31, 1, 30, tzinfo=UTC)),
        (date(2019, 10, 27), time(2, 30), BERLIN, datetime(2019, 10, 27, 0, 30, tzinfo=UTC)),
        (date(2019, 4, 1), time(8), BERLIN, datetime(2019, 4, 1, 6, tzinfo=UTC)),
    ],
    ids=["morning", "still the 4th in UTC", "skipped hour", "hour that comes twice", "summer"],
)
def test_the_wall_clock_is_kept(day, begins, zone, starts_at):
    span = rules.span_on(day, begins=begins, minutes=90, zone=zone)
    assert span == (starts_at, starts_at + timedelta(minutes=90))


recurrences = st.one_of(
    st.builds(Recurrence, frequency=st.just("DAILY"), interval=st.integers(1, 99)),
    st.builds(
        Recurrence,
        frequency=st.just("WEEKLY"),
        interval=st.integers(1, 5),
        weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))),
    ),
    st.builds(
        Recurrence,
        frequency=st.just("MONTHLY"),
        interval=st.integers(1, 13),
        month_days=st.lists(
            st.integers(1, 31) | st.just(-1), min_size=1, max_size=3, unique=True
        ).map(tuple),
    ),
    st.builds(
        Recurrence,
        frequency=st.just("MONTHLY"),
        interval=st.integers(1, 13),
        month_weekdays=st.lists(
            st.builds(Weekday, st.sampled_from(rules.WHICH), st.integers(0, 6)),
            min_size=1,
            max_size=2,
            unique=True,
        ).map(tuple),
    ),
)
dates = st.dates(date(2018, 1, 1), date(2022, 12, 31))


@settings(deadline=None)
@given(rule=recurrences, since=dates, cuts=st.tuples(dates, dates, dates))
def test_in_two_pieces_as_in_one(rule, since, cuts):
    first, middle, end = sorted(cuts)
    first_on = rules.first_day(rule, since=since)
    whole = rules.days(rule, first_on=first_on, between=Days(first, end))
    pieces = [Days(first, middle), Days(middle, end)]
    parts = [rules.days(rule, first_on=first_on, between=piece) for piece in pieces]
    assert parts[0] + parts[1] == whole == sorted(set(whole))


@settings(deadline=None)
@given(rule=recurrences, since=dates)
def test_every_sound_rule_hits_on_its_first_day_and_is_read_back(rule, since):
    first_on = rules.first_day(rule, since=since)
    assert since <= first_on <= since + timedelta(days=366)
    assert next(rules.upcoming(rule, first_on=first_on)) == first_on
    again = parse(str(rule))
    assert again == rule
    assert list(islice(rules.upcoming(again, first_on=first_on), 3)) == list(
        islice(rules.upcoming(rule, first_on=first_on), 3)
    )

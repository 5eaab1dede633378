"""Instants, local days and spans, at every edge a calendar has."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from volunteer_hub.foundation.clock import (
    Days,
    Span,
    day_span,
    local_date,
    local_instant,
    next_month,
    utc_now,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour
BEIRUT = ZoneInfo("Asia/Beirut")  # its clocks change at midnight


def at(hour, minute=0):
    return datetime(2026, 12, 5, hour, minute, tzinfo=UTC)


def wall(text):
    """A time as a form gives it: without a zone."""
    return datetime.fromisoformat(text)


def test_the_clock_is_aware_and_in_utc():
    assert utc_now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        (Span(at(6), at(8)), False),
        (Span(at(6), at(8, 1)), True),
        (Span(at(8), at(10)), True),
        (Span(at(9), at(9, 30)), True),
        (Span(at(7), at(11)), True),
        (Span(at(9, 59), at(12)), True),
        (Span(at(10), at(12)), False),
    ],
)
def test_spans_are_half_open(other, overlap):
    span = Span(at(8), at(10))
    assert span.overlaps(other) is overlap
    assert other.overlaps(span) is overlap


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (59, 0), (60, 1), (119, 1), (7200, 120)])
def test_minutes_are_whole(seconds, minutes):
    assert Span(at(8), at(8) + timedelta(seconds=seconds)).minutes == minutes


def test_minutes_pass_while_the_wall_clock_jumps():
    """Eight hours of sleep on the night of the change are seven."""
    evening = local_instant(wall("2026-03-28 23:00"), LONDON)
    assert Span(evening, local_instant(wall("2026-03-29 07:00"), LONDON)).minutes == 7 * 60


@pytest.mark.parametrize(
    ("days", "first", "end", "last"),
    [
        (Days.year(2026), date(2026, 1, 1), date(2027, 1, 1), date(2026, 12, 31)),
        (Days.month(date(2026, 12, 5)), date(2026, 12, 1), date(2027, 1, 1), date(2026, 12, 31)),
        (Days.month(date(2028, 2, 29)), date(2028, 2, 1), date(2028, 3, 1), date(2028, 2, 29)),
        (Days.month(date(2026, 2, 1)), date(2026, 2, 1), date(2026, 3, 1), date(2026, 2, 28)),
    ],
)
def test_days(days, first, end, last):
    assert (days.first, days.end, days.last) == (first, end, last)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_next_month(day, following):
    assert next_month(day) == following


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2026, 12, 4, 15, 59, 59, tzinfo=UTC), date(2026, 12, 4)),
        (datetime(2026, 12, 4, 16, 0, tzinfo=UTC), date(2026, 12, 5)),
        (datetime(2026, 12, 4, 16, 30, tzinfo=UTC), date(2026, 12, 5)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_local_day_begins_at_four_in_the_afternoon_utc(utc, day):
    assert local_date(utc, SHANGHAI) == day


def test_half_past_midnight_in_shanghai_is_the_fifth_there_and_the_fourth_in_utc():
    instant = local_instant(wall("2026-12-05 00:30"), SHANGHAI)
    assert instant == datetime(2026, 12, 4, 16, 30, tzinfo=UTC)
    assert local_date(instant, SHANGHAI) == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("zone", "clock", "utc"),
    [
        # London springs forward at 1:00: 1:30 does not exist and moves on to 2:30 BST.
        (LONDON, wall("2026-03-29 00:59"), wall("2026-03-29 00:59")),
        (LONDON, wall("2026-03-29 01:30"), wall("2026-03-29 01:30")),
        (LONDON, wall("2026-03-29 02:00"), wall("2026-03-29 01:00")),
        # London falls back at 2:00: 1:30 happens twice and means the first, in BST.
        (LONDON, wall("2026-10-25 01:30"), wall("2026-10-25 00:30")),
        (LONDON, wall("2026-10-25 02:00"), wall("2026-10-25 02:00")),
        # Lord Howe springs forward by half an hour at 2:00: 2:15 moves on to 2:45.
        (LORD_HOWE, wall("2026-10-04 02:15"), wall("2026-10-03 15:45")),
        (LORD_HOWE, wall("2026-10-04 02:30"), wall("2026-10-03 15:30")),
        # Lord Howe falls back by half an hour at 2:00: 1:45 happens twice.
        (LORD_HOWE, wall("2026-04-05 01:45"), wall("2026-04-04 14:45")),
        (LORD_HOWE, wall("2026-04-05 02:00"), wall("2026-04-04 15:30")),
    ],
)
def test_wall_clock_times_in_gaps_and_folds(zone, clock, utc):
    assert local_instant(clock, zone) == utc.replace(tzinfo=UTC)


def test_a_skipped_time_moves_forward_by_the_gap():
    for zone, clock, shown in [
        (LONDON, wall("2026-03-29 01:30"), wall("2026-03-29 02:30")),
        (LORD_HOWE, wall("2026-10-04 02:15"), wall("2026-10-04 02:45")),
    ]:
        assert local_instant(clock, zone).astimezone(zone).replace(tzinfo=None) == shown


def test_the_second_time_is_not_asked_for():
    """A form cannot say which of the two it means; whatever fold it carries is left aside."""
    twice = wall("2026-10-25 01:30")
    assert local_instant(twice.replace(fold=1), LONDON) == local_instant(twice, LONDON)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (SHANGHAI, date(2026, 12, 5), 24),
        (SHANGHAI, date(2028, 2, 29), 24),
        (LONDON, date(2026, 3, 29), 23),
        (LONDON, date(2026, 10, 25), 25),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
        (BEIRUT, date(2026, 3, 29), 23),  # this day has no midnight
    ],
)
def test_a_local_day_is_as_long_as_it_is(zone, day, hours):
    span = day_span(day, zone)
    assert span.minutes == hours * 60
    assert local_date(span.starts_at, zone) == day
    assert local_date(span.ends_at - timedelta(microseconds=1), zone) == day
    assert day_span(day + timedelta(days=1), zone).starts_at == span.ends_at

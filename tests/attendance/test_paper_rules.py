"""Truth tables of what a paper sheet can say."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.attendance.rules import paper
from volunteer_hub.attendance.rules.paper import Typed
from volunteer_hub.foundation.clock import Span

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)  # 8:00 there
MORNING = Span(START, START + timedelta(hours=4))
NIGHT = Span(START + timedelta(hours=14), START + timedelta(hours=22))  # 22:00 to 6:00


def moment(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", None),
        ("8:05", time(8, 5)),
        ("08:05", time(8, 5)),
        ("805", time(8, 5)),
        ("0805", time(8, 5)),
        ("8.05", time(8, 5)),
        ("8h05", time(8, 5)),
        ("8：05", time(8, 5)),
        ("８：０５", time(8, 5)),
        ("8点05", time(8, 5)),
        ("8 05", time(8, 5)),
        ("0:00", time(0, 0)),
        ("2359", time(23, 59)),
        ("24:00", time(0, 0)),
        ("230", time(2, 30)),
        ("130", time(1, 30)),
    ],
)
def test_times_as_people_type_them(typed, read):
    assert paper.read_clock(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["8", "08", "8:5", "8:60", "24:01", "25:00", "-8:00", "8:05:00", "早上", "٨:٠٥"],
)
def test_what_is_no_time(typed):
    with pytest.raises(paper.TimeIsUnreadable):
        paper.read_clock(typed)


@given(st.times())
def test_every_minute_of_the_day_can_be_typed(wall):
    minute = wall.replace(second=0, microsecond=0)
    for form in ("%H:%M", "%H%M"):
        assert paper.read_clock(minute.strftime(form)) == minute


@pytest.mark.parametrize(
    ("span", "wall", "arrived"),
    [
        (MORNING, time(8, 0), moment(5, 8)),
        (MORNING, time(6, 0), moment(5, 6)),  # two hours before: they helped with the tables
        (MORNING, time(11, 59), moment(5, 11, 59)),
        (MORNING, time(5, 59), None),
        (MORNING, time(12, 0), None),
        (NIGHT, time(20, 0), moment(5, 20)),
        (NIGHT, time(22, 10), moment(5, 22, 10)),
        (NIGHT, time(0, 0), moment(6, 0)),  # past midnight the sheet goes on
        (NIGHT, time(5, 59), moment(6, 5, 59)),
        (NIGHT, time(6, 0), None),
        (NIGHT, time(19, 59), None),
    ],
)
def test_the_day_of_an_arrival(span, wall, arrived):
    if arrived is None:
        with pytest.raises(paper.TimesDoNotFit):
            paper.arrived_at(wall, span=span, zone=ZONE, name="陈晓梅")
    else:
        assert paper.arrived_at(wall, span=span, zone=ZONE, name="陈晓梅") == arrived


@pytest.mark.parametrize(
    ("span", "since", "wall", "left"),
    [
        (MORNING, moment(5, 8), time(12, 0), moment(5, 12)),
        (MORNING, moment(5, 8), time(16, 0), moment(5, 16)),  # four hours past the end
        (MORNING, moment(5, 8), time(16, 1), None),
        (MORNING, moment(5, 8), time(8, 0), None),  # no stay of a whole day
        (MORNING, moment(5, 8), time(7, 59), None),
        (MORNING, moment(5, 8).replace(second=40), time(8, 1), moment(5, 8, 1)),
        (NIGHT, moment(5, 22), time(23, 30), moment(5, 23, 30)),
        (NIGHT, moment(5, 22), time(0, 0), moment(6, 0)),
        (NIGHT, moment(5, 22), time(6, 0), moment(6, 6)),
        (NIGHT, moment(6, 0, 30), time(6, 5), moment(6, 6, 5)),
        (NIGHT, moment(5, 22), time(10, 1), None),
    ],
)
def test_the_day_of_a_departure(span, since, wall, left):
    if left is None:
        with pytest.raises(paper.TimesDoNotFit):
            paper.left_at(wall, since=since, span=span, zone=ZONE)
    else:
        assert paper.left_at(wall, since=since, span=span, zone=ZONE) == left


def test_nobody_leaves_who_did_not_come():
    with pytest.raises(paper.ArrivalIsMissing, match="陈晓梅"):
        paper.arrived_at(None, span=MORNING, zone=ZONE, name="陈晓梅")


@pytest.mark.parametrize(
    ("left", "now", "is_whole"),
    [
        (None, MORNING.ends_at - timedelta(seconds=1), True),  # still there
        (None, MORNING.ends_at, False),
        (MORNING.ends_at, MORNING.ends_at, True),
    ],
)
def test_half_a_stay_only_while_the_shift_runs(left, now, is_whole):
    if is_whole:
        paper.ensure_gone(left, span=MORNING, name="陈晓梅", now=now)
    else:
        with pytest.raises(paper.DepartureIsMissing, match="陈晓梅"):
            paper.ensure_gone(left, span=MORNING, name="陈晓梅", now=now)


@pytest.mark.parametrize(
    ("typed", "stands", "fits"),
    [
        (Typed(time(8), time(12)), Typed(time(8), time(12)), True),
        (Typed(None, time(12)), Typed(time(8), None), True),
        (Typed(time(8), time(12)), Typed(time(8), None), True),
        (Typed(None, None), Typed(time(8), time(12)), True),
        (Typed(time(8, 1), None), Typed(time(8), None), False),
        (Typed(time(8), time(12, 1)), Typed(time(8), time(12)), False),
    ],
)
def test_what_stands_may_be_typed_again_but_not_otherwise(typed, stands, fits):
    if fits:
        paper.ensure_same(typed, stands, name="陈晓梅")
    else:
        with pytest.raises(paper.StandsOtherwise, match="陈晓梅"):
            paper.ensure_same(typed, stands, name="陈晓梅")


@pytest.mark.parametrize(
    ("typed", "no_show", "fits"),
    [
        (Typed(None, None), True, True),
        (Typed(time(8), time(12)), False, True),
        (Typed(time(0, 0), None), True, False),
        (Typed(None, time(12)), True, False),
    ],
)
def test_somebody_came_or_did_not(typed, no_show, fits):
    if fits:
        paper.ensure_one_way(typed, no_show=no_show)
    else:
        with pytest.raises(paper.CameAndDidNot):
            paper.ensure_one_way(typed, no_show=no_show)


def test_a_sheet_is_typed_in_once_the_shift_has_begun():
    with pytest.raises(paper.SheetComesLater):
        paper.ensure_begun(MORNING, now=START - timedelta(seconds=1))
    paper.ensure_begun(MORNING, now=START)

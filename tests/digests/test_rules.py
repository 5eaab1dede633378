"""When the letter is due, which months are closed, how a number moved: truth tables."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.digests.conftest import DUE, OCTOBER, SHANGHAI
from volunteer_hub.digests import rules
from volunteer_hub.foundation.clock import Days
from volunteer_hub.impact.rules.figures import Figure, Scope
from volunteer_hub.impact.rules.measures import MEASURES
from volunteer_hub.messages.rules.kinds import KIND_WORDS, MAY_BE_STOPPED
from volunteer_hub.preferences.rules import is_carried

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (DUE - SECOND, None),
        (DUE, OCTOBER),
        (DUE + SECOND, OCTOBER),
        (DUE + rules.STILL_NEWS - SECOND, OCTOBER),
        (DUE + rules.STILL_NEWS, None),
        (datetime(2026, 10, 31, 17, tzinfo=UTC), None),  # the 1st in Shanghai
        (datetime(2027, 1, 3, 1, tzinfo=UTC), Days.month(date(2026, 12, 1))),
        (datetime(2026, 3, 3, 1, tzinfo=UTC), Days.month(date(2026, 2, 1))),
    ],
)
def test_the_month_that_is_due(now, wanted):
    assert rules.month_due(now, SHANGHAI) == wanted


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"])
def test_nine_by_the_clock_of_the_place(zone):
    at = rules.told_at(OCTOBER, ZoneInfo(zone))
    wall = at.astimezone(ZoneInfo(zone))
    assert (wall.month, wall.day, wall.hour, wall.minute) == (11, 3, 9, 0)
    assert rules.month_due(at, ZoneInfo(zone)) == OCTOBER
    assert rules.month_due(at - SECOND, ZoneInfo(zone)) is None


@pytest.mark.parametrize(
    ("said", "today", "wanted"),
    [
        ("2026-10", date(2026, 11, 1), OCTOBER),
        ("2026-10", date(2026, 10, 31), None),
        ("2026-11", date(2026, 11, 30), None),
        ("2025-12", date(2026, 1, 1), Days.month(date(2025, 12, 1))),
        ("2026-13", date(2027, 6, 1), None),
        ("2026-1", date(2027, 6, 1), None),
        ("1899-01", date(2027, 6, 1), None),
        ("nowhere", date(2027, 6, 1), None),
        ("２０２６-10", date(2027, 6, 1), None),
    ],
)
def test_months_in_addresses(said, today, wanted):
    assert rules.read_month(said, today=today) == wanted
    assert wanted is None or rules.name_month(wanted) == said


def test_the_months_offered_are_closed_and_follow_each_other():
    months = rules.months_offered(date(2026, 1, 31), shown=Days.month(date(2025, 11, 5)))
    assert [rules.name_month(one) for one in months[:2]] == ["2025-12", "2025-11"]
    assert rules.name_month(months[-1]) == "2024-12"
    assert rules.with_year_before(OCTOBER) == Days(date(2025, 10, 1), date(2026, 11, 1))


def test_an_older_month_that_is_shown_is_offered_too():
    shown = Days.month(date(2019, 11, 5))
    *others, last = rules.months_offered(date(2026, 1, 31), shown=shown)
    assert last == shown
    assert rules.name_month(others[-1]) == "2024-12"


@pytest.mark.parametrize(
    ("key", "now", "before", "rows", "wanted"),
    [
        ("pt_professional", 300, 240, 2, ("more", 60)),
        ("pt_professional", 240, 300, 2, ("fewer", 60)),
        ("pt_professional", 300, 300, 2, ("same", 0)),
        ("pt_professional", 0, 300, 2, ("fewer", 300)),
        ("pt_professional", 300, 0, 0, None),  # nobody wrote it down: not known
        ("pt_professional", 300, 0, 2, ("more", 300)),  # written down and taken back
        ("volunteers_active", 300, None, 2, None),
        ("volunteers_active", None, 300, 2, None),
        ("funding_spent", 100, 101, 1, ("fewer", 1)),
        ("volunteers_active", 3, 1, 1, ("more", 2)),
    ],
)
def test_how_a_number_moved(key, now, before, rows, wanted):
    assert rules.change(_figure(key, now, 1), _figure(key, before, rows)) == wanted


def test_less_than_what_is_shown_is_no_change():
    minutes = [_classed(600), _classed(602)]
    assert rules.change(*minutes) == ("same", 0)
    assert rules.change(_classed(606), _classed(600)) == ("more", 6)


def test_it_may_be_turned_off_and_comes_by_mail_alone():
    assert rules.KIND in KIND_WORDS
    assert rules.KIND in MAY_BE_STOPPED
    assert [way for way in ("email", "sms") if is_carried(rules.KIND, way)] == ["email"]


SCOPE = Scope(days=OCTOBER, as_of=OCTOBER.last)


def _figure(key, amount, rows):
    return Figure(measure=MEASURES[key], amount=amount, scope=SCOPE, source_count=rows)


def _classed(minutes):
    measure = MEASURES["volunteer_hours"]
    amounts = [minutes, *[0] * (len(measure.classes) - 1)]
    classes = tuple(
        Figure(measure=one, amount=amount, scope=SCOPE, source_count=1)
        for one, amount in zip(measure.classes, amounts, strict=True)
    )
    return Figure(measure=measure, amount=minutes, scope=SCOPE, source_count=1, classes=classes)

"""Shifts over midnight: on two boards, and one stay with all of its minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_presence
from tests.factories.shifts import make_shift, make_signup
from tests.market import MINUTE, at
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.queries import board
from volunteer_hub.foundation.clock import day_span
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import zone
from volunteer_hub.hours.models import Hours

HOUR = timedelta(hours=1)
LATE = datetime(2026, 12, 5, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai, to 6:00
MIDNIGHT, MORNING = LATE + 2 * HOUR, LATE + 8 * HOUR
FIFTH, SIXTH, SEVENTH = date(2026, 12, 5), date(2026, 12, 6), date(2026, 12, 7)


@pytest.fixture
def night(world):
    with transaction():
        night = make_shift(world.community, starts_at=LATE, ends_at=MORNING)
        make_signup(night, world.volunteer)
        return night


def shown(world, day, now):
    lanes = board.page_lanes(day_span(day, zone()), paths=[world.community.path], now=now).items
    return [lane.shift.id for lane in lanes]


@pytest.mark.parametrize(
    ("day", "now", "is_shown"),
    [
        (FIFTH, LATE - HOUR, True),
        (FIFTH, MIDNIGHT + HOUR, True),
        (FIFTH, MORNING + HOUR, True),
        (SIXTH, LATE - MINUTE, False),  # it has not begun
        (SIXTH, LATE, True),
        (SIXTH, MIDNIGHT, True),
        (SIXTH, MORNING - MINUTE, True),
        (SIXTH, MORNING, False),
        (SEVENTH, MORNING - MINUTE, False),
    ],
)
def test_a_night_stands_on_its_own_board_and_while_it_runs_on_the_next(
    world, night, day, now, is_shown
):
    assert shown(world, day, now) == ([night.id] if is_shown else [])


def test_it_stays_there_until_everybody_has_left(world, night):
    with transaction():
        presence = make_presence(night, world.volunteer)
    assert shown(world, SIXTH, MORNING + HOUR) == [night.id]
    with transaction():
        actions.check_out(presence_id=presence.id, now=MORNING + HOUR, by=None)
    assert shown(world, SIXTH, MORNING + HOUR) == []


def test_a_shift_that_ends_at_midnight_is_of_one_day(world):
    with transaction():
        evening = make_shift(world.community, starts_at=LATE, ends_at=MIDNIGHT)
    assert shown(world, SIXTH, MIDNIGHT - MINUTE) == []
    assert shown(world, FIFTH, MIDNIGHT - MINUTE) == [evening.id]


def test_the_boards_of_both_days(as_person, english, night):
    browser = as_person(english.grid_worker)
    with at(MIDNIGHT + HOUR):
        first = browser.get("/attendance/day/2026-12-05").text
        there = browser.get("/attendance/day")
        second = browser.get(there.location).text
    assert there.location.endswith("/attendance/day/2026-12-06")
    assert "since yesterday" not in first
    assert "since yesterday" in second
    assert "22:00–6 Dec 6:00" in first
    assert 'name="day" value="2026-12-06"' in second
    assert f"/attendance/shifts/{night.id}/marks" in second


def test_checked_in_before_midnight_and_out_after_it(as_person, english, night):
    browser, who = as_person(english.grid_worker), english.volunteer
    marks = f"/attendance/shifts/{night.id}/marks"
    with at(LATE - 5 * MINUTE):
        browser.post(marks, data={"check_in": who.id})
    with at(MORNING + 10 * MINUTE):
        answer = browser.post(marks, data={"check_out": who.id, "day": "2026-12-06"})
        page = browser.get(answer.location).text
    assert "/attendance/day/2026-12-06?" in answer.location
    presence = db.session.scalars(select(Presence)).one()
    assert (presence.checked_in_at, presence.checked_out_at) == (
        LATE - 5 * MINUTE,
        MORNING + 10 * MINUTE,
    )
    hours = db.session.scalars(select(Hours)).one()
    assert (hours.minutes, hours.served_on) == (490, FIFTH)
    assert "No shifts on this day" in page, "they have left, and it is over"


def test_checked_in_after_midnight(world, night):
    with transaction():
        who = {"shift": night, "person": world.volunteer, "by": None}
        presence = actions.check_in(**who, now=MIDNIGHT + 30 * MINUTE)
    with transaction():
        hours = actions.check_out(presence_id=presence.id, now=MIDNIGHT + 90 * MINUTE, by=None)
    assert (hours.minutes, hours.served_on) == (60, FIFTH)


def test_a_forgotten_check_out_of_a_night_is_closed_in_the_morning(world, night):
    with transaction():
        presence = make_presence(night, world.volunteer)
    for now, closed in ((MORNING + 4 * HOUR - MINUTE, 0), (MORNING + 4 * HOUR, 1)):
        with transaction():
            assert actions.close_forgotten(now=now) == closed
    db.session.refresh(presence)
    assert presence.checked_out_at == MORNING


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-12-05x"])
def test_a_button_that_does_not_say_its_day_leads_to_the_shift_s(as_person, world, night, day):
    browser = as_person(world.grid_worker)
    data = {"excused": world.volunteer.id, "day": day}
    answer = browser.post(f"/attendance/shifts/{night.id}/marks", data=data)
    assert "/attendance/day/2026-12-05?" in answer.location

"""The day board in the browser: one tap, one mark; walk-ins; what can be taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START, at
from volunteer_hub.attendance.models import Presence
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.models import Hours

DAY = "/attendance/day/2026-12-05"


@pytest.fixture
def board(as_person, english, shift, signup):
    return as_person(english.grid_worker)


def press(browser, shift, person, mark, *, now):
    with at(now):
        return browser.post(
            f"/attendance/shifts/{shift.id}/marks", data={mark: person.id}, follow_redirects=True
        )


def the_presence():
    db.session.expire_all()
    return db.session.scalars(select(Presence)).one_or_none()


def test_today_is_the_local_day(board):
    with at(START - timedelta(hours=7)):  # the 4th in UTC, the 5th in Lanzhou
        assert board.get("/attendance/day").location.endswith(DAY)


@pytest.mark.parametrize("day", ["2026-13-01", "today", "20261205", "2026-W49-6"])
def test_a_day_that_is_none(board, day):
    assert board.get(f"/attendance/day/{day}").status_code == 404


def test_a_day_from_check_in_to_check_out(board, world, shift):
    with at(START + 12 * MINUTE):
        page = board.get(DAY).text
    assert "Not here, 12 min late" in page
    assert 'name="check_in"' in page
    page = press(board, shift, world.volunteer, "check_in", now=START + 12 * MINUTE).text
    assert "Here since" in page
    assert "8:12" in page
    page = press(board, shift, world.volunteer, "check_out", now=END).text
    assert "8:12–12:00" in page
    assert the_presence().state == "left"
    assert db.session.scalars(select(Hours.minutes)).all() == [228]
    press(board, shift, world.volunteer, "undo", now=END + MINUTE)
    assert the_presence().state == "present"
    press(board, shift, world.volunteer, "undo", now=END + MINUTE)
    assert the_presence() is None


@pytest.mark.parametrize(("mark", "word"), [("no_show", "Did not come"), ("excused", "Excused")])
def test_absent_with_one_tap(board, world, shift, mark, word):
    page = press(board, shift, world.volunteer, mark, now=START + MINUTE).text
    assert word in page
    assert the_presence().state == mark
    assert "5 people missing" in page


def test_no_show_and_excused_can_be_put_right(board, world, shift):
    for mark, now, state in (
        ("no_show", START + MINUTE, "no_show"),
        ("excused", START + 2 * MINUTE, "excused"),
        ("no_show", START + 3 * MINUTE, "no_show"),
        ("check_in", START + 40 * MINUTE, "present"),
        ("undo", START + 41 * MINUTE, None),
        ("excused", START + 42 * MINUTE, "excused"),
        ("undo", END, None),
    ):
        press(board, shift, world.volunteer, mark, now=now)
        presence = the_presence()
        assert (presence.state if presence else None) == state


def test_the_board_says_what_becomes_of_forgotten_check_outs(board):
    with at(START):
        page = board.get(DAY).text
    assert "still here 4 hours after the end is checked out by the service" in page


def test_the_walk_in_s_field_stands_on_the_board(board, shift):
    with at(START):
        page = board.get(DAY).text
    assert f'action="/attendance/shifts/{shift.id}/walk-in"' in page
    assert 'name="number"' in page


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2999-01-01", "9999-12-31"])
def test_days_beyond_all_calendars(board, day):
    assert board.get(f"/attendance/day/{day}").status_code == 404


def test_a_second_press_is_told_what_the_first_has_done(board, world, shift):
    press(board, shift, world.volunteer, "check_in", now=START)
    page = press(board, shift, world.volunteer, "check_in", now=START + MINUTE).text
    assert f"{world.volunteer.name} is checked in already." in page
    assert the_presence().checked_in_at == START


@pytest.mark.parametrize(
    "data", [{}, {"check_in": "x"}, {"check_in": "99999999"}, {"fly": "1"}, {"undo": ""}]
)
def test_a_mark_nobody_can_read(board, shift, data):
    assert board.post(f"/attendance/shifts/{shift.id}/marks", data=data).status_code == 404
    assert the_presence() is None


def test_check_out_of_who_never_came(board, world, shift):
    page = press(board, shift, world.volunteer, "check_out", now=END).text
    assert f"{world.volunteer.name} is not checked in." in page


def test_the_shift_asked_for_is_shown(board, world, shift):
    with transaction():
        later = make_shift(world.community, starts_at=END, ends_at=END + timedelta(hours=1))
    with at(START):
        assert f"/attendance/shifts/{shift.id}/marks" in board.get(DAY).text
        chosen = board.get(f"{DAY}?shift={later.id}").text
        assert f"/attendance/shifts/{later.id}/marks" in chosen
    with at(END):
        assert f"/attendance/shifts/{later.id}/marks" in board.get(DAY).text
    with at(END + timedelta(hours=2)):
        assert f"/attendance/shifts/{later.id}/marks" in board.get(DAY).text


def test_a_board_costs_the_same_however_many_came(board, world, shift, queries):
    with transaction():
        shift.capacity = 60
        for number in range(40):
            person = make_person()
            signup = make_signup(shift, person)
            if number % 2:
                make_presence(shift, person, state="left", signup=signup)
                make_hours(shift, person)
    queries.clear()
    with at(START + MINUTE):
        page = board.get(DAY)
    assert page.status_code == 200
    assert len(queries) <= 9, queries
    assert "Show 29 more" in page.text
    with at(START + MINUTE):
        assert "Show " not in board.get(f"{DAY}?all=1").text


def test_a_walk_in_by_number_and_by_phone(board, world, shift):
    url = f"/attendance/shifts/{shift.id}/walk-in"
    for typed in (world.other_volunteer.volunteer_no, world.other_volunteer.phone):
        found = board.post(url, data={"number": typed})
        assert found.status_code == 200
        assert world.other_volunteer.name in found.text
        assert typed not in found.request.full_path
    looked_up = db.session.scalars(select(AuditEntry.verb)).all()
    assert looked_up == ["looked_up", "looked_up"]
    page = press(board, shift, world.other_volunteer, "check_in", now=START).text
    assert "Walk-in" in page
    assert the_presence().signup_id is None


@pytest.mark.parametrize("typed", ["", "TST-0000-00000", "13800000000", "某人"])
def test_a_number_nobody_has(board, shift, typed):
    answer = board.post(f"/attendance/shifts/{shift.id}/walk-in", data={"number": typed})
    assert answer.status_code == 422
    assert db.session.scalars(select(AuditEntry)).all() == []

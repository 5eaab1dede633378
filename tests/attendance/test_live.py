"""The board keeps itself up to date: one cheap question a second, an answer when needed."""

from datetime import timedelta

import pytest

from tests.factories.attendance import make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START, at
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.queries import board
from volunteer_hub.foundation.clock import day_span
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day, zone

DAY = "/attendance/day/2026-12-05"
NOW = START + 5 * MINUTE
SECOND = timedelta(seconds=1)


@pytest.fixture
def browser(as_person, english, shift, signup):
    return as_person(english.grid_worker)


def ask(browser, tag=None, *, now=NOW, address=DAY):
    with at(now):
        return browser.get(address, headers={"If-None-Match": tag} if tag else {})


def pulse(world, *, now=NOW, path=None):
    day = day_span(local_day(now), zone())
    db.session.expire_all()
    return board.pulse(day, paths=[path or world.community.path], now=now)


def test_while_nothing_changes_the_answer_is_304(browser):
    first = ask(browser)
    tag = first.headers["ETag"]
    assert f'data-live-tag="{tag[3:-1]}"' in first.text
    assert 0 < int(first.text.split('data-live="')[1].split('"')[0]) <= 1500  # milliseconds
    again = ask(browser, tag, now=NOW + 20 * SECOND)
    assert (again.status_code, again.data) == (304, b"")
    assert ask(browser, 'W/"another"').status_code == 200
    assert ask(browser, tag, now=NOW + MINUTE).status_code == 200, "somebody is later by a minute"


def test_the_question_costs_two_statements_however_long_the_day(browser, world, shift, queries):
    with transaction():
        shift.capacity = 60
        for _ in range(40):
            person = make_person()
            make_presence(shift, person, signup=make_signup(shift, person))
        for _ in range(10):
            make_shift(world.community, starts_at=START, ends_at=END)
    tag = ask(browser).headers["ETag"]
    queries.clear()
    assert ask(browser, tag).status_code == 304
    assert len(queries) == 2, queries  # who is asking, and whether anything changed


def test_one_coordinator_sees_what_the_other_marks(as_person, english, browser, world, shift):
    tag = ask(browser).headers["ETag"]
    other = as_person(english.coordinator)
    with at(NOW):
        marks = f"/attendance/shifts/{shift.id}/marks"
        other.post(marks, data={"check_in": world.volunteer.id})
    fresh = ask(browser, tag)
    assert fresh.status_code == 200
    assert f'id="check_out-{world.volunteer.id}"' in fresh.text
    assert f'data-told="{world.volunteer.name}, here"' in fresh.text


def test_the_roster_stays_that_of_the_shift_shown(browser, world, shift):
    page = ask(browser, address=f"{DAY}?all=1").text
    assert f'data-live-from="{DAY}?shift={shift.id}&amp;all=1"' in page


def test_every_mark_changes_the_pulse(world, shift, signup):
    def marked(verb):
        before = pulse(world)
        with transaction():
            verb()
        after = pulse(world)
        return after != before

    who = {"shift": shift, "person": world.volunteer, "by": None}
    presence_id = []

    def check_in():
        presence_id[:] = [actions.check_in(**who, now=NOW).id]

    assert marked(lambda: actions.mark_absent(**who, state="no_show", now=NOW))
    assert marked(lambda: actions.mark_absent(**who, state="excused", now=NOW + SECOND))
    assert marked(lambda: actions.undo(**who, now=NOW))
    assert marked(check_in)
    out = NOW + 9 * MINUTE
    assert marked(lambda: actions.check_out(presence_id=presence_id[0], now=out, by=None))
    assert marked(lambda: actions.undo(**who, now=NOW + 10 * MINUTE))
    assert not marked(lambda: None)


def test_who_commits_late_is_seen_too(world, shift, signup):
    """The newest moment would hide an older one that comes after it."""
    with transaction():
        first, second = (make_person() for _ in range(2))
        old = make_presence(shift, first, marked_at=NOW)
        make_presence(shift, second, marked_at=NOW + 9 * SECOND)
    before = pulse(world)
    with transaction():
        old.state, old.checked_out_at, old.marked_at = "left", END, NOW + 5 * SECOND
    assert pulse(world) != before


def take_over(world, shift, signup):
    """Give the place to somebody else: as many as before are coming."""
    signup.state, signup.ended_at, shift.confirmed = "replaced", NOW, 0
    make_signup(shift, world.other_volunteer)


def call_off(world, shift, signup):
    shift.state, shift.reason = "cancelled", "下雨"


@pytest.mark.parametrize(
    "change",
    [
        take_over,
        call_off,
        lambda w, s, g: make_signup(s, w.other_volunteer),
        lambda w, s, g: make_shift(w.community, starts_at=START, ends_at=END),
        lambda w, s, g: setattr(s, "capacity", 9),
        lambda w, s, g: setattr(s, "ends_at", END + MINUTE),
    ],
)
def test_every_change_of_the_day_changes_the_pulse(world, shift, signup, change):
    before = pulse(world)
    with transaction():
        change(world, shift, signup)
    assert pulse(world) != before


def test_what_happens_elsewhere_and_on_other_days_does_not(world, shift, signup):
    before = pulse(world)
    with transaction():
        far = make_shift(world.neighbour, starts_at=START, ends_at=END)
        make_presence(far, make_person())
        make_shift(world.community, starts_at=START + timedelta(days=1), ends_at=END + timedelta(1))
    assert pulse(world) == before
    assert pulse(world, path=world.subdistrict.path) != before


def test_an_old_page_does_not_undo_what_it_has_not_seen(browser, world, shift):
    marks = f"/attendance/shifts/{shift.id}/marks"
    with at(NOW):
        browser.post(marks, data={"check_in": world.volunteer.id})
    seen = f'name="undo"\n                            value="{world.volunteer.id} present"'
    assert seen in ask(browser).text
    with at(END):
        browser.post(marks, data={"check_out": world.volunteer.id})
        late = {"undo": f"{world.volunteer.id} present"}
        page = browser.post(marks, data=late, follow_redirects=True).text
    assert "has been marked by somebody else meanwhile" in page
    assert "Has left" in page

"""The page on which a paper sheet is typed in: all or nothing, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START, at
from volunteer_hub.attendance.models import Presence
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.models import Hours

EVENING = END + timedelta(hours=6)


@pytest.fixture
def worker(as_person, english, shift, signup):
    return as_person(english.grid_worker)


def sheet_of(shift):
    return f"/attendance/shifts/{shift.id}/paper"


def send(browser, shift, *, now=EVENING, **typed):
    """Send the sheet; arrived_p7="8:00" stands for the field arrived-p7."""
    data = {re.sub(r"_(?=[pw]\d+$)", "-", name): value for name, value in typed.items()}
    with at(now):
        return browser.post(sheet_of(shift), data=data)


def line(person, arrived="", left="", **more):
    return {f"arrived_p{person.id}": arrived, f"left_p{person.id}": left, **more}


def states():
    db.session.expire_all()
    return {one.person_id: one.state for one in db.session.scalars(select(Presence))}


def test_everybody_stands_there_in_the_order_of_the_sheet(worker, world, shift):
    with transaction():
        shift.capacity = 9
        for name, key in (("王五", "wang"), ("安七", "an"), ("李六", "li")):
            make_signup(shift, make_person(name, sort_key=key))
    with at(EVENING):
        page = worker.get(sheet_of(shift)).text
        printed = worker.get(f"/attendance/shifts/{shift.id}/sheet").text
    on_page = re.findall(r'<th scope="row">\s*([^\s<]+)\s*<span class="role', page)
    assert on_page[0] == "安七"
    assert on_page == re.findall(r'<th scope="row">([^<]+)</th>', printed)
    assert page.count('name="arrived-p') == page.count('name="left-p') == 4
    assert page.count('name="no_show-p') == 4
    assert page.count('name="number-w') == 5


def test_a_sheet_is_stored_and_then_stands_there(worker, world, shift):
    typed = line(world.volunteer, "8:05", "12:00")
    walk_in = {"number_w1": world.other_volunteer.volunteer_no, "arrived_w1": "9", "left_w1": "12"}
    walk_in |= {"arrived_w1": "0900", "left_w1": "1130"}
    answer = send(worker, shift, **typed, **walk_in)
    assert (answer.status_code, answer.location) == (303, sheet_of(shift))
    assert states() == {world.volunteer.id: "left", world.other_volunteer.id: "left"}
    reasons = db.session.scalars(select(Hours.reason)).all()
    assert reasons == [f"Paper sheet S-261205-{shift.id}"] * 2
    assert "looked_up" in db.session.scalars(select(AuditEntry.verb)).all()
    with at(EVENING):
        page = worker.get(sheet_of(shift)).text
    assert "2 lines stored." in page
    assert 'name="arrived-p' not in page
    assert "8:05" in page
    again = send(worker, shift, **typed, **walk_in)
    with at(EVENING):
        assert "Nothing new: all of it stands already." in worker.get(again.location).text
    assert len(db.session.scalars(select(Hours)).all()) == 2


def test_what_was_typed_stays_until_all_of_it_is_right(worker, world, shift):
    with transaction():
        other = make_person("安七", sort_key="an")
        make_signup(shift, other)
    typed = line(world.volunteer, "8:05", "12:00") | line(other, "8:7", "<b>")
    typed |= {"number_w3": "13900000000", "arrived_w3": "8:00", "left_w3": "12:00"}
    answer = send(worker, shift, **typed)
    page = answer.text
    assert answer.status_code == 422
    assert states() == {}
    for name, value in (
        (f"arrived-p{world.volunteer.id}", "8:05"),
        (f"arrived-p{other.id}", "8:7"),
        (f"left-p{other.id}", "&lt;b&gt;"),
        ("number-w3", "13900000000"),
    ):
        assert re.search(rf'name="{name}"\s+value="{value}"', page), name
    assert f'href="#line-p{other.id}"' in page, "the way to the first broken line"
    fault = re.search(rf'id="fault-p{other.id}">(.*?)</span>', page, re.S)
    assert "Write times as on a clock" in fault[1]
    assert page.count("field-error") == 2
    assert "Nobody has this number" in page
    assert "Nothing was stored yet" in page


def test_the_boxes_stay_too(worker, world, shift):
    typed = {f"no_show_p{world.volunteer.id}": "1", "arrived_w1": "8:00"}
    page = send(worker, shift, **typed).text
    assert re.search(rf'name="no_show-p{world.volunteer.id}"[^>]* checked>', page)
    assert "Write the volunteer number or the phone as well." in page
    send(worker, shift, **{f"no_show_p{world.volunteer.id}": "1"})
    assert states() == {world.volunteer.id: "no_show"}
    with at(EVENING):
        page = worker.get(sheet_of(shift)).text
    assert f'name="arrived-p{world.volunteer.id}"' in page, "who came after all can be typed in"
    assert f'name="no_show-p{world.volunteer.id}"' not in page


def test_an_empty_sheet_says_nothing(worker, shift):
    assert send(worker, shift).status_code == 303
    assert states() == {}


def test_not_before_the_shift_begins(worker, world, shift):
    with at(START - MINUTE):
        page = worker.get(sheet_of(shift))
    assert "once the shift has begun" in page.text
    assert "<table" not in page.text
    answer = send(worker, shift, now=START - MINUTE, **line(world.volunteer, "8:00", ""))
    assert "once the shift has begun" in answer.text
    assert states() == {}


def test_nobody_types_their_own_line(as_person, world, english, shift, signup):
    with transaction():
        make_signup(shift, world.coordinator)
    browser = as_person(world.coordinator)
    with at(EVENING):
        page = browser.get(sheet_of(shift)).text
    assert f'name="arrived-p{world.coordinator.id}"' not in page
    assert "Your own line is typed in by somebody else." in page
    answer = send(browser, shift, **line(world.coordinator, "8:00", "12:00"))
    assert "These are hours of your own." in answer.text
    assert states() == {}


def test_who_gave_the_place_up_but_came_keeps_the_line(worker, world, shift, signup):
    with transaction():
        signup.state, signup.ended_at, shift.confirmed = "cancelled_by_volunteer", START, 0
    page = send(worker, shift, **line(world.volunteer, "8:0", "12:00")).text
    assert world.volunteer.name in page
    assert 'value="8:0"' in page
    assert send(worker, shift, **line(world.volunteer, "8:00", "12:00")).status_code == 303
    assert states() == {world.volunteer.id: "left"}


def test_people_who_are_not_on_the_sheet_cannot_be_read_by_guessing(worker, world, shift):
    answer = send(worker, shift, **line(world.stranger, "8:0", "12:00"))
    assert world.stranger.name not in answer.text
    assert states() == {}


def test_a_long_sheet_costs_the_same(worker, world, shift, queries):
    def cost():
        queries.clear()
        with at(EVENING):
            assert worker.get(sheet_of(shift)).status_code == 200
        return len(queries)

    few = cost()
    with transaction():
        shift.capacity = 60
        for _ in range(40):
            person = make_person()
            make_presence(shift, person, state="left", signup=make_signup(shift, person))
    assert cost() == few
    assert few <= 8, queries


def test_a_shift_of_another_place_has_no_sheet(worker, world):
    with transaction():
        far = make_shift(world.elsewhere, starts_at=START, ends_at=END)
    assert send(worker, far).status_code == 404

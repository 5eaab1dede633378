import re

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.factories.stand_ins import make_request
from tests.stand_ins.conftest import DAY, HOUR, NOW, START
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.signups.models import Signup
from volunteer_hub.stand_ins.models import StandInRequest


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner(world, as_person):
    return as_person(world.volunteer)


@pytest.fixture
def other(world, as_person):
    return as_person(world.other_volunteer)


@pytest.fixture
def asked(mine):
    with transaction():
        return make_request(mine, note="孩子病了")


def ask(client, shift, **sent):
    return client.post(f"/stand-ins/shifts/{shift.id}/ask", data=sent)


def state():
    return db.session.scalars(select(StandInRequest.state)).one()


def promises():
    return {tuple(row) for row in db.session.execute(select(Signup.person_id, Signup.state))}


def test_ask_everybody_and_somebody_takes_it(world, shift, mine, owner, other):
    page = owner.get(f"/stand-ins/shifts/{shift.id}/ask")
    assert page.status_code == 200
    assert "You keep your place until somebody takes it." in page.text
    answer = ask(owner, shift, note="孩子病了")
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert "Everybody can see that you look for someone." in page
    assert "I come after all" in page
    listed = other.get("/stand-ins").text
    assert "In place of 陈*" in listed
    assert "孩子病了" in listed
    for hidden in ("陈晓梅", world.volunteer.phone, world.volunteer.volunteer_no):
        assert hidden not in listed
    page = other.get(answer.location)
    assert "陈* looks for someone" in page.text
    assert "陈晓梅" not in page.text
    assert "The square may be icy in winter." in page.text
    taken = other.post(answer.location, data={"risk": "y"})
    assert (taken.status_code, taken.location) == (303, f"/shifts/{shift.id}")
    assert "The place is yours. Both of you are told." in other.get(taken.location).text
    assert promises() == {
        (world.volunteer.id, "replaced"),
        (world.other_volunteer.id, "confirmed"),
    }
    assert "Somebody has taken this place." in owner.get(answer.location).text


def test_the_risks_come_first(asked, other):
    answer = other.post(f"/stand-ins/{asked.id}")
    assert answer.status_code == 422
    assert "Please tick that you have read the risk notice." in answer.text
    assert state() == "open"


def test_who_comes_second_reads_why(world, asked, other, as_person):
    other.post(f"/stand-ins/{asked.id}", data={"risk": "y"})
    late = as_person(world.grid_worker)
    answer = late.post(f"/stand-ins/{asked.id}", data={"risk": "y"})
    assert answer.status_code == 303
    page = late.get(answer.location).text
    assert "You are too late: nobody is looked for here any more." in page
    assert "Somebody has taken this place." in page


def test_one_person_is_asked_and_says_no(world, shift, mine, owner, other, as_person):
    answer = ask(owner, shift, number=world.other_volunteer.volunteer_no)
    assert answer.status_code == 303
    page = owner.get(answer.location).text
    assert f"You have asked {world.other_volunteer.volunteer_no}. No answer yet." in page
    assert world.other_volunteer.name not in page
    assert as_person(world.grid_worker).get(answer.location).status_code == 404
    assert "陈晓梅 asks you" in other.get("/stand-ins").text
    assert "陈晓梅 looks for someone" in other.get(answer.location).text
    said = other.post(f"{answer.location}/decline")
    assert (said.status_code, said.location) == (303, "/stand-ins")
    assert "Thank you for your answer." in other.get("/stand-ins").text
    page = owner.get(answer.location).text
    assert "The person who was asked cannot come." in page
    assert f"/stand-ins/shifts/{shift.id}/ask" in page


def test_what_was_typed_stays(shift, mine, owner):
    answer = ask(owner, shift, number="TST-0000", note="请帮忙")
    assert answer.status_code == 422
    assert "Nobody has this number. Please check it." in answer.text
    assert 'value="TST-0000"' in answer.text
    assert "请帮忙" in answer.text
    answer = ask(owner, shift, note="长" * 201)
    assert answer.status_code == 422
    assert "At most 200 characters." in answer.text
    assert db.session.scalars(select(StandInRequest)).all() == []


def test_asked_already_leads_to_the_request(shift, asked, owner):
    for answer in (owner.get(f"/stand-ins/shifts/{shift.id}/ask"), ask(owner, shift)):
        assert answer.status_code == 303
        assert answer.location == f"/stand-ins/{asked.id}"


def test_while_people_wait_one_gives_the_place_back(world, shift, mine, owner):
    with transaction():
        make_signup(shift, world.grid_worker, state="waitlisted")
    page = owner.get(f"/stand-ins/shifts/{shift.id}/ask").text
    assert "1 neighbour waits for this shift" in page
    assert f'action="/shifts/{shift.id}/leave"' in page
    assert 'name="number"' not in page
    answer = ask(owner, shift)
    assert answer.status_code == 422
    assert "Neighbours wait for this shift: 1." in answer.text


def test_after_the_line_has_closed_one_may_ask_all_the_same(world, shift, mine, owner):
    with transaction():
        make_signup(shift, world.grid_worker, state="waitlisted")
    with time_machine.travel(START - HOUR, tick=False):
        assert 'name="number"' in owner.get(f"/stand-ins/shifts/{shift.id}/ask").text
        assert ask(owner, shift).status_code == 303


def test_withdraw(shift, asked, owner, other):
    assert other.post(f"/stand-ins/{asked.id}/withdraw").status_code == 404
    answer = owner.post(f"/stand-ins/{asked.id}/withdraw")
    assert (answer.status_code, answer.location) == (303, f"/shifts/{shift.id}")
    assert "Nobody is looked for any more. You keep your place." in owner.get(answer.location).text
    assert state() == "withdrawn"
    assert other.get("/stand-ins").text.count("In place of") == 0


def test_who_is_on_the_shift_is_told_so(world, shift, asked, other):
    with transaction():
        make_signup(shift, world.other_volunteer)
    page = other.get(f"/stand-ins/{asked.id}").text
    assert "You are signed up for this shift already." in page
    assert "I take the place" not in page


@pytest.mark.parametrize("ending", ["begun", "given back"])
def test_what_is_over_is_not_shown_even_before_the_worker_looks(shift, mine, asked, other, ending):
    with transaction():
        if ending == "begun":
            db.session.get_one(Shift, shift.id).starts_at = NOW
        else:
            mine.state, mine.ended_at = "cancelled_by_volunteer", NOW
    assert "In place of" not in other.get("/stand-ins").text
    page = other.get(f"/stand-ins/{asked.id}").text
    assert "Nobody is looked for any more." in page
    assert "I take the place" not in page


@pytest.mark.parametrize("who", ["waits", "nothing"])
def test_without_a_place_there_is_nothing_to_hand_on(world, shift, other, who):
    if who == "waits":
        with transaction():
            make_signup(shift, world.other_volunteer, state="waitlisted")
    assert other.get(f"/stand-ins/shifts/{shift.id}/ask").status_code == 404
    assert ask(other, shift).status_code == 404
    assert other.get("/stand-ins/shifts/999999/ask").status_code == 404


def test_the_list_is_paged_and_flat(world, other, queries):
    with transaction():
        for n in range(23):
            times = {"starts_at": START + n * DAY, "ends_at": START + n * DAY + HOUR}
            shift = make_shift(world.community, **times)
            role = ShiftRole(shift_id=shift.id, title_zh="登记", title_en="Desk", capacity=2)
            db.session.add(role)
            db.session.flush()
            make_request(make_signup(shift, make_person(), role_id=role.id))
    queries.clear()
    page = other.get("/stand-ins").text
    assert page.count("In place of") == 20
    assert "Guiding and check-in: Desk" in page
    assert len(queries) <= 4
    more = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert other.get(more[1].replace("&amp;", "&")).text.count("In place of") == 3
    queries.clear()
    first = db.session.scalars(select(StandInRequest.id).order_by(StandInRequest.id)).first()
    queries.clear()
    other.get(f"/stand-ins/{first}")
    assert len(queries) <= 5


def test_nobody_looks_for_anybody(other):
    assert "Nobody looks for a stand-in now" in other.get("/stand-ins").text


def test_chinese_is_whole(shift, mine, world, as_person):
    page = as_person(world.volunteer, language="zh").get(f"/stand-ins/shifts/{shift.id}/ask").text
    for said in ("找人替您一次", "有人接替之前，名额还是您的。", "某位志愿者的编号"):
        assert said in page, said

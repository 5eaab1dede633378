"""Sign up with others: the choice of people, and what came of each."""

import re

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.groups import make_companion
from tests.factories.people import make_person
from tests.factories.shifts import make_signup
from tests.groups.conftest import HOUR, NOW, START
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.signups.models import Signup


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(mother, as_person):
    return as_person(mother)


@pytest.fixture
def family(mother):
    """Whom the mother signs up: a child and a grown-up neighbour."""
    with transaction():
        child = make_companion(mother, name="林小宝", relation="child").person
        return [child, make_companion(mother, name="刘奶奶").person]


@pytest.fixture
def address(shift):
    return f"/groups/shifts/{shift.id}/join"


def send(client, address, *people, how="whole", risk="y", **more):
    sent = {"people": [person.id for person in people], "how": how, "risk": risk}
    return client.post(address, data=sent | more)


def fill(shift, *, free):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        for _ in range(held.free - free):
            make_signup(held, make_person())


def ticked(page):
    return [int(one) for one in re.findall(r'value="(\d+)"\s+checked', page)]


def promises():
    found = select(Signup.person_id, Signup.state).where(Signup.ended_at.is_(None))
    return dict(db.session.execute(found).all())


def test_the_shift_leads_there(shift, client, address):
    assert f'href="{address}"' in client.get(f"/shifts/{shift.id}").text


def test_choose_and_come_together(mother, family, shift, mine, address):
    page = mine.get(address)
    assert page.status_code == 200
    assert ticked(page.text) == [mother.id]
    for said in ("林小宝", "刘奶奶", "Neighbour", "Yourself", "The square may be icy in winter."):
        assert said in page.text
    answer = send(mine, address, mother, *family)
    assert (answer.status_code, answer.location) == (303, address)
    page = mine.get(answer.location).text
    assert "On the shift: 陈晓梅, 林小宝, 刘奶奶." in page
    assert page.count("Has a place") == 3
    assert set(promises().values()) == {"confirmed"}


def test_too_few_places_and_nothing_is_taken(mother, family, shift, mine, address):
    fill(shift, free=1)
    before = promises()
    answer = send(mine, address, mother, *family)
    assert answer.status_code == 422
    assert "Free places: 1. You are 3. Nobody was signed up." in answer.text
    assert ticked(answer.text) == [mother.id, *(one.id for one in family)]
    assert promises() == before
    assert send(mine, address, mother, *family, how="each").status_code == 303
    page = mine.get(address).text
    assert "On the shift: 陈晓梅." in page
    assert "On the waitlist: 林小宝, 刘奶奶." in page


def test_who_cannot_come_is_told_beside_the_name(mother, family, shift, mine, address):
    with transaction():
        db.session.get_one(Shift, shift.id).minimum_age = 16
    page = mine.get(address).text
    assert "Is too young for this shift on that day." in page
    assert re.search(rf'value="{family[0].id}"\s+disabled', page)
    answer = send(mine, address, mother, family[0])
    assert answer.status_code == 422
    assert "林小宝: Is too young for this shift on that day. Nobody was signed up." in answer.text
    assert send(mine, address, mother, family[0], how="each").status_code == 303
    page = mine.get(address).text
    assert "Not signed up: 林小宝. Is too young for this shift on that day." in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"people": []}, "Choose who comes."),
        ({"risk": ""}, "Please tick that all of you have read the risk notice."),
        ({"how": "some"}, "Not a valid choice"),
    ],
)
def test_what_is_missing(mother, family, mine, address, sent, said):
    answer = send(mine, address, mother, **sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert promises() == {}


def test_only_ones_own_people(world, family, mother, mine, address, as_person):
    assert send(mine, address, mother, world.other_volunteer).status_code == 404
    other = as_person(world.other_volunteer)
    assert send(other, address, family[0]).status_code == 404
    assert "林小宝" not in other.get(address).text
    assert promises() == {}


def test_a_role_for_all_of_them(mother, family, shift, mine, address):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        role = ShiftRole(shift_id=held.id, title_zh="登记", title_en="Desk", capacity=5)
        db.session.add(role)
        held.by_role = True
    assert "Desk (5 free)" in mine.get(address).text
    answer = send(mine, address, mother)
    assert answer.status_code == 422
    assert "Choose what you want to do on this shift." in answer.text
    assert send(mine, address, mother, *family, role=role.id).status_code == 303
    assert len(promises()) == 3


def test_outside_the_window_only_staff_for_residents(world, shift, as_person, address):
    with transaction():
        db.session.get_one(Shift, shift.id).closes_at = NOW - HOUR
        facts = {"relation": "resident", "facts": {"home_place_id": world.community.id}}
        resident = make_companion(world.grid_worker, name="赵爷爷", **facts).person
        cousin = make_companion(world.grid_worker, name="表弟", relation="relative").person
    client = as_person(world.grid_worker)
    assert client.get(address).text.count("Sign-up for this shift has closed.") == 2
    assert send(client, address, cousin).status_code == 422
    assert send(client, address, resident).status_code == 303
    assert promises() == {resident.id: "confirmed"}
    made = select(Signup.made_by).where(Signup.person_id == resident.id)
    assert db.session.scalars(made).one() == world.grid_worker.id


@pytest.mark.parametrize(
    ("state", "now", "status"),
    [("draft", NOW, 404), ("cancelled", NOW, 200), ("published", START, 200)],
)
def test_a_shift_that_is_not_open(shift, mine, address, state, now, status):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        held.state, held.reason = state, "大风"
    with time_machine.travel(now, tick=False):
        page = mine.get(address)
    assert page.status_code == status
    assert 'name="people"' not in page.text


def test_many_people_in_few_questions(mother, shift, mine, address, queries):
    with transaction():
        for n in range(25):
            make_companion(mother, name=f"人{n:02d}")
    queries.clear()
    page = mine.get(address).text
    assert len(queries) <= 7
    assert page.count('name="people"') == 21
    assert 'name="q"' in page
    more = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert mine.get(more[1].replace("&amp;", "&")).text.count('name="people"') == 6
    assert mine.get(f"{address}?q=人07").text.count('name="people"') == 2


def test_chinese_is_whole(mother, family, address, as_person):
    page = as_person(mother, language="zh").get(address).text
    for said in ("一起报名", "谁参加", "要么都报上，要么都不报", "本人", "孩子"):
        assert said in page, said

"""The page of the people I sign up for: add, agree again, give back, end."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.groups import make_companion
from tests.factories.shifts import make_shift, make_signup
from tests.groups.conftest import DAY, HOUR, NOW, START
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.groups.models import Companion
from volunteer_hub.people.models import Person
from volunteer_hub.signups.models import Signup

CHILD = {"name": "林小宝", "birth_date": "2016-05-01", "relation": "child", "consent": "guardian"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mine(mother, as_person):
    return as_person(mother)


@pytest.fixture
def child(mother):
    with transaction():
        return make_companion(mother, relation="child")


def live():
    found = select(Companion).where(Companion.ended_at.is_(None))
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def test_add_a_child_and_read_what_was_agreed(mine):
    page = mine.get("/groups/companions").text
    assert "You sign up nobody yet" in page
    assert "Add a resident" not in page
    page = mine.get("/groups/companions/add")
    assert page.status_code == 200
    agreed = "I am the parent or legal guardian of this child."
    assert agreed in page.text
    assert "checked" not in page.text, "nobody agrees by not looking"
    answer = mine.post("/groups/companions/add", data=CHILD)
    assert (answer.status_code, answer.location) == (303, "/groups/companions")
    page = mine.get(answer.location).text
    assert "林小宝 is on your list now." in page
    assert "You agreed as the guardian, until 6 Dec 2027." in page
    (one,) = live()
    assert one.consent_text.startswith(agreed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"consent": "own_word"}, "Under 18, a parent or legal guardian must agree."),
        ({"consent": ""}, "Choose who agreed."),
        ({"consent": "written"}, "Not a valid choice"),
        ({"birth_date": "1950-05-01"}, "Whoever is of age agrees for themselves."),
        ({"birth_date": "2016-02-31"}, "This is not a date."),
        ({"birth_date": "16-05-01"}, "This is not a date."),
        ({"birth_date": "2027-05-01"}, "Please check the date of birth."),
        ({"relation": "resident"}, "Not a valid choice"),
        ({"relation": ""}, "Please fill this in."),
        ({"name": " "}, "Please fill this in."),
    ],
)
def test_what_was_typed_stays(mine, change, said):
    answer = mine.post("/groups/companions/add", data=CHILD | change)
    assert answer.status_code == 422
    assert said in answer.text
    if "name" not in change:
        assert 'value="林小宝"' in answer.text
    assert live() == []


def test_added_twice_is_one(mine):
    mine.post("/groups/companions/add", data=CHILD)
    answer = mine.post("/groups/companions/add", data=CHILD)
    assert answer.status_code == 422
    assert "You sign this person up already." in answer.text
    assert len(live()) == 1


def test_agree_for_another_year(mine, child, mother, as_person, world):
    address = f"/groups/companions/{child.id}/consent"
    assert "Agree for 林小宝" in mine.get(address).text
    assert mine.post(address).status_code == 422
    later = NOW + timedelta(days=300)
    with time_machine.travel(later, tick=False):
        assert as_person(mother).post(address, data={"agree": "y"}).status_code == 303
    (one,) = live()
    assert (one.consented_at, one.consent_text[:4]) == (later, "I am")
    assert as_person(world.other_volunteer).get(address).status_code == 404
    with transaction():
        grown = make_companion(mother, name="刘奶奶")
    assert mine.get(f"/groups/companions/{grown.id}/consent").status_code == 404


def test_give_a_place_back_for_somebody(mine, child, shift, world, as_person):
    with transaction():
        signup = make_signup(shift, child.person)
    page = mine.get("/groups/companions").text
    address = f"/groups/companions/{child.id}/signups/{signup.id}/leave"
    assert f'action="{address}"' in page
    assert "Sharing Market" in page
    assert as_person(world.other_volunteer).post(address).status_code == 404
    assert mine.post(address.replace(str(signup.id), "999999")).status_code == 404
    assert mine.post(address).status_code == 303
    page = mine.get("/groups/companions").text
    assert "The place of 林小宝 is free again." in page
    assert "Not signed up for anything." in page
    mine.post(address)
    assert "This sign-up has ended already." in mine.get("/groups/companions").text


@pytest.mark.parametrize(
    ("sent", "state", "revoked"),
    [
        ({}, "confirmed", False),
        ({"giving_back": "y"}, "cancelled_by_volunteer", False),
        ({"withdrawing": "y"}, "cancelled_by_volunteer", True),
    ],
)
def test_end_it(mine, child, shift, sent, state, revoked):
    with transaction():
        signup = make_signup(shift, child.person)
    address = f"/groups/companions/{child.id}/end"
    page = mine.get(address).text
    for said in ("Sign 林小宝 up no more?", "Sharing Market", "I take my consent back"):
        assert said in page
    assert mine.post(address, data=sent).status_code == 303
    page = mine.get("/groups/companions").text
    assert "You do not sign up 林小宝 any more." in page
    assert ("1 place was given back." in page) is bool(sent)
    assert live() == []
    assert db.session.get_one(Signup, signup.id, populate_existing=True).state == state
    db.session.refresh(child, ["credential"])
    assert (child.credential.revoked_at is not None) is revoked
    assert mine.get(address).status_code == 404


def test_a_grid_worker_adds_a_resident(world, as_person):
    client = as_person(world.grid_worker)
    assert "Add a resident without a phone" in client.get("/groups/companions").text
    address = "/groups/companions/add-resident"
    page = client.get(address).text
    assert f'value="{world.community.id}"' in page
    assert f'value="{world.neighbour.id}"' not in page
    sent = {"name": "刘奶奶", "birth_date": "1940-05-01", "home_place": world.community.id}
    sent |= {"consent": "own_word"}
    elsewhere = client.post(address, data=sent | {"home_place": world.neighbour.id})
    assert elsewhere.status_code == 422
    unknown = client.post(address, data=sent | {"through": world.volunteer.phone})
    assert unknown.status_code == 422
    assert "Nobody of your places has this phone, e-mail or number." in unknown.text
    with transaction():
        world.volunteer.home_place = world.community
    minor = client.post(address, data=sent | {"birth_date": "2016-05-01"})
    assert "Under 18, a parent or guardian adds the child" in minor.text
    assert client.post(address, data=sent | {"through": world.volunteer.phone}).status_code == 303
    (one,) = live()
    found = db.session.get_one(Person, one.person_id)
    assert (found.name, found.reached_through_id) == ("刘奶奶", world.volunteer.id)
    assert "刘奶奶" in client.get("/groups/companions").text


def test_the_list_is_paged_searched_and_flat(mother, mine, world, queries):
    with transaction():
        for n in range(23):
            one = make_companion(mother, name=f"邻居{n:02d}", relation="neighbour")
            for day in range(7):
                times = {"starts_at": START + day * DAY, "ends_at": START + day * DAY + HOUR}
                if n < 2:
                    make_signup(make_shift(world.community, **times), one.person)
    queries.clear()
    page = mine.get("/groups/companions").text
    assert len(queries) <= 5
    assert page.count("Give the place back") == 10, "the next five of each"
    assert page.count('id="companion-') == 20
    more = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert mine.get(more[1].replace("&amp;", "&")).text.count('id="companion-') == 3
    found = mine.get("/groups/companions?q=邻居07").text
    assert found.count('id="companion-') == 1
    assert 'value="邻居07"' in found
    assert "Nobody found" in mine.get("/groups/companions?q=nobody").text


def test_my_page_leads_there(mine):
    assert 'href="/groups/companions"' in mine.get("/me").text


def test_chinese_is_whole(mother, child, as_person):
    client = as_person(mother, language="zh")
    page = client.get("/groups/companions").text
    for said in ("我帮忙报名的人", "您作为监护人已同意", "不再帮忙报名", "再同意一年"):
        assert said in page, said
    page = client.get("/groups/companions/add").text
    assert "我是这个孩子的父母或法定监护人。" in page

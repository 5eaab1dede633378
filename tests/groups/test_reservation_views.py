"""Coordinators keep places, the group's people take them."""

import re

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.groups import make_companion, make_reservation
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.groups.conftest import DAY, HOUR, NOW, START
from tests.people.outbox import letters
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.groups.actions.reservations import end
from volunteer_hub.groups.models import Reservation
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

UNTIL = "2026-12-08T12:00"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(world, as_person):
    return as_person(world.coordinator)


@pytest.fixture
def address(shift):
    return f"/groups/shifts/{shift.id}/reservations"


@pytest.fixture
def sent(world):
    named = {"name_zh": "银行志愿队", "name_en": "Bank team", "places": "2", "until": UNTIL}
    return named | {"contact": world.partner_contact.phone}


@pytest.fixture
def kept(shift, world):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        return make_reservation(held, world.partner_contact, token="link")


def free(shift):
    return db.session.get_one(Shift, shift.id, populate_existing=True).free


def test_from_the_shift_to_the_link_and_back(world, shift, staff, address, sent, as_person):
    assert f'href="{address}"' in staff.get(f"/shifts/{shift.id}").text
    page = staff.get(address).text
    assert "No places are kept" in page
    assert "Free places: 5." in page
    assert 'value="2026-12-08T21:00"' in page, "twelve hours before the start"
    assert staff.post(address, data=sent).status_code == 303
    page = staff.get(address).text
    for said in ("The places are kept.", "Bank team", "until 8 Dec 12:00"):
        assert said in page
    assert world.partner_contact.name not in page
    assert world.partner_contact.phone not in page
    assert free(shift) == 3
    (mail,) = [one for one in letters("places-kept") if one.channel == "email"]
    link = re.search(r"/groups/reservations/\S+", mail.body_text)[0]
    other = as_person(world.other_volunteer)
    assert "Places for Bank team" in other.get(link).text
    answer = other.post(link, data={"people": world.other_volunteer.id, "risk": "y"})
    assert (answer.status_code, answer.location) == (303, link)
    page = other.get(link).text
    assert "On the shift: 王建国." in page
    assert "1 of 2 taken" in page
    end = re.search(rf'action="({address}/\d+/end)"', staff.get(address).text)[1]
    assert staff.post(end).status_code == 303
    page = staff.get(address).text
    assert "The places are kept no more. The contact person is told." in page
    assert free(shift) == 4
    page = as_person(world.volunteer).get(link).text
    assert "These places are kept no more." in page
    assert 'name="people"' not in page
    staff.post(end)
    assert "These places are kept no more." in staff.get(address).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"places": "6"}, "Only 5 places are free."),
        ({"places": "0"}, "Write a number from 1 to 500."),
        ({"places": "many"}, "Not a valid integer value"),
        ({"contact": "13900000000"}, "Nobody here has this phone, e-mail or number."),
        ({"until": "2026-12-07T11:00"}, "The deadline must be in the future."),
        ({"until": "2026-12-09T10:00"}, "The deadline must not be after the shift"),
        ({"until": "soon"}, "Write a date and a time"),
        ({"name_zh": " "}, "Please fill this in."),
        ({"name_zh": "长" * 61}, "At most 60 characters."),
    ],
)
def test_what_was_typed_stays(shift, staff, address, sent, change, said):
    answer = staff.post(address, data=sent | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Bank team"' in answer.text
    assert free(shift) == 5


def test_a_companion_comes_along_and_no_more_than_are_left(mother, shift, kept, as_person):
    with transaction():
        two = [make_companion(mother, name=name).person_id for name in ("刘奶奶", "赵爷爷")]
    client = as_person(mother)
    answer = client.post(
        "/groups/reservations/link", data={"people": [mother.id, *two], "risk": "y"}
    )
    assert answer.status_code == 422
    assert "Kept places that are left: 2. You are 3. Nobody was signed up." in answer.text
    sent = {"people": two, "risk": "y"}
    assert client.post("/groups/reservations/link", data=sent).status_code == 303
    page = client.get("/groups/reservations/link").text
    assert "On the shift: 刘奶奶, 赵爷爷." in page
    assert "Every place that was kept for you is taken." in page
    assert set(db.session.scalars(select(Signup.made_by))) == {mother.id}


def test_the_group_comes_although_sign_up_has_closed(world, shift, kept, as_person):
    with transaction():
        db.session.get_one(Shift, shift.id).closes_at = NOW - HOUR
    client = as_person(world.volunteer)
    assert "Sign-up for this shift has closed." not in client.get("/groups/reservations/link").text
    sent = {"people": world.volunteer.id, "risk": "y"}
    assert client.post("/groups/reservations/link", data=sent).status_code == 303


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"risk": "y"}, "Choose who comes."),
        ({"people": "me"}, "Please tick that all of you have read the risk notice."),
    ],
)
def test_what_is_missing(world, kept, as_person, sent, said):
    client = as_person(world.volunteer)
    sent = {name: world.volunteer.id if name == "people" else one for name, one in sent.items()}
    answer = client.post("/groups/reservations/link", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert "0 of 2 taken" in answer.text


def test_a_link_that_opens_nothing(kept, as_person, world):
    assert as_person(world.volunteer).get("/groups/reservations/other").status_code == 404


def test_after_the_deadline_even_before_the_worker_looks(world, kept, as_person):
    with time_machine.travel(kept.until, tick=False):
        client = as_person(world.volunteer)
        assert "These places are kept no more." in client.get("/groups/reservations/link").text
        sent = {"people": world.volunteer.id, "risk": "y"}
        answer = client.post("/groups/reservations/link", data=sent)
        assert "These places are kept no more." in answer.text
    assert db.session.scalars(select(Signup)).all() == []


def test_another_shift_s_reservation_is_not_ended_here(world, kept, staff, shift):
    with transaction():
        times = {"starts_at": START + DAY, "ends_at": START + DAY + HOUR}
        other = make_shift(world.community, **times)
    answer = staff.post(f"/groups/shifts/{other.id}/reservations/{kept.id}/end")
    assert answer.status_code == 404
    assert db.session.get_one(Reservation, kept.id).state == "open"


def test_the_list_is_paged_and_flat(shift, staff, address, queries):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        held.capacity = 100
        for _ in range(23):
            make_reservation(held, make_person())
    queries.clear()
    page = staff.get(address).text
    assert len(queries) <= 5
    assert page.count('id="reservation-') == 20
    more = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert staff.get(more[1].replace("&amp;", "&")).text.count('id="reservation-') == 3


def test_the_page_of_the_link_asks_few_questions(mother, kept, as_person, queries):
    with transaction():
        for n in range(25):
            make_companion(mother, name=f"人{n:02d}")
    client = as_person(mother)
    queries.clear()
    assert client.get("/groups/reservations/link").text.count('name="people"') == 21
    assert len(queries) <= 7


def test_chinese_is_whole(world, kept, address, as_person):
    page = as_person(world.coordinator, language="zh").get(address).text
    for said in ("团体预留名额", "兰州银行志愿队", "预留中", "剩余名额向大家开放", "联系人"):
        assert said in page, said
    page = as_person(world.volunteer, language="zh").get("/groups/reservations/link").text
    for said in ("兰州银行志愿队的预留名额", "预留到12月8日 9:00", "报一个名额"):
        assert said in page, said


def test_ended_by_hand_is_in_the_list(world, kept, staff, address):
    with transaction():
        end(reservation_id=kept.id, by=world.coordinator.id, now=NOW)
    page = staff.get(address).text
    assert "Ended" in page
    assert "Open what is left to everybody" not in page

"""Disputes in the browser: the volunteer asks, somebody without a part answers."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.attendance import make_hours
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.market import END
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.actions.disputes import open_dispute
from volunteer_hub.hours.models import Dispute, Hours

DAY = timedelta(days=1)


@pytest.fixture
def locked(world, shift):
    with transaction():
        return make_hours(shift, world.volunteer, state="locked", by=world.coordinator)


@pytest.fixture
def disputed(world, locked):
    with transaction():
        return open_dispute(hours_id=locked.id, says="少记了", by=world.volunteer.id, now=END)


@pytest.fixture
def judge(as_person, english):
    return as_person(english.second_coordinator)


def fresh(dispute):
    db.session.expire_all()
    return db.session.get_one(Dispute, dispute.id)


def test_the_volunteer_disputes_and_withdraws(as_person, english, world, locked):
    browser, address = as_person(world.volunteer), f"/me/hours/{locked.id}/dispute"
    with time_machine.travel(END, tick=False):
        assert address in browser.get("/me/hours").text
        assert "answers within 7 days" in browser.get(address).text
        assert browser.post(address, data={"says": " "}).status_code == 422
        page = browser.post(address, data={"says": "少记了 <b>"}, follow_redirects=True).text
        assert "Sent. Somebody else looks at it and answers you." in page
        assert "disputed, answer due by 12 Dec" in page
        assert "You said: 少记了 &lt;b&gt;" in page
        assert address not in page
        again = browser.post(address, data={"says": "还是不对"})
        assert again.status_code == 422
        assert "You dispute these hours already." in again.text
        assert "还是不对" in again.text
        dispute = db.session.scalars(select(Dispute)).one()
        withdraw = f"/me/hours/disputes/{dispute.id}/withdraw"
        page = browser.post(withdraw, follow_redirects=True).text
        assert "Withdrawn: the hours stay as they are." in page
        assert "dispute withdrawn" in page
        assert address in page
        page = browser.post(withdraw, follow_redirects=True).text
        assert "This dispute has been settled already." in page


def test_nobody_else_s_hours_or_dispute(as_person, world, locked, disputed):
    other = as_person(world.other_volunteer)
    assert other.get(f"/me/hours/{locked.id}/dispute").status_code == 404
    assert other.post(f"/me/hours/{locked.id}/dispute", data={"says": "x"}).status_code == 404
    assert other.post(f"/me/hours/disputes/{disputed.id}/withdraw").status_code == 404
    assert fresh(disputed).state == "open"


def test_the_list_leads_with_what_is_overdue(judge, world, shift):
    with transaction():
        for days in range(10, 3, -1):  # the first one opened is due first
            opened_at = END - days * DAY
            person = make_person(f"志愿者{days}")
            hours = make_hours(shift, person, state="locked", by=world.coordinator)
            open_dispute(hours_id=hours.id, says="少记了", by=person.id, now=opened_at)
    with time_machine.travel(END, tick=False):
        page = judge.get("/attendance/disputes").text
        assert "7 disputes are open." in page
        assert "3 are overdue." in page
        assert page.count("alert-triangle") == 1 + 3
        names = [page.index(f"志愿者{days}<") for days in range(10, 3, -1)]
        assert names == sorted(names)
        hours = judge.get("/attendance/hours").text
        assert "7 disputes are open." in hours
        assert "3 are overdue." in hours


def test_the_list_is_paged_in_scope_and_costs_the_same(judge, world, shift, queries):
    with transaction():
        far = make_shift(world.elsewhere, starts_at=shift.starts_at, ends_at=shift.ends_at)
        for where in [shift] * 25 + [far]:
            person = make_person()
            hours = make_hours(where, person, state="locked", by=world.coordinator)
            open_dispute(hours_id=hours.id, says="少记了", by=person.id, now=END)
    queries.clear()
    first = judge.get("/attendance/disputes").text
    assert len(queries) <= 4, queries
    assert first.count("少记了") == 20
    assert "25 disputes are open." in first
    after = first.split("/attendance/disputes?after=")[1].split('"')[0]
    assert judge.get(f"/attendance/disputes?after={after}").text.count("少记了") == 5
    assert judge.get("/attendance/disputes?after=x").status_code == 422


def test_upheld_with_the_right_minutes(as_person, judge, world, locked, disputed):
    address = f"/attendance/disputes/{disputed.id}"
    page = judge.get(address).text
    assert "少记了" in page
    assert world.volunteer.name in page
    typed = {"verdict": "upheld", "minutes": "240", "answer": "核对了照片"}
    page = judge.post(address, data=typed, follow_redirects=True)
    assert page.request.path == "/attendance/disputes"
    assert "Answered: the volunteer is told." in page.text
    assert "Nobody disputes hours" in page.text
    minutes = db.session.scalars(select(Hours.minutes).order_by(Hours.id)).all()
    assert minutes == [180, -180, 240]
    own = as_person(world.volunteer).get("/me/hours").text
    assert "dispute upheld" in own
    assert "Answer: 核对了照片" in own
    assert "核对了照片" in judge.get(address).text
    assert 'name="verdict"' not in judge.get(address).text


def test_turned_down_with_the_reason(as_person, judge, world, disputed):
    typed = {"verdict": "turned_down", "minutes": "", "answer": "签到表上没有"}
    assert judge.post(f"/attendance/disputes/{disputed.id}", data=typed).status_code == 303
    assert fresh(disputed).state == "turned_down"
    own = as_person(world.volunteer).get("/me/hours").text
    assert "dispute turned down" in own
    assert "This is wrong" in own


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"verdict": ""}, "verdict"),
        ({"verdict": "upheld"}, "Say how many minutes are right."),
        ({"verdict": "upheld", "minutes": "180"}, "These minutes stand already."),
        ({"verdict": "upheld", "minutes": "1441"}, "minutes"),
        ({"answer": " "}, "Please fill this in."),
    ],
)
def test_an_answer_that_cannot_be_keeps_what_was_typed(judge, disputed, changes, sentence):
    typed = {"verdict": "turned_down", "minutes": "", "answer": "签到表上没有"} | changes
    answer = judge.post(f"/attendance/disputes/{disputed.id}", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed["answer"] in answer.text
    assert fresh(disputed).state == "open"


def test_who_verified_is_told_so(as_person, english, world, disputed):
    typed = {"verdict": "turned_down", "answer": "没有错"}
    answer = as_person(world.coordinator).post(f"/attendance/disputes/{disputed.id}", data=typed)
    assert answer.status_code == 422
    assert "Somebody else must answer" in answer.text


def test_a_supervisor_answers_where_all_coordinators_took_part(as_person, english, world, disputed):
    typed = {"verdict": "turned_down", "answer": "核对无误"}
    browser = as_person(world.supervisor)
    assert "少记了" in browser.get("/attendance/disputes").text
    assert browser.post(f"/attendance/disputes/{disputed.id}", data=typed).status_code == 303

import re
from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.standing import make_day, make_order
from tests.standing.conftest import DAY, NOW, TODAY, TUESDAY, WEEK, tuesdays
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import ShiftRole
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.models import Signup
from volunteer_hub.standing.models import StandingOrder


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def days(series):
    with transaction():
        return [make_day(series, TUESDAY + n * WEEK) for n in range(3)]


@pytest.fixture
def mine(world, as_person):
    return as_person(world.volunteer)


SENT = {"begins_on": "2026-12-07", "risk": "y"}


def begin(client, series, **more):
    return client.post(f"/standing/series/{series.id}", data=SENT | more)


def test_the_page_says_what_it_means(series, days, mine):
    page = mine.get(f"/standing/series/{series.id}")
    assert page.status_code == 200
    assert "weekly on Tuesday" in page.text
    assert "9:00–12:00" in page.text
    assert "8 Dec, 15 Dec, 22 Dec" in re.sub(r"\s+", " ", page.text).replace(" ,", ",")
    assert "The square may be icy in winter." in page.text
    assert 'name="task"' not in page.text
    assert 'name="weekdays"' not in page.text
    assert f'href="/activities/{days[0].activity_id}"' in page.text


def test_two_taps_and_one_is_on_every_shift(world, series, days, mine):
    answer = begin(mine, series)
    assert (answer.status_code, answer.location) == (303, "/me/standing")
    page = mine.get("/me/standing")
    assert "You help every time now: Tuesday clinic." in page.text
    assert page.text.count("You are in") == 3
    order = db.session.scalars(select(StandingOrder)).one()
    assert (order.person_id, order.begins_on, order.ends_on) == (world.volunteer.id, TODAY, None)


def test_what_was_typed_stays_when_it_is_refused(series, days, mine):
    answer = begin(mine, series, begins_on="2026-12-20", ends_on="2026-12-10", risk="")
    assert answer.status_code == 422
    assert 'value="2026-12-20"' in answer.text
    assert "Please tick that you have read the risk notice." in answer.text
    answer = begin(mine, series, begins_on="2026-12-20", ends_on="2026-12-10")
    assert answer.status_code == 422
    assert "The last day must not be before the first." in answer.text
    assert "The square may be icy in winter." in answer.text
    assert db.session.scalars(select(StandingOrder)).all() == []


def test_twice_is_refused_with_a_sentence(series, days, mine):
    begin(mine, series)
    page = mine.get(f"/standing/series/{series.id}")
    assert "You help every time already" in page.text
    assert "Sign me up every time" not in page.text
    answer = begin(mine, series)
    assert answer.status_code == 422
    assert len(db.session.scalars(select(StandingOrder)).all()) == 1


def test_a_task_and_days_of_the_week_are_chosen_where_there_is_a_choice(world, mine):
    with transaction():
        series = tuesdays(world, rule="FREQ=WEEKLY;BYDAY=TU,TH")
        make_day(series, TUESDAY)
        thursday = make_day(series, TUESDAY + 2 * DAY, title_zh="登记", title_en="Registration")
        thursday.by_role = True
        role = ShiftRole(shift_id=thursday.id, title_zh="填表", title_en="Forms", capacity=2)
        db.session.add(role)
    page = mine.get(f"/standing/series/{series.id}").text
    for offered in ("Whatever is needed", "Registration: Forms", "Tuesday", "Thursday"):
        assert offered in page
    assert begin(mine, series, task="r99").status_code == 422
    answer = begin(mine, series, task=f"r{role.id}", weekdays=["3"])
    assert answer.status_code == 303
    order = db.session.scalars(select(StandingOrder)).one()
    assert (order.title_zh, order.role_zh, order.weekdays) == ("登记", "填表", [3])
    assert db.session.scalars(select(Signup.shift_id)).all() == [thursday.id]
    page = mine.get("/me/standing").text
    assert "Registration: Forms" in page
    assert "only Thursday" in page


def test_a_series_of_drafts_is_nobody_s_business(world, series, mine):
    with transaction():
        make_day(series, TUESDAY, state="draft")
    assert mine.get(f"/standing/series/{series.id}").status_code == 404
    assert mine.get("/standing/series/999999").status_code == 404


def test_nothing_is_open_and_it_can_be_promised_all_the_same(world, series, mine):
    with transaction():
        make_day(series, TUESDAY - WEEK)
    page = mine.get(f"/standing/series/{series.id}")
    assert 'name="risk"' not in page.text
    assert begin(mine, series).status_code == 303
    assert "No day is open for sign-up yet." in mine.get("/me/standing").text


def test_an_ended_series_has_no_form(world, mine):
    with transaction():
        series = tuesdays(world, state="ended")
        make_day(series, TUESDAY)
    page = mine.get(f"/standing/series/{series.id}")
    assert "This activity has ended" in page.text
    assert "Sign me up every time" not in page.text
    answer = begin(mine, series)
    assert answer.status_code == 422
    assert "This series was ended" not in page.text


def test_every_state_of_a_day_is_told(world, series, mine):
    with transaction():
        first = make_day(series, TUESDAY)
        make_day(series, TUESDAY + WEEK, minimum_age=90)
        make_day(series, TUESDAY + 2 * WEEK, capacity=1, confirmed=1)
        off = make_day(series, TUESDAY + 3 * WEEK)
    begin(mine, series)
    signup = db.session.scalars(select(Signup).where(Signup.shift_id == first.id)).one()
    with transaction():
        leave(signup_id=signup.id, now=NOW, by=None, by_staff=False)
        off.state, off.reason = "cancelled", "大风"
    page = mine.get("/me/standing").text
    for said in (
        "You do not come on this day",
        "Not signed up",
        "It asks for a greater age on that day.",
        "Waitlisted",
        "Cancelled",
    ):
        assert said in page, said


def test_pause_and_end_the_pause(world, series, days, mine):
    begin(mine, series)
    order = db.session.scalars(select(StandingOrder)).one()
    assert mine.get(f"/standing/{order.id}/pause").status_code == 200
    wrong = {"away_from": "2026-12-20", "away_to": "2026-12-10"}
    answer = mine.post(f"/standing/{order.id}/pause", data=wrong)
    assert answer.status_code == 422
    assert 'value="2026-12-20"' in answer.text
    given = {"away_from": "2026-12-07", "away_to": "2026-12-16", "giving_back": "y"}
    answer = mine.post(f"/standing/{order.id}/pause", data=given)
    assert answer.status_code == 303
    page = mine.get("/me/standing").text
    assert "Paused. You are signed up again afterwards. 2 places are free again." in page
    assert "Paused until 16 Dec" in page
    answer = mine.post(f"/standing/{order.id}/resume")
    assert answer.status_code == 303
    assert "Paused until" not in mine.get("/me/standing").text
    assert mine.post(f"/standing/{order.id}/resume").status_code == 303
    assert "There is no pause to end." in mine.get("/me/standing").text


def test_stop(world, series, days, mine):
    begin(mine, series)
    order = db.session.scalars(select(StandingOrder)).one()
    assert "You have 3 coming places" in mine.get(f"/standing/{order.id}/stop").text
    answer = mine.post(f"/standing/{order.id}/stop", data={"giving_back": "y"})
    assert answer.status_code == 303
    page = mine.get("/me/standing").text
    assert "Stopped. Thank you for every time you came. 3 places are free again." in page
    assert "You have promised nothing for every time" in page
    assert mine.get(f"/standing/{order.id}/stop").status_code == 404


@pytest.mark.parametrize("page", ["pause", "stop", "resume"])
def test_somebody_else_s_order_does_not_exist(world, series, as_person, page):
    with transaction():
        order = make_order(series, world.volunteer, away_from=TODAY, away_to=TODAY)
    other = as_person(world.other_volunteer)
    sent = {"away_from": "2026-12-07", "away_to": "2026-12-16"}
    assert other.post(f"/standing/{order.id}/{page}", data=sent).status_code == 404
    if page != "resume":
        assert other.get(f"/standing/{order.id}/{page}").status_code == 404
    kept = db.session.get_one(StandingOrder, order.id, populate_existing=True)
    assert (kept.state, kept.away_from) == ("running", TODAY)


def test_staff_see_who_helps(world, series, days, as_person):
    with transaction():
        make_order(series, world.volunteer, weekdays=[1], begins_on=date(2026, 11, 1))
        away = {"away_from": TODAY, "away_to": TODAY + DAY}
        make_order(series, world.other_volunteer, title_zh="引导", title_en="Guiding", **away)
        make_order(series, make_person("停了的"), state="stopped", stopped_at=NOW)
    staff = as_person(world.coordinator)
    assert "Who helps every time" in staff.get(f"/standing/series/{series.id}").text
    page = staff.get(f"/standing/series/{series.id}/people").text
    for said in ("陈晓梅", "王建国", "only Tuesday", "since 1 Nov 2026", "Guiding", "Paused until"):
        assert said in page, said
    assert "停了的" not in page


def test_the_lists_are_paged_and_flat(world, series, days, as_person, queries):
    with transaction():
        for n in range(22):
            make_order(series, make_person(), begins_on=TODAY)
            make_order(series, world.volunteer, title_zh=f"任务{n}", begins_on=TODAY)
    staff = as_person(world.coordinator)
    page = staff.get(f"/standing/series/{series.id}/people")
    assert page.text.count('<li class="panel">') == 20
    more = re.search(r'href="([^"]+after=[^"]+)"', page.text)
    assert staff.get(more[1].replace("&amp;", "&")).text.count('<li class="panel">') == 20
    mine = as_person(world.volunteer)
    queries.clear()
    page = mine.get("/me/standing")
    assert page.text.count("End the pause") == 0
    assert page.text.count("/stop") == 20
    assert len(queries) <= 5
    queries.clear()
    mine.get(f"/standing/series/{series.id}")
    assert len(queries) <= 8


def test_chinese_is_whole(series, days, world, as_person):
    page = as_person(world.volunteer, language="zh").get(f"/standing/series/{series.id}").text
    for said in ("每次都来，直到我停止", "每周", "接下来：", "每次都为我报名"):
        assert said in page, said

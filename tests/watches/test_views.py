"""Watch a place or a series, change it, end it; the pages of whoever watches."""

import re

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.activities import make_activity
from tests.factories.places import make_place
from tests.factories.series import make_series
from tests.factories.watches import make_watch
from tests.watches.conftest import DAY, NOW, START, activity_of, shift_at
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.watches.models import Watch


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def me(world, as_person):
    return as_person(world.volunteer)


@pytest.fixture
def watch(world):
    with transaction():
        wishes = ("understaffed", "all_clear")
        return make_watch(world.volunteer, place=world.community, wishes=wishes, created_at=NOW)


@pytest.fixture
def series(world, shift):
    """A series of which the shift's activity is a day."""
    with transaction():
        series = make_series(world.community)
        activity = activity_of(shift)
        activity.series_id, activity.nominal_on = series.id, START.date()
    return series


def live():
    found = select(Watch).where(Watch.ended_at.is_(None))
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def test_choose_a_place_and_watch_it(world, me):
    page = me.get("/watches/new").text
    assert re.search(r'<option value="ganjiaxiang">　Ganjiaxiang</option>', page)
    assert page.count("checked") == 2
    answer = me.post("/watches/new", data={"place": "ganjiaxiang", "understaffed": "y"})
    assert (answer.status_code, answer.location) == (303, "/watches")
    page = me.get("/watches").text
    assert "You watch this now: Ganjiaxiang." in page
    assert "People are missing" in page
    assert "Almost full" not in page
    (made,) = live()
    assert (made.place_id, made.wishes) == (world.community.id, ("understaffed",))


def test_from_a_place_s_own_address_narrow_ones_too(world, me):
    with transaction():
        make_place("yard", kind="compound", parent=world.community, name_zh="3号院")
    page = me.get("/watches/new?place=yard").text
    assert "Watch this place" in page
    assert 'name="place"' not in page
    answer = me.post("/watches/new?place=yard", data={"almost_full": "y"})
    assert answer.status_code == 303
    assert [one.wishes for one in live()] == [("almost_full",)]


def test_the_page_of_an_activity_leads_to_its_series(series, shift, me, client):
    page = me.get(f"/activities/{shift.activity_id}").text
    assert "Tell me when people are missing here" in page
    there = f"/watches/new?series={series.id}"
    assert there in page
    assert "/watches/new" not in client.get(f"/activities/{shift.activity_id}").text
    page = me.get(there).text
    assert "Watch this activity" in page
    assert "Sharing Market" in page
    assert me.post(there, data={"understaffed": "y"}).status_code == 303
    assert [one.series_id for one in live()] == [series.id]
    assert (
        "on day 5 of each month" in me.get("/watches").text.lower()
        or "5" in me.get("/watches").text
    )


def test_the_page_of_an_activity_of_no_series_leads_to_its_place(shift, me):
    assert "/watches/new?place=ganjiaxiang" in me.get(f"/activities/{shift.activity_id}").text


def test_what_is_watched_already_is_changed(watch, me):
    answer = me.get("/watches/new?place=ganjiaxiang")
    assert (answer.status_code, answer.location) == (303, f"/watches/{watch.id}")
    page = me.get(answer.location).text
    assert page.count("checked") == 2
    answer = me.post(f"/watches/{watch.id}", data={"almost_full": "y"})
    assert answer.status_code == 303
    assert [one.wishes for one in live()] == [("almost_full",)]


@pytest.mark.parametrize("path", ["/watches/new", "/watches/new?place=ganjiaxiang", "own"])
def test_nothing_ticked_is_said_beside_the_boxes(watch, me, path):
    path = f"/watches/{watch.id}" if path == "own" else path
    answer = me.post(path, data={"place": "xibeixincun"})
    assert answer.status_code == 422
    assert "Choose at least one." in answer.text
    assert "checked" not in answer.text
    assert [one.wishes for one in live()] == [("understaffed", "all_clear")]


def test_what_was_chosen_stays_when_it_is_refused(world, me):
    answer = me.post("/watches/new", data={"place": "xibeixincun"})
    assert '<option selected value="xibeixincun">' in answer.text
    answer = me.post("/watches/new", data={"place": "nowhere", "understaffed": "y"})
    assert answer.status_code == 422
    assert live() == []


@pytest.mark.parametrize(
    "asked", ["place=nowhere", "series=999999", "series=x", "series=²", "series=" + "9" * 30]
)
def test_what_cannot_be_watched(world, me, asked):
    assert me.get(f"/watches/new?{asked}").status_code == 404
    assert me.post(f"/watches/new?{asked}", data={"understaffed": "y"}).status_code == 404


def test_a_series_of_drafts_is_nobody_s_to_see(world, me):
    with transaction():
        series = make_series(world.community)
        of_series = {"series_id": series.id, "nominal_on": START.date()}
        make_activity(world.community, state="draft", starts_at=START, **of_series)
    assert me.get(f"/watches/new?series={series.id}").status_code == 404


def test_a_household_is_no_place_to_watch(world, me):
    with transaction():
        make_place("door-301", kind="household", parent=world.community)
    assert me.get("/watches/new?place=door-301").status_code == 404


def test_end_it(watch, me):
    page = me.get(f"/watches/{watch.id}/end").text
    assert "End this watch?" in page
    assert "Ganjiaxiang" in page
    answer = me.post(f"/watches/{watch.id}/end")
    assert (answer.status_code, answer.location) == (303, "/watches")
    page = me.get("/watches").text
    assert "Ended. You hear nothing from it any more." in page
    assert "You watch nothing yet" in page
    assert live() == []


@pytest.mark.parametrize("path", ["", "/end"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_old_letter_s_link_says_that_it_is_over(watch, me, path, method):
    me.post(f"/watches/{watch.id}/end")
    me.get("/watches")
    answer = me.open(f"/watches/{watch.id}{path}", method=method, data={"understaffed": "y"})
    assert answer.status_code in (303, 422)
    shown = answer.text if answer.status_code == 422 else me.get(answer.location).text
    assert "You do not watch this any more. You may begin again at any time." in shown
    assert live() == []


@pytest.mark.parametrize("path", ["", "/end"])
def test_nobody_sees_another_s(watch, world, as_person, path):
    for person in (world.other_volunteer, world.coordinator, world.administrator):
        client = as_person(person)
        assert client.get(f"/watches/{watch.id}{path}").status_code == 404
        assert client.post(f"/watches/{watch.id}{path}").status_code == 404
        assert "Ganjiaxiang" not in client.get("/watches").text
    assert len(live()) == 1


def test_the_list_says_how_many_shifts_lack_people_now(world, watch, shift, series, me):
    with transaction():
        shift_at(world.community, at=START + DAY)
        shift_at(world.neighbour)
        shift_at(world.community, at=START + 20 * DAY)
        shift_at(world.community, confirmed=2)
        make_watch(world.volunteer, series=series)
        make_watch(world.volunteer, place=world.subdistrict)
        make_watch(world.volunteer, place=world.elsewhere)
    found = re.findall(
        r"(\d) shifts? lacks? people now|(Nobody is missing now)", me.get("/watches").text
    )
    assert [number or 0 for number, _nobody in found] == [0, "3", "1", "2"]


def test_the_list_is_paged_and_flat(world, me, queries):
    with transaction():
        for n in range(23):
            place = make_place(f"yard-{n}", kind="compound", parent=world.community)
            make_watch(world.volunteer, place=place)
    queries.clear()
    page = me.get("/watches").text
    assert page.count("End<span") == 20
    assert len(queries) <= 4
    more = re.search(r'href="([^"]+after=[^"]+)"', page)
    assert me.get(more[1].replace("&amp;", "&")).text.count("End<span") == 3


@pytest.mark.parametrize("path", ["/watches", "/me"])
def test_chinese_is_whole(watch, world, as_person, path):
    assert "我的关注" in as_person(world.volunteer, language="zh").get(path).text


def test_the_form_in_chinese(world, as_person):
    page = as_person(world.volunteer, language="zh").get("/watches/new").text
    for said in ("关注一个地点", "缺人的时候", "人又够了的时候", "快满了的时候", "甘家巷社区"):
        assert said in page, said

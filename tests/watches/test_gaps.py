"""Where people are missing: the page and the call of the staff, whole, narrowed and flat."""

import re

import pytest
import time_machine
from sqlalchemy import text

from tests.factories.places import make_place
from tests.factories.shifts import make_signup
from tests.watches.conftest import DAY, HOUR, NOW, START, activity_of, set_staff, shift_at
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.watches.queries.gaps import Missing, missing_by_day, page_gaps

API = "/api/v1/gaps"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(world, as_person):
    return as_person(world.coordinator)


def paths(*places):
    return [place.path for place in places]


def test_a_day_with_its_shifts_and_its_sum(world, shift, staff):
    with transaction():
        make_signup(shift, world.volunteer)
        shift_at(world.community, at=START + 2 * HOUR, minimum=3, capacity=8)
    page = staff.get("/watches/gaps").text
    assert "4 people missing on this day" in page
    for said in ("1 more needed", "3 more needed", f'href="/shifts/{shift.id}"', "9:00–12:00"):
        assert said in page, said
    assert "1 of 2 needed, room for 5" in page
    assert "0 of 3 needed, room for 8" in page
    assert re.search(r"4\s*<span class=\"unit\">people", page)
    assert "on 2 shifts" in page


def test_who_waits_and_what_is_overbooked_stands_there(world, shift, staff):
    with transaction():
        make_signup(shift, world.volunteer, state="waitlisted")
    set_staff(shift, capacity_extra=2)
    page = staff.get("/watches/gaps").text
    assert "room for 7" in page
    assert "1 person</td>" in page


@pytest.mark.parametrize(
    "terms",
    [
        {"minimum": 0},
        {"confirmed": 2},
        {"state": "draft"},
        {"state": "cancelled", "reason": "大风"},
        {"at": NOW},
        {"at": NOW + 14 * DAY + HOUR},
    ],
)
def test_what_is_no_gap(world, staff, terms):
    with transaction():
        shift_at(world.community, **terms)
    page = staff.get("/watches/gaps")
    assert page.status_code == 200
    assert "Nobody is missing" in page.text
    assert missing_by_day(paths(world.subdistrict), now=NOW) == {}


def test_days_are_those_of_the_wall(world, app):
    with transaction():
        for hours in (15, 16, 17):  # 23:00 on the 9th, 0:00 and 1:00 on the 10th in Shanghai
            shift_at(world.community, at=START.replace(hour=hours))
    found = missing_by_day(paths(world.community), now=NOW)
    assert {day.day: missing for day, missing in found.items()} == {
        9: Missing(2, 1),
        10: Missing(4, 2),
    }


def test_a_place_narrows_it_and_stays_in_the_address(world, as_person):
    with transaction():
        for n in range(21):
            shift_at(world.neighbour, at=START + n * HOUR)
        activity_of(shift_at(world.community)).title_en = "Free clinic"
    supervisor = as_person(world.supervisor)
    assert "Free clinic" in supervisor.get("/watches/gaps").text
    page = supervisor.get("/watches/gaps?place=xibeixincun").text
    assert "Free clinic" not in page
    assert '<option selected value="xibeixincun">' in page
    assert "/watches/new?place=xibeixincun" in page
    more = re.search(r'href="([^"]+after=[^"]+)"', page)[1].replace("&amp;", "&")
    assert "place=xibeixincun" in more
    assert supervisor.get(more).text.count("more needed") == 1


@pytest.mark.parametrize("asked", ["jiuquan", "zhangjiayuan", "nowhere", "baiyin"])
def test_what_lies_outside_one_s_scope_does_not_exist(world, staff, asked):
    assert staff.get(f"/watches/gaps?place={asked}").status_code == 404


def test_staff_see_their_own_places(world, shift, as_person):
    with transaction():
        compound = make_place("yard", kind="compound", parent=world.community)
        shift_at(compound)
    for person in (world.coordinator, world.grid_worker, world.supervisor, world.administrator):
        assert as_person(person).get("/watches/gaps").text.count("more needed") == 2
    assert "more needed" not in as_person(world.stranger).get("/watches/gaps").text


def test_a_day_cut_by_the_page_says_the_whole_sum(world, staff, queries):
    with transaction():
        for n in range(23):
            shift_at(world.community, at=START + n * HOUR / 4)
    queries.clear()
    page = staff.get("/watches/gaps").text
    assert len(queries) <= 5
    assert page.count("more needed") == 20
    assert "46 people missing on this day" in page
    more = re.search(r'href="([^"]+after=[^"]+)"', page)[1].replace("&amp;", "&")
    page = staff.get(more).text
    assert page.count("more needed") == 3
    assert "46 people missing on this day" in page


def test_the_index_of_coming_shifts_answers_it(world, app):
    seen = []
    from sqlalchemy import event

    connection = db.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2:4]))
    page_gaps(paths(world.community), now=NOW, after=None)
    statement, values = seen[-1]
    db.session.execute(text("set local enable_seqscan = off"))
    cursor = connection.connection.cursor()
    cursor.execute(f"explain {statement}", values)
    assert any("ix_shift_coming" in row[0] for row in cursor.fetchall())


def test_the_call_says_who_is_missing_with_units(world, shift, speaks):
    with transaction():
        make_signup(shift, world.volunteer)
    answer = speaks(world.coordinator)("GET", "/gaps")
    assert answer.status_code == 200
    assert answer.json == {
        "items": [
            {
                "shift": shift.id,
                "activity_title": "Sharing Market",
                "title": "Guiding and check-in",
                "place": "ganjiaxiang",
                "place_name": "Ganjiaxiang",
                "starts_at": "2026-12-09T09:00:00+08:00",
                "ends_at": "2026-12-09T12:00:00+08:00",
                "missing_persons": 1,
                "minimum_persons": 2,
                "confirmed_persons": 1,
                "waiting_persons": 0,
                "places": 5,
            }
        ],
        "next": None,
    }


def test_the_call_is_paged_and_keeps_what_was_asked(world, speaks):
    with transaction():
        for n in (3, 1, 2):
            shift_at(world.community, at=START + n * DAY)
    ask = speaks(world.supervisor)
    first = ask("GET", "/gaps?limit=2&place=ganjiaxiang&days=6")
    assert [item["starts_at"][8:10] for item in first.json["items"]] == ["10", "11"]
    assert "place=ganjiaxiang" in first.headers["Link"]
    assert "days=6" in first.headers["Link"]
    second = ask("GET", f"/gaps?limit=2&place=ganjiaxiang&days=6&after={first.json['next']}")
    assert [item["starts_at"][8:10] for item in second.json["items"]] == ["12"]
    assert len(ask("GET", "/gaps?days=3").json["items"]) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("?days=0", 422),
        ("?days=61", 422),
        ("?place=nowhere", 422),
        ("?after=nonsense", 422),
        ("?place=zhangjiayuan", 404),
        ("?place=baiyin", 404),
    ],
)
def test_what_the_call_refuses(world, speaks, asked, status):
    assert speaks(world.coordinator)("GET", f"/gaps{asked}").status_code == status


def test_the_desk_leads_there(world, staff):
    assert 'href="/watches/gaps"' in staff.get("/desk").text


def test_chinese_is_whole(world, shift, as_person):
    page = as_person(world.coordinator, language="zh").get("/watches/gaps").text
    for said in ("哪里还缺人", "这一天缺 2 人", "还缺 2 人", "已有 0 人，至少要 2 人，共 5 个名额"):
        assert said in page, said


def test_today_is_named(world, staff):
    with transaction():
        shift_at(world.community, at=NOW + HOUR)
    assert "7 Dec Mon, today" in staff.get("/watches/gaps").text

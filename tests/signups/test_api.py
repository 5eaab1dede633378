from datetime import datetime, timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
API = "/api/v1"


@pytest.fixture
def shift(world):
    with transaction():
        return make_shift(world.community, minimum=2, requirements_en="Shoes.")


@pytest.fixture
def plan(world):
    with transaction():
        activity = make_activity(world.community, state="draft")
    return {
        "activity": activity.id,
        "title": "引导",
        "title_en": "Guiding",
        "place": "ganjiaxiang",
        "starts_at": "2030-12-05T08:00:00+08:00",
        "ends_at": "2030-12-05T12:30:00+08:00",
        "minimum": 1,
        "capacity": 5,
        "risk_notice": "结冰。",
        "publish": True,
    }


def test_the_list_needs_no_token_and_has_no_drafts(world, client, shift):
    with transaction():
        make_shift(world.community, state="draft")
        make_shift(world.community, state="cancelled", reason="大风")
    answer = client.get(f"{API}/shifts", headers={"Accept-Language": "en"})
    (item,) = answer.json["items"]
    assert answer.json["next"] is None
    assert item["id"] == shift.id
    assert item["title"] == "Guiding and check-in"
    assert item["place"] == "ganjiaxiang"
    assert item["requirements"] == "Shoes."
    assert item["risk_notice"] == "The square may be icy in winter."
    places = dict.fromkeys(("confirmed", "waiting", "offered", "reserved"), 0)
    assert item["places"] == places | {"minimum": 2, "capacity": 5, "free": 5}
    begins = datetime.fromisoformat(item["starts_at"])
    assert begins == shift.starts_at
    assert item["starts_at"].endswith("+08:00")


def test_the_list_is_narrowed(world, client, now):
    with transaction():
        project = make_project(world.neighbour, slug="night-school")
        activity = make_activity(world.neighbour, project_id=project.id)
        there = make_shift(world.neighbour, activity=activity)
        full = make_shift(world.community, capacity=1, confirmed=1)
        later = make_shift(world.community, starts_at=now + 40 * DAY, ends_at=now + 40 * DAY + HOUR)
        past = make_shift(world.community, starts_at=now - 9 * DAY, ends_at=now - 8 * DAY)
    day = later.starts_at.astimezone().date()
    for query, wanted in (
        ("", [there, full, later]),
        ("?place=xibeixincun", [there]),
        ("?place=baiyin", [there, full, later]),
        ("?project=night-school", [there]),
        ("?open=true", [there, later]),
        (f"?from={day - DAY}&to={day + 2 * DAY}", [later]),
        (f"?from={now.date() - 20 * DAY}&to={now.date()}", [past]),
    ):
        items = client.get(f"{API}/shifts{query}").json["items"]
        assert [item["id"] for item in items] == [s.id for s in wanted], query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("place=nowhere", "place"),
        ("project=nothing", "project"),
        ("from=yesterday", "from"),
        ("to=32", "to"),
        ("open=perhaps", "open"),
        ("limit=201", "limit"),
        ("limit=0", "limit"),
        ("after=forged", "after"),
        ("colour=red", "colour"),
    ],
)
def test_a_query_that_cannot_be_read(world, client, query, field):
    answer = client.get(f"{API}/shifts?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_the_list_is_paged_and_links_to_the_next(world, client):
    with transaction():
        made = [make_shift(world.community) for _ in range(5)]
    seen, path = [], f"{API}/shifts?limit=2&place=ganjiaxiang"
    while path:
        answer = client.get(path)
        seen += [item["id"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json["next"] is not None)
        assert not link or "place=ganjiaxiang" in link
        path = link[1 : link.index(">")] if link else ""
    assert seen == [shift.id for shift in made]


def test_one_shift(world, client, shift, speaks):
    assert client.get(f"{API}/shifts/{shift.id}").json["id"] == shift.id
    assert client.get(f"{API}/shifts/999999").status_code == 404
    with transaction():
        shift.state = "draft"
    assert client.get(f"{API}/shifts/{shift.id}").status_code == 404
    assert speaks(world.coordinator)("GET", f"/shifts/{shift.id}").json["state"] == "draft"
    assert speaks(world.stranger)("GET", f"/shifts/{shift.id}").status_code == 404


def test_a_coordinator_plans_and_publishes(world, speaks, plan, client):
    ask = speaks(world.coordinator)
    answer = ask("POST", "/shifts", json=plan)
    assert answer.status_code == 201
    assert answer.json == ask("GET", f"/shifts/{answer.json['id']}").json
    assert answer.json["state"] == "published"
    assert answer.json["starts_at"] == plan["starts_at"]
    assert client.get(f"{API}/shifts/{answer.json['id']}").status_code == 200


def test_a_write_sent_twice_is_done_once(world, speaks, plan):
    ask, key = speaks(world.coordinator), {"Idempotency-Key": "plan-1"}
    answers = [ask("POST", "/shifts", json=plan, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert db.session.query(Shift).count() == 1


@pytest.mark.parametrize(
    ("who", "changes", "status", "refusal"),
    [
        ("coordinator", {"risk_notice": "  "}, 409, "risk-notice-is-missing"),
        ("coordinator", {"starts_at": "2020-12-05T08:00:00+08:00"}, 422, "broken-input"),
        ("coordinator", {"place": "zhangjiayuan"}, 404, "not-found"),
        ("coordinator", {"place": "nowhere"}, 422, "broken-input"),
        ("coordinator", {"activity": 999_999}, 422, "broken-input"),
        ("stranger", {"place": "zhangjiayuan"}, 404, "not-found"),
        ("grid_worker", {}, 403, "not-allowed"),
        ("grid_worker", {"publish": False}, 201, None),
        ("volunteer", {}, 403, "not-allowed"),
        ("supervisor", {}, 403, "not-allowed"),
    ],
)
def test_who_may_plan_what(world, speaks, plan, who, changes, status, refusal):
    answer = speaks(getattr(world, who))("POST", "/shifts", json=plan | changes)
    assert (answer.status_code, answer.json.get("refusal")) == (status, refusal)
    assert db.session.query(Shift).count() == (status == 201)


def test_every_bad_field_is_named(world, speaks, plan):
    ask = speaks(world.coordinator)
    bad = {"title": "", "capacity": 0, "starts_at": "2030-12-05T08:00:00", "colour": "red"}
    answer = ask("POST", "/shifts", json=plan | bad)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == set(bad)
    bad = {"ends_at": plan["starts_at"], "minimum": 9}
    answer = ask("POST", "/shifts", json=plan | bad)
    assert {error["field"] for error in answer.json["errors"]} == set(bad)


def test_joining_waiting_and_leaving(world, speaks, shift):
    with transaction():
        shift.capacity = 1
        shift.minimum = 0
    first, second, third = (
        speaks(person) for person in (world.volunteer, world.other_volunteer, world.coordinator)
    )
    path = f"/shifts/{shift.id}/signups"
    one, two, three = (ask("POST", path) for ask in (first, second, third))
    assert [a.status_code for a in (one, two, three)] == [201] * 3
    assert (one.json["state"], one.json["position"]) == ("confirmed", None)
    assert (two.json["state"], two.json["position"]) == ("waitlisted", 1)
    assert (three.json["state"], three.json["position"]) == ("waitlisted", 2)
    assert first("DELETE", f"/signups/{one.json['id']}").status_code == 204
    (item,) = second("GET", "/me/signups").json["items"]
    assert (item["id"], item["state"], item["position"]) == (two.json["id"], "confirmed", None)
    assert item["shift"]["places"]["waiting"] == 1
    (item,) = third("GET", "/me/signups").json["items"]
    assert (item["state"], item["position"]) == ("waitlisted", 1)
    assert first("GET", "/me/signups").json == {"items": [], "next": None}


def test_refusals_name_their_rule(world, speaks, shift, now):
    ask = speaks(world.volunteer)
    with transaction():
        mine = make_signup(shift, world.volunteer)
        beside = make_shift(world.community, starts_at=shift.starts_at, ends_at=shift.ends_at)
        gone = make_shift(world.community, starts_at=now - HOUR, ends_at=now + HOUR)
        off = make_shift(world.community, state="cancelled", reason="大风")
    for target, refusal in (
        (shift, "already-signed-up"),
        (beside, "shifts-overlap"),
        (gone, "shift-is-over"),
        (off, "shift-is-not-open"),
    ):
        answer = ask("POST", f"/shifts/{target.id}/signups")
        assert (answer.status_code, answer.json["refusal"]) == (409, refusal)
    assert ask("POST", "/shifts/999999/signups").status_code == 404
    ask("DELETE", f"/signups/{mine.id}")
    answer = ask("DELETE", f"/signups/{mine.id}")
    assert (answer.status_code, answer.json["refusal"]) == (409, "signup-is-over")


def test_a_join_sent_twice_takes_one_place(world, speaks, shift):
    ask, key = speaks(world.volunteer), {"Idempotency-Key": "join-1"}
    path = f"/shifts/{shift.id}/signups"
    answers = [ask("POST", path, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    db.session.expire_all()
    assert shift.confirmed == 1


@pytest.mark.parametrize(
    ("who", "status", "state"),
    [
        ("volunteer", 204, "cancelled_by_volunteer"),
        ("coordinator", 204, "cancelled_by_org"),
        ("other_volunteer", 404, "confirmed"),
        ("stranger", 404, "confirmed"),
        ("supervisor", 404, "confirmed"),
        ("grid_worker", 404, "confirmed"),
        ("administrator", 404, "confirmed"),
    ],
)
def test_who_may_give_a_place_back(world, speaks, shift, who, status, state):
    with transaction():
        signup = make_signup(shift, world.volunteer)
    answer = speaks(getattr(world, who))("DELETE", f"/signups/{signup.id}")
    assert answer.status_code == status
    db.session.expire_all()
    assert db.session.get_one(Signup, signup.id).state == state


def test_a_token_to_read_does_not_write(world, speaks, shift, client):
    ask = speaks(world.volunteer, "read")
    assert ask("POST", f"/shifts/{shift.id}/signups").status_code == 403
    assert ask("GET", "/me/signups").status_code == 200
    assert client.post(f"{API}/shifts/{shift.id}/signups").status_code == 401
    assert client.get(f"{API}/me/signups").status_code == 401


def test_joining_by_the_api_takes_few_statements(world, speaks, shift, queries):
    ask = speaks(world.volunteer)
    ask("GET", "/me/signups")  # notes once a day that the token is used
    queries.clear()
    assert ask("POST", f"/shifts/{shift.id}/signups").status_code == 201
    posting = ("INSERT INTO message", "select clock_timestamp()")
    others = [statement for statement in queries if not statement.startswith(posting)]
    # who asks, the person, held, what decides, the place, the wishes
    assert len(others) <= 6, others


def test_the_list_takes_one_statement(world, client, queries):
    with transaction():
        for _ in range(20):
            make_shift(world.community)
    queries.clear()
    assert len(client.get(f"{API}/shifts").json["items"]) == 20
    assert len(queries) == 1, queries

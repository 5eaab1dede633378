from datetime import timedelta

import pytest

from tests.factories.projects import make_project
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.tokens import make_token

DAY = timedelta(days=1)


@pytest.fixture
def ask(app, world):
    """Speak to the API as somebody."""

    def ask(person, method, path, **more):
        now = utc_now()
        with transaction():
            token = make_token(
                person=person, name="t", scopes=["read", "write"], expires_at=now + DAY, now=now
            )
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)

    return ask


PLAN = {
    "title": "共享集市",
    "place": "ganjiaxiang",
    "starts_at": "2030-12-05T08:00:00+08:00",
    "ends_at": "2030-12-05T12:30:00+08:00",
}


def test_a_program_plans_an_activity_once(world, ask):
    with transaction():
        make_project(world.community, slug="market")
    key = {"Idempotency-Key": "market-1"}
    plan = PLAN | {"project": "market", "description": "带来，带走。"}
    first, again = (
        ask(world.coordinator, "POST", "/activities", json=plan, headers=key) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert db.session.query(Activity).count() == 1
    same = ask(world.coordinator, "GET", f"/activities/{first.json['id']}")
    assert same.json == first.json
    assert first.json["starts_at"] == PLAN["starts_at"]
    assert (first.json["place"], first.json["project"]) == ("ganjiaxiang", "market")
    assert ask(world.stranger, "GET", f"/activities/{first.json['id']}").status_code == 404


@pytest.mark.parametrize(
    ("who", "changes", "status", "fields"),
    [
        ("grid_worker", {}, 201, set()),
        ("volunteer", {}, 403, set()),
        ("supervisor", {}, 403, set()),
        ("administrator", {}, 403, set()),
        ("stranger", {}, 404, set()),
        ("coordinator", {"place": "zhangjiayuan"}, 404, set()),
        ("coordinator", {"place": "nowhere"}, 422, {"place"}),
        ("coordinator", {"project": "nothing"}, 422, {"project"}),
        ("coordinator", {"ends_at": PLAN["starts_at"]}, 422, {"ends_at"}),
        ("coordinator", {"title": "", "starts_at": "soon"}, 422, {"title", "starts_at"}),
    ],
)
def test_who_may_plan_what(world, ask, who, changes, status, fields):
    answer = ask(getattr(world, who), "POST", "/activities", json=PLAN | changes)
    assert answer.status_code == status
    assert {error["field"] for error in answer.json.get("errors") or ()} == fields

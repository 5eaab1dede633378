from datetime import timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.tokens import make_token

DAY = timedelta(days=1)
ROLES = (
    "visitor",
    "volunteer",
    "grid_worker",
    "partner_contact",
    "community_coordinator",
    "subdistrict_supervisor",
    "administrator",
    "stranger",
)
ONLY_COORDINATOR = (302, 403, 403, 403, 200, 403, 403, 404)
ROUTES = [
    ("GET", "/activities/new", (302, 403, 200, 403, 200, 403, 403, 200)),
    ("POST", "/activities/new", (302, 403, 422, 403, 422, 403, 403, 422)),
    ("GET", "/activities/{draft}/edit", ONLY_COORDINATOR),
    ("POST", "/activities/{draft}/edit", (302, 403, 403, 403, 422, 403, 403, 404)),
    ("POST", "/activities/{draft}/publish", (302, 403, 403, 403, 303, 403, 403, 404)),
    ("GET", "/api/v1/activities/{public}", (200,) * 8),
]
CASES = [
    pytest.param(method, path, role, status, id=f"{method} {path} {role}")
    for method, path, statuses in ROUTES
    for role, status in zip(ROLES, statuses, strict=True)
]


@pytest.fixture
def draft(world):
    with transaction():
        return make_activity(world.community, state="draft")


def written(world, **more):
    return {
        "title_zh": "共享集市",
        "title_en": "Sharing Market",
        "place": str(world.community.id),
        "project": "0",
        "starts_at": "2030-12-05T08:00",
        "ends_at": "2030-12-05T12:30",
        "description_zh": "带来，带走。",
        **more,
    }


@pytest.mark.parametrize(("method", "path", "role", "status"), CASES)
def test_route(world, draft, as_person, method, path, role, status):
    with transaction():
        public = make_activity(world.community)
    person = world.stranger if role == "stranger" else world.roles()[role]
    target = path.format(draft=draft.id, public=public.id)
    assert as_person(person).open(target, method=method).status_code == status


def test_a_coordinator_plans_edits_and_publishes(world, as_person):
    staff = as_person(world.coordinator)
    with transaction():
        project = make_project(world.community)
    answer = staff.post("/activities/new", data=written(world, project=str(project.id)))
    assert answer.status_code == 303
    activity = db.session.query(Activity).one()
    assert answer.location == f"/activities/{activity.id}"
    assert (activity.state, activity.project_id) == ("draft", project.id)
    assert activity.starts_at.isoformat() == "2030-12-05T00:00:00+00:00"
    page = staff.get(f"/activities/{activity.id}/edit").text
    assert 'value="2030-12-05T08:00"' in page
    assert f'<option selected value="{project.id}">' in page
    staff.post(f"/activities/{activity.id}/edit", data=written(world, title_zh="夜校"))
    staff.post(f"/activities/{activity.id}/publish")
    db.session.expire_all()
    assert (activity.title_zh, activity.project_id, activity.state) == ("夜校", None, "published")
    answer = staff.post(f"/activities/{activity.id}/publish", follow_redirects=True)
    assert "This step is not open to the activity" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_zh": " "}, "Please fill this in."),
        ({"ends_at": "2030-12-05T08:00"}, "The end must be after the start."),
        ({"starts_at": ""}, "Please fill this in."),
        ({"place": "999999"}, "alert-err"),
        ({"project": "999999"}, "alert-err"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(world, draft, as_person, changes, said):
    staff = as_person(world.coordinator)
    for page in ("/activities/new", f"/activities/{draft.id}/edit"):
        answer = staff.post(page, data=written(world, description_en="Kept") | changes)
        assert answer.status_code == 422
        assert said in answer.text
        assert "Kept" in answer.text
    assert db.session.query(Activity).count() == 1


def test_a_place_outside_the_scope_is_no_choice(world, draft, as_person):
    staff = as_person(world.coordinator)
    elsewhere = written(world, place=str(world.elsewhere.id))
    assert staff.post("/activities/new", data=elsewhere).status_code == 422
    assert staff.post(f"/activities/{draft.id}/edit", data=elsewhere).status_code == 422


def test_a_cancelled_activity_is_not_edited(world, as_person):
    with transaction():
        gone = make_activity(world.community, state="cancelled", reason="大风")
    staff = as_person(world.coordinator)
    page = f"/activities/{gone.id}/edit"
    answer = staff.post(page, data=written(world), follow_redirects=True)
    assert "This activity was cancelled; nothing can be changed about it." in answer.text


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

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message

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
def told(app):
    """List to whom letters of a kind are pending."""

    def told(kind):
        found = select(Message.recipient_id).filter_by(kind=kind, state="pending", channel="email")
        return list(db.session.scalars(found))

    return told


@pytest.mark.parametrize(("ticked", "news"), [({"announce": "y"}, 1), ({}, 0)])
def test_who_signed_up_is_told_of_new_words_if_staff_want_it(world, as_person, told, ticked, news):
    soon = utc_now().replace(microsecond=0) + DAY
    with transaction():
        activity = make_activity(world.community, starts_at=soon)
        shift = make_shift(world.community, activity=activity)
        make_signup(shift, world.volunteer)
    staff = as_person(world.coordinator)
    for path, box in [(f"/activities/{activity.id}/edit", 1), (f"/shifts/{shift.id}/edit", 1)]:
        assert staff.get(path).text.count('name="announce"') == box
    words = written(world, title_zh="春天集市", **ticked)
    answer = staff.post(f"/activities/{activity.id}/edit", data=words, follow_redirects=True)
    assert ("1 person is told." in answer.text) is bool(news)
    assert told("activity-changed") == [world.volunteer.id] * news
    at = shift.starts_at.astimezone(ZoneInfo("Asia/Shanghai"))
    until = shift.ends_at.astimezone(ZoneInfo("Asia/Shanghai"))
    shape = {
        "title_zh": "引导与签到",
        "place": str(world.community.id),
        "starts_at": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "ends_at": until.strftime("%Y-%m-%dT%H:%M:%S"),
        "minimum": "0",
        "capacity": "5",
        "risk_notice_zh": "地面有冰，请慢走。",
    }
    assert staff.post(f"/shifts/{shift.id}/edit", data=shape | ticked).status_code == 303
    assert told("shift-changed") == [world.volunteer.id] * news

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from volunteer_hub.activities import actions
from volunteer_hub.activities.queries import activities as queries
from volunteer_hub.activities.rules import life as rules
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction, violated
from volunteer_hub.foundation.refusal import BrokenInput, NotFound

DAY = timedelta(days=1)


@pytest.fixture
def now():
    return utc_now()


def create(world, now, **more):
    facts = {
        "place": world.community,
        "project": None,
        "title_zh": "共享集市",
        "starts_at": now + DAY,
        "ends_at": now + 2 * DAY,
        "created_by": world.coordinator.id,
        "now": now,
    }
    with transaction():
        return actions.create_activity(**(facts | more))


def test_an_activity_lives_from_draft_to_published_to_cancelled(world, now):
    activity = create(world, now, title_en="Market", description_zh="带来，带走。")
    assert (activity.state, activity.title_en, activity.created_at) == ("draft", "Market", now)
    with transaction():
        actions.publish_activity(activity=activity, now=now)
    assert activity.state == "published"
    with transaction():
        actions.cancel_activity(activity=activity, reason=" 大风 ", now=now)
    assert (activity.state, activity.reason) == ("cancelled", "大风")


@pytest.mark.parametrize("state", ["published", "cancelled"])
def test_only_a_draft_is_published(world, now, state):
    with transaction():
        activity = make_activity(world.community, state=state, reason="大风")
    with pytest.raises(rules.ActivityStepIsForbidden), transaction():
        actions.publish_activity(activity=activity, now=now)


def test_what_was_cancelled_stays_as_it_is(world, now):
    with transaction():
        activity = make_activity(world.community, state="cancelled", reason="大风")
    with pytest.raises(rules.ActivityStepIsForbidden), transaction():
        actions.cancel_activity(activity=activity, reason="再说一次", now=now)
    with pytest.raises(rules.ActivityIsCancelled):
        edit(activity, world, now)


def edit(activity, world, now, **more):
    facts = {
        "activity": activity,
        "place": world.neighbour,
        "project": None,
        "title_zh": "夜校",
        "starts_at": now + 3 * DAY,
        "ends_at": now + 4 * DAY,
    }
    with transaction():
        actions.edit_activity(**(facts | more))


def test_everything_may_be_written_anew(world, now):
    with transaction():
        activity = make_activity(world.community)
        project = make_project(world.neighbour)
    edit(activity, world, now, project=project, title_en=None, description_en="Evenings.")
    db.session.expire_all()
    found = queries.get_activity(activity.id)
    assert (found.title_zh, found.title_en, found.description_en) == ("夜校", None, "Evenings.")
    assert (found.place.code, found.project.id) == ("xibeixincun", project.id)
    assert found.span == (now + 3 * DAY, now + 4 * DAY)


def test_an_end_before_the_start_is_refused(world, now):
    with pytest.raises(BrokenInput):
        create(world, now, ends_at=now + DAY)
    with transaction():
        activity = make_activity(world.community)
    with pytest.raises(BrokenInput):
        edit(activity, world, now, ends_at=now)


@pytest.mark.parametrize(
    "act",
    [actions.publish_activity, partial(actions.cancel_activity, reason="大风")],
    ids=["publish", "cancel"],
)
def test_what_has_been_is_neither_announced_nor_called_off(world, now, act):
    with transaction():
        activity = make_activity(world.community, state="draft", starts_at=now - 2 * DAY)
    with pytest.raises(rules.ActivityIsOver), transaction():
        act(activity=activity, now=now)


def test_the_database_wants_a_reason_too(world):
    with pytest.raises(IntegrityError) as refused, transaction():
        make_activity(world.community, state="cancelled", reason="")
    assert violated(refused.value) == "ck_activity_cancelled_says_why"


def test_staff_work_is_written_down(world, now):
    activity = create(world, now)
    edit(activity, world, now, place=world.community)
    with transaction():
        actions.publish_activity(activity=activity, now=now)
        actions.cancel_activity(activity=activity, reason="大风", now=now)
    found = db.session.execute(
        db.text("select verb, place_path from audit_entry where thing = :thing order by id"),
        {"thing": f"activity:{activity.id}"},
    )
    path = world.community.path
    verbs = ("created", "edited", "published", "cancelled")
    assert [tuple(row) for row in found] == [(verb, path) for verb in verbs]


def test_what_is_found(world, now):
    with transaction():
        activity = make_activity(world.community, title_zh="夜校")
    assert queries.find_by_title("夜校", activity.starts_at) == activity
    assert queries.find_by_title("夜校", activity.starts_at + DAY) is None
    assert queries.find_site("ganjiaxiang") == world.community
    assert queries.find_site("nowhere") is None
    with pytest.raises(NotFound):
        queries.get_activity(activity.id + 1000)


def test_projects_that_may_be_chosen(world):
    with transaction():
        here = make_project(world.community)
        make_project(world.community, state="draft")
        far = make_project(world.elsewhere)
    assert list(queries.list_projects_within([world.subdistrict.path])) == [here]
    assert set(queries.list_published_projects()) == {here, far}
    assert queries.find_published_project(here.slug) == here
    assert queries.find_published_project("nothing") is None

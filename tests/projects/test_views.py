from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.projects import make_project
from tests.world import World
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day
from volunteer_hub.projects import queries as asked
from volunteer_hub.projects.actions import add_indicator, add_milestone
from volunteer_hub.projects.models import Indicator, Milestone, Project

SignIn = Callable[..., FlaskClient]
PLAN = {
    "title_zh": "银龄守护",
    "title_en": "Silver Guard",
    "beneficiary_group": "elderly",
    "goal_zh": "陪独居老人看病",
    "story_zh": "社区里有 86 位独居老人。",
    "starts_on": "2026-05-01",
    "ends_on": "2026-12-31",
}


@pytest.fixture
def draft(world: World) -> Project:
    with transaction():
        return make_project(world.community, slug="draft", title_en="Hidden draft", state="draft")


@pytest.fixture
def project(world: World) -> Project:
    with transaction():
        return make_project(world.community, slug="silver", title_en="Silver Guard")


@pytest.fixture
def parts(project: Project) -> tuple[Indicator, Milestone]:
    with transaction():
        return (
            add_indicator(project=project, name_zh="服务", unit_zh="人次", target=6000),
            add_milestone(project=project, title_zh="签约", due_on=date(2026, 5, 6)),
        )


def again(project: Project) -> Project:
    db.session.expire_all()
    return asked.get_whole(project.slug)


def person(world: World, role: str) -> Any:
    return (world.roles() | {"stranger": world.stranger})[role]


ROLES = [*policy.ROLES, policy.VISITOR, "stranger"]


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_list_and_staff_their_drafts(
    world: World, as_person: SignIn, project, draft, role: str
) -> None:
    answer = as_person(person(world, role)).get("/projects")
    assert answer.status_code == 200
    assert "Silver Guard" in answer.text
    sees_drafts = role in (policy.GRID_WORKER, policy.COORDINATOR, policy.SUPERVISOR)
    assert ("Hidden draft" in answer.text) is sees_drafts
    may_create = role in (policy.COORDINATOR, "stranger")
    assert ("/projects/new" in answer.text) is may_create


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/projects/new", {policy.COORDINATOR: 200, "stranger": 200}),
        ("/projects/silver/edit", {policy.COORDINATOR: 200, "stranger": 404}),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_open_the_forms(
    world: World, as_person: SignIn, project, role: str, address: str, status: dict[str, int]
) -> None:
    answer = as_person(person(world, role)).get(address)
    assert answer.status_code == status.get(role, 302 if role == policy.VISITOR else 403)


@pytest.mark.parametrize(
    "address",
    [
        "/projects",
        "/projects/silver/edit",
        "/projects/silver/publish",
        "/projects/silver/close",
        "/projects/silver/indicators",
        "/projects/silver/indicators/{indicator}/remove",
        "/projects/silver/milestones",
        "/projects/silver/milestones/{milestone}/reached",
        "/projects/silver/milestones/{milestone}/remove",
    ],
)
@pytest.mark.parametrize("role", [role for role in ROLES if role != policy.COORDINATOR])
def test_nobody_else_changes_anything(
    world: World, as_person: SignIn, project, parts, role: str, address: str
) -> None:
    indicator, milestone = parts
    address = address.format(indicator=indicator.id, milestone=milestone.id)
    given = PLAN | {"place": world.community.id, "reached_on": "2026-05-06"}
    answer = as_person(person(world, role)).post(address, data=given)
    expected = {policy.VISITOR: 302, "stranger": 404}.get(role, 403)
    if role == "stranger" and address == "/projects":
        expected = 422  # the community is not among the stranger's choices
    assert answer.status_code == expected
    after = again(project)
    assert (after.title_en, after.state) == ("Silver Guard", "published")
    assert [len(after.indicators), len(after.milestones)] == [1, 1]
    assert after.milestones[0].reached_on is None
    assert len(asked.list_projects(drafts_below=["/"]).items) == 1


def test_a_coordinator_sets_up_a_draft(world: World, as_person: SignIn) -> None:
    answer = as_person(world.coordinator).post(
        "/projects", data=PLAN | {"place": world.community.id}
    )
    assert (answer.status_code, answer.location) == (303, "/projects/yin-ling-shou-hu/edit")
    project = asked.get_by_slug("yin-ling-shou-hu")
    assert (project.state, project.place_id) == ("draft", world.community.id)
    assert (project.starts_on, project.goal_en) == (date(2026, 5, 1), None)


def test_what_was_typed_stays_when_it_is_not_accepted(world: World, as_person: SignIn) -> None:
    given = PLAN | {"place": world.community.id, "title_zh": " ", "ends_on": "2026-05-01"}
    answer = as_person(world.coordinator).post("/projects", data=given)
    assert answer.status_code == 422
    assert "社区里有 86 位独居老人。" in answer.text
    assert "Please fill this in." in answer.text
    assert "The last day must be after the first." in answer.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("place=ganjiaxiang", {"Here"}),
        ("place=baiyin", {"Here", "Over"}),
        ("state=closed", {"Over"}),
        ("group=women", {"Over"}),
        ("group=women&place=ganjiaxiang", set()),
    ],
)
def test_filters_narrow_the_list(world: World, client, as_person, query, shown) -> None:
    with transaction():
        make_project(world.community, title_en="Here")
        make_project(world.neighbour, title_en="Over", state="closed", beneficiary_group="women")
        make_project(world.elsewhere, title_en="Far")
    answer = as_person(None).get(f"/projects?{query}")
    assert {title for title in ("Here", "Over", "Far") if f">{title}</a>" in answer.text} == shown
    if not shown:
        assert "No project fits these filters" in answer.text


def test_an_unknown_place_is_not_found(world: World, client: FlaskClient) -> None:
    assert client.get("/projects?place=nowhere").status_code == 404


def test_the_list_is_paged_and_keeps_its_filters(world: World, as_person: SignIn) -> None:
    with transaction():
        for number in range(23):
            make_project(world.community, title_en=f"Number {number:02d}.")
    first = as_person(None).get("/projects?place=ganjiaxiang").text
    assert "Number 22." in first
    assert "Number 02." not in first
    link = first.split('class="pager"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "place=ganjiaxiang" in link
    second = as_person(None).get(link).text
    assert "Number 02." in second
    assert "Number 03." not in second


def test_the_list_costs_the_same_however_long_it_is(
    world: World, as_person: SignIn, queries: list[str]
) -> None:
    counts = []
    for number in (1, 15):
        with transaction():
            for _ in range(number):
                make_project(world.neighbour)
        db.session.expire_all()
        queries.clear()
        assert as_person(None).get("/projects").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_a_coordinator_edits_publishes_and_closes(world: World, as_person: SignIn, draft) -> None:
    browser = as_person(world.coordinator)
    given = PLAN | {"place": world.community.id}
    assert browser.post("/projects/draft/edit", data=given).status_code == 303
    assert again(draft).title_zh == "银龄守护"
    assert browser.post("/projects/draft/publish").location == "/projects/draft/edit"
    assert again(draft).state == "published"
    page = browser.get("/projects/draft/edit").text
    assert "Everybody can read it now." in page
    assert 'name="place"' not in page
    assert browser.post("/projects/draft/close").status_code == 303
    assert again(draft).state == "closed"
    assert 'name="title_zh"' not in browser.get("/projects/draft/edit").text


def test_an_incomplete_draft_says_what_is_missing(world: World, as_person: SignIn, draft) -> None:
    browser = as_person(world.coordinator)
    given = PLAN | {"place": world.community.id, "goal_zh": ""}
    assert browser.post("/projects/draft/edit", data=given).status_code == 303
    browser.post("/projects/draft/publish")
    assert "A public project needs a goal" in browser.get("/projects/draft/edit").text
    assert again(draft).state == "draft"


def test_a_public_project_keeps_its_goal_and_what_was_typed(
    world: World, as_person: SignIn, project
) -> None:
    answer = as_person(world.coordinator).post(
        "/projects/silver/edit", data=PLAN | {"goal_zh": "", "title_en": "Typed anew"}
    )
    assert answer.status_code == 409
    assert "A public project needs a goal" in answer.text
    assert 'value="Typed anew"' in answer.text
    assert again(project).goal_zh == "目标"


def test_a_draft_is_not_moved_beyond_ones_places(world: World, as_person: SignIn, draft) -> None:
    answer = as_person(world.coordinator).post(
        "/projects/draft/edit", data=PLAN | {"place": world.elsewhere.id}
    )
    assert answer.status_code == 422
    assert again(draft).place_id == world.community.id


def test_targets_and_steps_come_and_go(world: World, as_person: SignIn, project) -> None:
    browser = as_person(world.coordinator)
    target = {"name_zh": "服务", "unit_zh": "人次", "target": "6,000.5"}
    step = {"title_zh": "签约", "due_on": "2026-05-06"}
    for part, given in (("indicator", target), ("milestone", step)):
        sent = {f"{part}-{name}": value for name, value in given.items()}
        assert browser.post(f"/projects/silver/{part}s", data=sent).status_code == 303
        missing = browser.post(f"/projects/silver/{part}s", data={})
        assert missing.status_code == 422
        assert "Please fill this in." in missing.text
    whole = again(project)
    assert float(whole.indicators[0].target) == 6000.5
    ids = whole.indicators[0].id, whole.milestones[0].id
    browser.post(f"/projects/silver/indicators/{ids[0]}/remove")
    browser.post(f"/projects/silver/milestones/{ids[1]}/remove")
    whole = again(project)
    assert (whole.indicators, whole.milestones) == ([], [])


@pytest.mark.parametrize("ahead", [0, 1])
def test_a_step_is_reached_today_but_not_tomorrow(
    world: World, as_person: SignIn, project, parts, ahead: int
) -> None:
    day = local_day(utc_now()) + timedelta(days=ahead)
    browser = as_person(world.coordinator)
    address = f"/projects/silver/milestones/{parts[1].id}/reached"
    assert browser.post(address, data={"reached_on": day.isoformat()}).status_code == 303
    page = browser.get("/projects/silver/edit").text
    assert again(project).milestones[0].reached_on == (None if ahead else day)
    assert ("This day has not come yet." in page) is bool(ahead)


def test_parts_of_another_project_are_not_found(world: World, as_person: SignIn, parts) -> None:
    with transaction():
        make_project(world.community, slug="other")
    browser = as_person(world.coordinator)
    assert browser.post(f"/projects/other/indicators/{parts[0].id}/remove").status_code == 404
    assert browser.post(f"/projects/other/milestones/{parts[1].id}/remove").status_code == 404

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.places import make_place
from tests.factories.projects import make_project
from tests.world import World
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.places.queries import get_by_code
from volunteer_hub.projects import actions, queries, rules
from volunteer_hub.projects.models import Project

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
PLAN: dict[str, Any] = {
    "title_zh": "银龄守护",
    "goal_zh": "陪独居老人看病、买菜、说说话。",
    "story_zh": "社区里有 86 位独居老人。",
    "beneficiary_group": "elderly",
    "starts_on": date(2026, 5, 1),
    "ends_on": date(2026, 12, 31),
}


def create(world: World, **more: Any) -> Project:
    with transaction():
        return actions.create_project(
            place=world.community, created_by=world.coordinator.id, now=NOW, **(PLAN | more)
        )


def verbs(project: Project) -> list[str]:
    found = select(AuditEntry.verb).where(AuditEntry.thing == f"project:{project.id}")
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def test_a_new_project_is_a_draft_with_a_word_in_pinyin(world: World) -> None:
    project = create(world)
    assert (project.state, project.slug) == ("draft", "yin-ling-shou-hu")
    assert project.created_by == world.coordinator.id
    assert verbs(project) == ["created"]


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("银龄守护", ["yin-ling-shou-hu", "yin-ling-shou-hu-2", "yin-ling-shou-hu-3"]),
        ("2026 ABC计划！", ["2026-abc-ji-hua", "2026-abc-ji-hua-2"]),
        ("New", ["new-2", "new-3"]),
        ("！？", ["project", "project-2"]),
        ("邻" * 30, ["-".join(["lin"] * 15)]),
    ],
)
def test_every_project_has_a_word_of_its_own(world: World, title: str, slugs: list[str]) -> None:
    assert [create(world, title_zh=title).slug for _ in slugs] == slugs


def test_a_word_of_choice_is_taken_when_it_is_free(world: World) -> None:
    assert [create(world, slug="silver").slug for _ in range(2)] == ["silver", "silver-2"]


def test_two_projects_of_one_title_at_the_same_moment(committed: Flask) -> None:
    with transaction():
        make_place("ganjiaxiang")
    start, slugs = Barrier(6), []

    def create_one() -> None:
        with committed.app_context():
            start.wait()
            place = get_by_code("ganjiaxiang")
            with transaction():
                project = actions.create_project(place=place, created_by=None, now=NOW, **PLAN)
            slugs.append(project.slug)

    threads = [Thread(target=create_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slugs) == ["yin-ling-shou-hu", *(f"yin-ling-shou-hu-{n}" for n in range(2, 7))]


def test_a_project_that_runs_backwards_is_not_set_up(world: World) -> None:
    with pytest.raises(rules.ProjectEndsBeforeItStarts):
        create(world, ends_on=date(2026, 4, 30))


def test_a_household_has_no_project(world: World) -> None:
    with transaction():
        home = make_place("home-501", kind="household", parent=world.community)
    with pytest.raises(rules.PlaceIsTooSmall), transaction():
        actions.create_project(place=home, created_by=None, now=NOW, **PLAN)
    draft = create(world)
    with pytest.raises(rules.PlaceIsTooSmall), transaction():
        actions.edit_project(project=draft, place=home, **PLAN)


def test_a_project_lives_from_draft_to_closed(world: World) -> None:
    project = create(world)
    with pytest.raises(rules.ProjectIsNotPublished), transaction():
        actions.close_project(project=project, now=NOW)
    with transaction():
        actions.publish_project(project=project, now=NOW)
    assert (project.state, project.published_at) == ("published", NOW)
    with pytest.raises(rules.ProjectIsNoDraft), transaction():
        actions.publish_project(project=project, now=NOW)
    with transaction():
        actions.close_project(project=project, now=NOW)
    assert (project.state, project.closed_at) == ("closed", NOW)
    for again in (actions.publish_project, actions.close_project):
        with pytest.raises((rules.ProjectIsNoDraft, rules.ProjectIsClosed)), transaction():
            again(project=project, now=NOW)
    assert verbs(project) == ["created", "published", "closed"]


@pytest.mark.parametrize("missing", ["goal_zh", "story_zh", "starts_on", "ends_on"])
def test_an_incomplete_draft_is_not_published(world: World, missing: str) -> None:
    project = create(world, **{missing: "" if missing.endswith("zh") else None})
    with pytest.raises(rules.ProjectIsIncomplete), transaction():
        actions.publish_project(project=project, now=NOW)
    assert queries.get_project(project.id).state == "draft"


def test_a_draft_may_be_edited_and_moved(world: World) -> None:
    project = create(world)
    with transaction():
        actions.edit_project(
            project=project, place=world.neighbour, **(PLAN | {"title_zh": "夕阳红", "goal_zh": ""})
        )
    project = queries.get_project(project.id)
    assert (project.title_zh, project.goal_zh) == ("夕阳红", "")
    assert project.place_id == world.neighbour.id
    assert project.slug == "yin-ling-shou-hu"
    assert verbs(project) == ["created", "edited"]


@pytest.mark.parametrize(
    ("state", "place", "changes", "refusal"),
    [
        ("published", "community", {"title_zh": "新名字"}, None),
        ("published", "neighbour", {}, rules.PlaceIsFixed),
        ("published", "community", {"goal_zh": ""}, rules.ProjectIsIncomplete),
        ("published", "community", {"ends_on": None}, rules.ProjectIsIncomplete),
        ("published", "community", {"ends_on": PLAN["starts_on"]}, rules.ProjectEndsBeforeItStarts),
        ("closed", "community", {"title_zh": "新名字"}, rules.ProjectIsClosed),
    ],
)
def test_what_may_still_be_edited(world: World, state, place, changes, refusal) -> None:
    with transaction():
        project = make_project(world.community, state=state)
    before = project.title_zh
    plan = PLAN | changes
    if refusal is None:
        with transaction():
            actions.edit_project(project=project, place=getattr(world, place), **plan)
        assert queries.get_project(project.id).title_zh == plan["title_zh"]
    else:
        with pytest.raises(refusal), transaction():
            actions.edit_project(project=project, place=getattr(world, place), **plan)
        db.session.expire_all()
        assert queries.get_project(project.id).title_zh == before


def test_indicators_are_promised_and_taken_back(world: World) -> None:
    project = create(world)
    with transaction():
        kept = actions.add_indicator(
            project=project, name_zh="服务", unit_zh="人次", target=Decimal("9230.50")
        )
        wrong = actions.add_indicator(project=project, name_zh="错", unit_zh="人", target=1)
    with transaction():
        actions.remove_indicator(indicator=wrong)
    assert [i.id for i in queries.get_whole(project.slug).indicators] == [kept.id]
    assert kept.target == Decimal("9230.50")
    assert verbs(project) == ["created", "promised", "promised", "took-back"]


@pytest.mark.parametrize("target", [0, -1, Decimal("0.00")])
def test_a_target_of_nothing_is_refused(world: World, target: Decimal | int) -> None:
    project = create(world)
    with pytest.raises(rules.TargetIsNotPositive), transaction():
        actions.add_indicator(project=project, name_zh="服务", unit_zh="人次", target=target)


def test_milestones_stand_in_order_and_are_reached_once(world: World) -> None:
    with transaction():
        project = make_project(world.community)
        last = actions.add_milestone(project=project, title_zh="结项", due_on=date(2026, 12, 1))
        first = actions.add_milestone(project=project, title_zh="签约", due_on=date(2026, 5, 6))
    assert [m.id for m in queries.get_whole(project.slug).milestones] == [first.id, last.id]
    with transaction():
        actions.reach_milestone(milestone=first, on=date(2026, 5, 7))
    assert first.reached_on == date(2026, 5, 7)
    with pytest.raises(rules.MilestoneWasReached), transaction():
        actions.reach_milestone(milestone=first, on=date(2026, 5, 8))
    with pytest.raises(rules.MilestoneWasReached), transaction():
        actions.remove_milestone(milestone=first)
    with transaction():
        actions.remove_milestone(milestone=last)
    assert [m.id for m in queries.get_whole(project.slug).milestones] == [first.id]


def test_a_step_of_a_draft_is_not_reached(world: World) -> None:
    project = create(world)
    with transaction():
        step = actions.add_milestone(project=project, title_zh="签约", due_on=date(2026, 5, 5))
    with pytest.raises(rules.ProjectIsNotPublished), transaction():
        actions.reach_milestone(milestone=step, on=date(2026, 5, 5))


def test_nothing_is_added_to_a_closed_project(world: World) -> None:
    with transaction():
        project = make_project(world.community)
        step = actions.add_milestone(project=project, title_zh="签约", due_on=date(2026, 5, 5))
        promise = actions.add_indicator(project=project, name_zh="服务", unit_zh="人次", target=1)
        actions.close_project(project=project, now=NOW)
    for act in (
        lambda: actions.add_indicator(project=project, name_zh="服务", unit_zh="人次", target=1),
        lambda: actions.remove_indicator(indicator=promise),
        lambda: actions.add_milestone(project=project, title_zh="结项", due_on=date(2026, 6, 1)),
        lambda: actions.reach_milestone(milestone=step, on=date(2026, 5, 5)),
        lambda: actions.remove_milestone(milestone=step),
    ):
        with pytest.raises(rules.ProjectIsClosed), transaction():
            act()

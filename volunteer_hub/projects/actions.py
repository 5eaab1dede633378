"""What can be done with a project: set up, edit, publish, close; promise and reach."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Unpack

from pypinyin import lazy_pinyin
from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.places.models import Place
from volunteer_hub.projects import queries, rules
from volunteer_hub.projects.models import Indicator, Milestone, Plan, Project

LONGEST_STEM = 60
RESERVED = frozenset({"new"})  # words that are pages of their own below /projects


def create_project(
    *,
    place: Place,
    created_by: int | None,
    now: datetime,
    slug: str | None = None,
    **plan: Unpack[Plan],
) -> Project:
    """Set up a draft.  The word in its address is made from the title, if none is given, and stays.

    :raises PlaceIsTooSmall: if the place is narrower than a compound
    :raises ProjectEndsBeforeItStarts: if the last day is not after the first
    """
    rules.ensure_wide_enough(place.kind)
    project = Project(place=place, created_by=created_by, created_at=now, **plan)
    rules.ensure_ends_after_it_starts(project.starts_on, project.ends_on)
    _store_with_slug(project, slug or _spell(project.title_zh))
    _record("created", project, actor_id=created_by)
    return project


def edit_project(*, project: Project, place: Place, **plan: Unpack[Plan]) -> None:
    """Write anew what a draft or a published project says of itself.

    :raises ProjectIsClosed: once it is over
    :raises PlaceIsFixed: if it is public and would move
    :raises PlaceIsTooSmall: if it would move to a place narrower than a compound
    :raises ProjectIsIncomplete: if it is public and would lose what must be said
    :raises ProjectEndsBeforeItStarts: if the last day is not after the first
    """
    project = queries.lock_project(project.id)
    rules.ensure_open(project.state)
    if place.id != project.place_id:
        rules.ensure_may_move(project.state)
        rules.ensure_wide_enough(place.kind)
        project.place = place
    for name, value in plan.items():
        setattr(project, name, value)
    rules.ensure_ends_after_it_starts(project.starts_on, project.ends_on)
    if project.state != "draft":
        _ensure_complete(project)
    _record("edited", project)


def publish_project(*, project: Project, now: datetime) -> None:
    """Show a complete draft to everybody.

    :raises ProjectIsNoDraft: if it has been published before
    :raises ProjectIsIncomplete: if its goal, story or dates are missing
    """
    project = queries.lock_project(project.id)
    rules.ensure_is_draft(project.state)
    _ensure_complete(project)
    project.state, project.published_at = "published", now
    _record("published", project)


def close_project(*, project: Project, now: datetime) -> None:
    """End a published project; it stays readable and nothing is added to it.

    :raises ProjectIsNotPublished: while it is a draft
    :raises ProjectIsClosed: if it is over already
    """
    project = queries.lock_project(project.id)
    rules.ensure_running(project.state)
    project.state, project.closed_at = "closed", now
    _record("closed", project)


def add_indicator(
    *,
    project: Project,
    name_zh: str,
    unit_zh: str,
    target: Decimal | int,
    name_en: str | None = None,
    unit_en: str | None = None,
    measure: str | None = None,
) -> Indicator:
    """Promise a number with its unit.

    :raises ProjectIsClosed: once it is over
    :raises TargetIsNotPositive: if nothing is promised
    """
    project = queries.lock_project(project.id)
    rules.ensure_open(project.state)
    if target <= 0:
        raise rules.TargetIsNotPositive
    indicator = Indicator(
        project_id=project.id,
        name_zh=name_zh,
        name_en=name_en,
        unit_zh=unit_zh,
        unit_en=unit_en,
        target=Decimal(target),
        measure=measure,
    )
    db.session.add(indicator)
    db.session.flush()
    _record("promised", project, indicator=indicator.id)
    return indicator


def remove_indicator(*, indicator: Indicator) -> None:
    """Take back an indicator that was written by mistake.

    :raises ProjectIsClosed: once the project is over
    """
    project = queries.lock_project(indicator.project_id)
    rules.ensure_open(project.state)
    db.session.delete(indicator)
    _record("took-back", project, indicator=indicator.id)


def add_milestone(
    *, project: Project, title_zh: str, due_on: date, title_en: str | None = None
) -> Milestone:
    """Plan a step.

    :raises ProjectIsClosed: once it is over
    """
    project = queries.lock_project(project.id)
    rules.ensure_open(project.state)
    milestone = Milestone(
        project_id=project.id, title_zh=title_zh, title_en=title_en, due_on=due_on
    )
    db.session.add(milestone)
    db.session.flush()
    _record("planned", project, milestone=milestone.id)
    return milestone


def reach_milestone(*, milestone: Milestone, on: date) -> None:
    """Say on which day a step was reached.

    :raises ProjectIsNotPublished: while the project is a draft
    :raises ProjectIsClosed: once it is over
    :raises MilestoneWasReached: if it was before
    """
    project = queries.lock_project(milestone.project_id)
    rules.ensure_running(project.state)
    rules.ensure_not_reached(queries.get_milestone(project, milestone.id).reached_on)
    milestone.reached_on = on
    _record("reached", project, milestone=milestone.id, on=on.isoformat())


def remove_milestone(*, milestone: Milestone) -> None:
    """Take back a step that was planned by mistake.

    :raises ProjectIsClosed: once the project is over
    :raises MilestoneWasReached: what was reached stays
    """
    project = queries.lock_project(milestone.project_id)
    rules.ensure_open(project.state)
    rules.ensure_not_reached(queries.get_milestone(project, milestone.id).reached_on)
    db.session.delete(milestone)
    _record("took-back", project, milestone=milestone.id)


def _ensure_complete(project: Project) -> None:
    rules.ensure_complete(
        goal=project.goal_zh,
        story=project.story_zh,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
    )


def _store_with_slug(project: Project, stem: str) -> None:
    while True:
        project.slug = _free_slug(stem, queries.list_slugs(stem) | RESERVED)
        try:
            with attempt():
                db.session.add(project)
        except IntegrityError as error:
            if violated(error) != "uq_project_slug":
                raise
        else:
            return  # otherwise somebody took the word a moment ago: the next one then


def _spell(title: str) -> str:
    """Write a title as pinyin with hyphens: 银龄守护 → yin-ling-shou-hu."""
    words = re.findall(r"[a-z0-9]+", "-".join(lazy_pinyin(title)).lower())
    return "-".join(words)[:LONGEST_STEM].strip("-") or "project"


def _free_slug(stem: str, taken: set[str]) -> str:
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _record(verb: str, project: Project, *, actor_id: int | None = None, **facts: object) -> None:
    place_path = project.place.path
    record(verb, f"project:{project.id}", place_path=place_path, actor_id=actor_id, **facts)

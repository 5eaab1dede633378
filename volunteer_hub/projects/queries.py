"""Every question the room asks the database."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.queries import below, within
from volunteer_hub.projects.models import Indicator, Milestone, Project

Thing = TypeVar("Thing")


def get_project(project_id: int) -> Project:
    """Read a project with its place.

    :raises NotFound: if there is none
    """
    return _one(_with_place().where(Project.id == project_id))


def get_by_slug(slug: str) -> Project:
    """Read a project with its place, by the word in its address.

    :raises NotFound: if there is none
    """
    return _one(_with_place().where(Project.slug == slug))


def get_whole(slug: str) -> Project:
    """Read a project with its place, its indicators and its milestones in order.

    :raises NotFound: if there is none
    """
    parts = selectinload(Project.indicators), selectinload(Project.milestones)
    found = _with_place().where(Project.slug == slug).options(*parts)
    return _one(found.execution_options(populate_existing=True))


def lock_project(project_id: int) -> Project:
    """Read a project as it is now, and keep others from changing it or its ledger meanwhile.

    :raises NotFound: if there is none
    """
    locked = _with_place().where(Project.id == project_id).with_for_update(of=Project)
    return _one(locked.execution_options(populate_existing=True))


def list_projects(
    *,
    below_path: str | None = None,
    state: str | None = None,
    beneficiary_group: str | None = None,
    drafts_below: Sequence[str] = (),
    after: str | None = None,
    limit: int = PAGE,
) -> Page[Project]:
    """List published and closed projects, the newest first.

    `below_path` is a place whose projects are wanted, `drafts_below` the places whose drafts may
    be seen as well.
    """
    shown = or_(Project.state != "draft", within(drafts_below))
    found = _with_place().join(Project.place).where(shown)
    if below_path:
        found = found.where(below(below_path))
    if state:
        found = found.where(Project.state == state)
    if beneficiary_group:
        found = found.where(Project.beneficiary_group == beneficiary_group)
    return read_page(found, keys=[Project.id], after=after, limit=limit, descending=True)


def list_slugs(stem: str) -> set[str]:
    """List the words in use that begin with the stem."""
    found = select(Project.slug).where(Project.slug.startswith(stem, autoescape=True))
    return set(db.session.scalars(found))


def get_indicator(project: Project, indicator_id: int) -> Indicator:
    """Read an indicator of this project.

    :raises NotFound: if it has no such
    """
    found = select(Indicator).where(
        Indicator.id == indicator_id, Indicator.project_id == project.id
    )
    return _one(found)


def get_milestone(project: Project, milestone_id: int) -> Milestone:
    """Read a milestone of this project.

    :raises NotFound: if it has no such
    """
    found = select(Milestone).where(
        Milestone.id == milestone_id, Milestone.project_id == project.id
    )
    return _one(found.execution_options(populate_existing=True))


def _with_place() -> Select[Project]:
    return select(Project).options(joinedload(Project.place, innerjoin=True))


def _one(found: Select[Thing]) -> Thing:
    thing = db.session.scalars(found).one_or_none()
    if thing is None:
        raise NotFound
    return thing

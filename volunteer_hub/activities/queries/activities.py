"""Questions about activities, and about what they may be planned with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, sentence
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import within
from volunteer_hub.projects.models import Project

SITES = ("subdistrict", "community", "grid", "compound")  # kinds of places where things happen
MOST_CHOICES = 300  # projects in a choice; who runs more of them searches by place

UNKNOWN_PLACE = sentence("No place where things happen has this code.")
UNKNOWN_PROJECT = sentence("No published project has this word in its address.")


def get_activity(activity_id: int) -> Activity:
    """Read an activity with its place and its project.

    :raises NotFound: if there is none
    """
    return _one(whole().where(Activity.id == activity_id))


def lock_activity(activity_id: int) -> Activity:
    """Read an activity as it is now, and keep others from changing it meanwhile.

    :raises NotFound: if there is none
    """
    held = whole().where(Activity.id == activity_id).with_for_update(of=Activity, key_share=True)
    return _one(held.execution_options(populate_existing=True))


def find_by_title(title_zh: str, starts_at: datetime) -> Activity | None:
    """Find an activity by its Chinese title and the moment it begins."""
    named = Activity.title_zh == title_zh, Activity.starts_at == starts_at
    return db.session.scalars(whole().where(*named).order_by(Activity.id).limit(1)).one_or_none()


def list_projects_within(paths: Sequence[str]) -> Sequence[Project]:
    """List the published projects of the places, for somebody who plans activities there."""
    found = select(Project).join(Project.place).where(Project.state == "published", within(paths))
    return db.session.scalars(found.order_by(Project.id.desc()).limit(MOST_CHOICES)).all()


def list_published_projects() -> Sequence[Project]:
    """List the projects that everybody may filter by, the newest first."""
    found = select(Project).where(Project.state == "published")
    return db.session.scalars(found.order_by(Project.id.desc()).limit(MOST_CHOICES)).all()


def find_site(code: str) -> Place | None:
    """Find a place by its code, if things may happen there: nothing is held at a household's."""
    found = select(Place).where(Place.code == code, Place.kind.in_(SITES))
    return db.session.scalars(found).one_or_none()


def get_site(code: str) -> Place:
    """Read the place that a program names by its code.

    :raises BrokenInput: naming place, if nothing may happen there
    """
    place = find_site(code)
    if place is None:
        raise BrokenInput([("place", UNKNOWN_PLACE)])
    return place


def find_published_project(slug: str) -> Project | None:
    """Find a project that is running, by the word in its address."""
    found = select(Project).where(Project.slug == slug, Project.state == "published")
    return db.session.scalars(found.options(joinedload(Project.place))).one_or_none()


def get_running_project(slug: str) -> Project:
    """Read the running project that a program names by the word in its address.

    :raises BrokenInput: naming project, if none has it
    """
    project = find_published_project(slug)
    if project is None:
        raise BrokenInput([("project", UNKNOWN_PROJECT)])
    return project


def whole() -> Select[Activity]:
    """Select activities with their place and their project."""
    return select(Activity).options(
        joinedload(Activity.place, innerjoin=True), joinedload(Activity.project)
    )


def _one(found: Select[Activity]) -> Activity:
    activity = db.session.scalars(found).one_or_none()
    if activity is None:
        raise NotFound
    return activity

"""What the forms of this room share: places and projects to choose, errors at their fields."""

from typing import Any

from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries.activities import SITES, get_activity, list_projects_within
from volunteer_hub.credentials.queries import list_types
from volunteer_hub.foundation.doors import current_actor
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized, say, say_errors
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import BrokenInput, Refusal
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import choices, get_place
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.queries import get_project


def offer_places(form: Any, permission: Permission) -> None:
    """Let the form choose among the places where the reader may do this."""
    paths = current_actor().paths(permission.roles or ())
    form.place.choices = {str(p.id): p.label for p in choices(paths, kinds=SITES)}


def offer_projects(form: Any, permission: Permission, known: Project | None = None) -> None:
    """Let the form choose among the running projects there, and the one chosen before."""
    paths = current_actor().paths(permission.roles or ())
    projects = list(list_projects_within(paths))
    if known is not None and known not in projects:
        projects.append(known)
    offered = {str(project.id): localized(project, "title") for project in projects}
    form.project.choices = {"0": _("No project")} | offered


def offer_papers(form: Any) -> None:
    """Let the form, and each row of roles, choose what people must have learnt."""
    offered = {"": _("None needed")} | {kind.code: localized(kind, "name") for kind in list_types()}
    for one in (form, *form.roles):
        one.need.choices = offered


def chosen_place(form: Any, permission: Permission) -> Place:
    """Read the place that was chosen, if it lies within the reader's scope."""
    place = get_place(form.place.data)
    permission.ensure(current_actor(), path=place.path)
    return place


def chosen_project(form: Any) -> Project | None:
    return get_project(form.project.data) if form.project.data else None


def open_activity(activity_id: int, permission: Permission) -> Activity:
    """Read an activity within the scope that the permission needs."""
    activity = get_activity(activity_id)
    permission.ensure(current_actor(), path=activity.place.path)
    return activity


def said(refusal: Refusal) -> str:
    """Say a refusal in one line; broken input names what to put right."""
    if isinstance(refusal, BrokenInput):
        return " ".join(error["message"] for error in say_errors(refusal))
    return say(refusal)

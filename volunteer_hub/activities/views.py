"""What staff do with an activity.  Its public page shows shifts and lives in room shifts."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities import actions, policy, queries
from volunteer_hub.activities.forms import ActivityForm
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import choices, get_place
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.queries import get_project

blueprint = Blueprint("activities", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]


@blueprint.get("/activities/new")
@permits(policy.CREATE)
def new() -> str:
    return render_template("activities/new.html", form=_form(policy.CREATE))


@blueprint.post("/activities/new")
@permits(policy.CREATE)
def create() -> Answer:
    """Plan an activity at one of the places where one may."""
    form = _form(policy.CREATE)
    if not form.validate_on_submit():
        return render_template("activities/new.html", form=form), 422
    place, project = _chosen(form, policy.CREATE)
    with transaction():
        activity = actions.create_activity(
            place=place,
            project=project,
            title_zh=form.title_zh.data or "",
            starts_at=form.starts_at.instant,
            ends_at=form.ends_at.instant,
            created_by=current_actor().person_id,
            now=utc_now(),
            **form.words(),
        )
    flash(_("The draft is saved. Now plan the shifts: who is needed, and when."), "success")
    return _back(activity.id)


@blueprint.get("/activities/<int:activity_id>/edit")
@permits(policy.EDIT)
def edit(activity_id: int) -> str:
    activity = _open(activity_id, policy.EDIT)
    form = _form(policy.EDIT, activity)
    return render_template("activities/edit.html", form=form, activity=activity)


@blueprint.post("/activities/<int:activity_id>/edit")
@permits(policy.EDIT)
def save(activity_id: int) -> Answer:
    """Write the activity anew; what was typed stays when that is refused."""
    activity = _open(activity_id, policy.EDIT)
    form = _form(policy.EDIT, activity)
    if not form.validate_on_submit():
        return render_template("activities/edit.html", form=form, activity=activity), 422
    place, project = _chosen(form, policy.EDIT)
    try:
        with transaction():
            actions.edit_activity(
                activity=activity,
                place=place,
                project=project,
                title_zh=form.title_zh.data or "",
                starts_at=form.starts_at.instant,
                ends_at=form.ends_at.instant,
                **form.words(),
            )
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("Saved."), "success")
    return _back(activity_id)


@blueprint.post("/activities/<int:activity_id>/publish")
@permits(policy.PUBLISH)
def publish(activity_id: int) -> Answer:
    activity = _open(activity_id, policy.PUBLISH)
    try:
        with transaction():
            actions.publish_activity(activity=activity, now=utc_now())
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("Published. Everybody can read it now."), "success")
    return _back(activity_id)


def _open(activity_id: int, permission: Permission) -> Activity:
    activity = queries.get_activity(activity_id)
    permission.ensure(current_actor(), path=activity.place.path)
    return activity


def _form(permission: Permission, activity: Activity | None = None) -> ActivityForm:
    paths = current_actor().paths(permission.roles or ())
    form = ActivityForm(obj=activity)
    form.place.choices = {str(p.id): p.label for p in choices(paths, kinds=queries.SITES)}
    projects = list(queries.list_projects_within(paths))
    if activity and activity.project and activity.project not in projects:
        projects.append(activity.project)
    offered = {str(project.id): localized(project, "title") for project in projects}
    form.project.choices = {"0": _("No project")} | offered
    if activity and not form.is_submitted():
        form.place.data, form.project.data = activity.place_id, activity.project_id or 0
    return form


def _chosen(form: ActivityForm, permission: Permission) -> tuple[Place, Project | None]:
    place = get_place(form.place.data)
    permission.ensure(current_actor(), path=place.path)
    return place, get_project(form.project.data) if form.project.data else None


def _back(activity_id: int) -> Response:
    return redirect(url_for("shifts.activity", activity_id=activity_id), 303)

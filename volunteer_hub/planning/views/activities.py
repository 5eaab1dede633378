"""What staff do with an activity.  Its public page shows shifts and lives in room signups."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities import actions, policy
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import ngettext
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.planning.forms.activities import ActivityForm
from volunteer_hub.planning.views.filling import (
    chosen_place,
    chosen_project,
    offer_places,
    offer_projects,
    open_activity,
    said,
)
from volunteer_hub.planning.views.shifts import blueprint

blueprints = (blueprint,)
Answer = Response | tuple[str, int]


@blueprint.route("/activities/new", methods=["GET", "POST"])
@permits(policy.CREATE)
def new_activity() -> Answer:
    """Plan an activity at one of the places where one may."""
    form = _form(policy.CREATE)
    if form.validate_on_submit():
        place = chosen_place(form, policy.CREATE)
        with transaction():
            activity = actions.create_activity(
                place=place,
                project=chosen_project(form),
                title_zh=form.title_zh.data or "",
                starts_at=form.starts_at.instant,
                ends_at=form.ends_at.instant,
                created_by=current_actor().person_id,
                now=utc_now(),
                **form.words(),
            )
        flash(_("The draft is saved. Now plan the shifts: who is needed, and when."), "success")
        return to_activity(activity.id)
    page = render_template("planning/new_activity.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/activities/<int:activity_id>/edit", methods=["GET", "POST"])
@permits(policy.EDIT)
def edit_activity(activity_id: int) -> Answer:
    """Write the activity anew, and tell who signed up if that is wanted; what was typed stays
    when it is refused."""
    activity = open_activity(activity_id, policy.EDIT)
    form = _form(policy.EDIT, activity)
    if form.validate_on_submit():
        try:
            told = _save(activity, form)
        except Refusal as refusal:
            blame(form, refusal)
            activity = open_activity(activity_id, policy.EDIT)
        else:
            _say_saved(told)
            return to_activity(activity_id)
    page = render_template("planning/edit_activity.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


@blueprint.post("/activities/<int:activity_id>/publish")
@permits(policy.PUBLISH)
def publish_activity(activity_id: int) -> Answer:
    activity = open_activity(activity_id, policy.PUBLISH)
    try:
        with transaction():
            actions.publish_activity(activity=activity, now=utc_now())
    except Refusal as refusal:
        flash(said(refusal), "error")
    else:
        flash(_("Published. Everybody can read it now."), "success")
    return to_activity(activity_id)


def to_activity(activity_id: int) -> Response:
    return redirect(url_for("signups.activity", activity_id=activity_id), 303)


def _form(permission: Permission, activity: Activity | None = None) -> ActivityForm:
    form = ActivityForm(obj=activity)
    offer_places(form, permission)
    offer_projects(form, permission, activity.project if activity else None)
    if activity and not form.is_submitted():
        form.place.data, form.project.data = activity.place_id, activity.project_id or 0
    return form


def _save(activity: Activity, form: ActivityForm) -> int:
    place = chosen_place(form, policy.EDIT)
    with transaction():
        return occurrences.edit_activity(
            activity=activity,
            announce=form.announce.data,
            place=place,
            project=chosen_project(form),
            title_zh=form.title_zh.data or "",
            starts_at=form.starts_at.instant,
            ends_at=form.ends_at.instant,
            now=utc_now(),
            **form.words(),
        )


def _say_saved(told: int) -> None:
    if told:
        text = ngettext("Saved. %(num)s person is told.", "Saved. %(num)s people are told.", told)
        flash(text, "success")
    else:
        flash(_("Saved."), "success")

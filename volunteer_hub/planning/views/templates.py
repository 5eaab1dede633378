"""Templates: activities kept under a name, to begin others with."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.planning import policy
from volunteer_hub.planning.actions import templates as actions
from volunteer_hub.planning.forms.activities import TemplateForm, UseTemplateForm
from volunteer_hub.planning.models import ActivityTemplate
from volunteer_hub.planning.queries import patterns as queries
from volunteer_hub.planning.views.activities import to_activity
from volunteer_hub.planning.views.filling import (
    chosen_place,
    offer_places,
    open_activity,
)
from volunteer_hub.planning.views.shifts import blueprint

blueprints = (blueprint,)
Answer = Response | tuple[str, int]


@blueprint.get("/activities/templates")
@permits(policy.READ_TEMPLATES)
def list_templates() -> str:
    """List the templates of the reader's places, and of those they lie in."""
    paths = current_actor().paths(policy.READ_TEMPLATES.roles or ())
    page = queries.page_templates(paths, after=request.args.get("after"))
    return render_template(
        "planning/list_templates.html",
        templates=page.items,
        next_url=url_for(".list_templates", after=page.next) if page.next else "",
    )


@blueprint.route("/activities/templates/<int:template_id>", methods=["GET", "POST"])
@permits(policy.COPY)
def show_template(template_id: int) -> Answer:
    """Show a template with its shifts, and plan an activity from it."""
    template = open_template(template_id, policy.COPY)
    form = UseTemplateForm()
    offer_places(form, policy.COPY)
    if form.validate_on_submit():
        try:
            return to_activity(_use(template, form).id)
        except Refusal as refusal:
            blame(form, refusal)
            template = open_template(template_id, policy.COPY)
    if not form.is_submitted():
        form.place.data = template.place_id
    page = render_template(
        "planning/show_template.html",
        template=template,
        patterns=queries.list_patterns(template_id=template_id),
        form=form,
        may_keep=policy.KEEP_TEMPLATES.allows(current_actor(), path=template.place.path),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/activities/<int:activity_id>/template", methods=["GET", "POST"])
@permits(policy.KEEP_TEMPLATES)
def make_template(activity_id: int) -> Answer:
    """Keep an activity with its shifts under a name."""
    activity = open_activity(activity_id, policy.KEEP_TEMPLATES)
    form = TemplateForm(name=localized(activity, "title"))
    if form.validate_on_submit():
        try:
            template = _make(activity, form)
        except Refusal as refusal:
            blame(form, refusal)
            activity = open_activity(activity_id, policy.KEEP_TEMPLATES)
        else:
            flash(_("The template is kept."), "success")
            return redirect(url_for(".show_template", template_id=template.id), 303)
    page = render_template("planning/make_template.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


@blueprint.post("/activities/templates/<int:template_id>/remove")
@permits(policy.KEEP_TEMPLATES)
def remove_template(template_id: int) -> Response:
    """Forget a template; what was planned from it stays."""
    template = open_template(template_id, policy.KEEP_TEMPLATES)
    with transaction():
        actions.remove_template(template=template)
    flash(_("Removed. What was planned from it stays."), "success")
    return redirect(url_for(".list_templates"), 303)


def open_template(template_id: int, permission: Permission) -> ActivityTemplate:
    """Read a template that the reader may use: of a place of theirs, or of one it lies in; to
    change it, only of a place of theirs."""
    template, actor = queries.get_template(template_id), current_actor()
    if permission is policy.COPY:
        paths = actor.paths(permission.roles or ())
        near = any(
            template.place.path.startswith(p) or p.startswith(template.place.path) for p in paths
        )
        if not near:
            raise NotFound
    else:
        permission.ensure(actor, path=template.place.path)
    return template


def _use(template: ActivityTemplate, form: UseTemplateForm) -> Activity:
    place = chosen_place(form, policy.COPY)
    with transaction():
        activity = actions.use_template(
            template=template,
            place=place,
            starts_at=form.starts_at.instant,
            created_by=current_actor().person_id,
            now=utc_now(),
        )
    flash(_("The activity is a draft. Look through it, then publish it."), "success")
    return activity


def _make(activity: Activity, form: TemplateForm) -> ActivityTemplate:
    with transaction():
        return actions.make_template(
            activity=activity,
            name=form.name.data or "",
            created_by=current_actor().person_id,
            now=utc_now(),
        )

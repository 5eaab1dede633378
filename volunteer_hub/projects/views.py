"""The list of projects and what staff do with one; its public page lives in room funding."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places.queries import choices, get_by_code, get_place, list_places
from volunteer_hub.projects import actions, policy, queries
from volunteer_hub.projects.forms import IndicatorForm, MilestoneForm, ProjectForm, ReachedForm
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.rules import GROUP_WORDS, SITES, STATE_WORDS

blueprint = Blueprint("projects", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]


@blueprint.get("/projects")
@permits(policy.LIST)
def index() -> str:
    """Show published and closed projects; staff see the drafts of their places as well."""
    actor = current_actor()
    given = {name: value for name, value in request.args.items() if name != "after" and value}
    place = get_by_code(given["place"]) if "place" in given else None
    drafts = actor.paths(policy.READ_DRAFT.roles or ())
    page = queries.list_projects(
        below_path=place.path if place else None,
        state=given.get("state"),
        beneficiary_group=given.get("group"),
        drafts_below=drafts,
        after=request.args.get("after"),
    )
    return render_template(
        "projects/index.html",
        page=page,
        next_url=_next(given, page.next),
        given=given,
        places=list_places(kinds=SITES[:2]),
        groups=GROUP_WORDS,
        words=STATE_WORDS,
        states={key: word for key, word in STATE_WORDS.items() if drafts or key != "draft"},
        may_create=policy.CREATE.allows(actor),
    )


@blueprint.get("/projects/new")
@permits(policy.CREATE)
def new() -> str:
    return render_template("projects/new.html", form=_form())


@blueprint.post("/projects")
@permits(policy.CREATE)
def create() -> Answer:
    """Set up a draft at one of the coordinator's places."""
    form = _form()
    if not form.validate_on_submit():
        return render_template("projects/new.html", form=form), 422
    actor, place = current_actor(), get_place(form.place.data)
    policy.CREATE.ensure(actor, path=place.path)
    with transaction():
        project = actions.create_project(
            place=place, created_by=actor.person_id, now=utc_now(), **form.plan()
        )
    flash(_("The draft is saved. Only staff see it until you publish it."), "success")
    return redirect(url_for(".edit", slug=project.slug), 303)


@blueprint.get("/projects/<slug>/edit")
@permits(policy.EDIT)
def edit(slug: str) -> str:
    return _show(_open(slug, policy.EDIT))


@blueprint.post("/projects/<slug>/edit")
@permits(policy.EDIT)
def save(slug: str) -> Answer:
    """Write anew what the project says of itself; what was typed stays when that is refused."""
    project = _open(slug, policy.EDIT)
    form = _form(project)
    if not form.validate_on_submit():
        return _show(project, form=form), 422
    place = get_place(form.place.data) if form.place else project.place
    policy.EDIT.ensure(current_actor(), path=place.path)
    try:
        with transaction():
            actions.edit_project(project=project, place=place, **form.plan())
    except Refusal as refusal:
        flash(say(refusal), "error")
        return _show(queries.get_whole(slug), form=form), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".edit", slug=slug), 303)


@blueprint.post("/projects/<slug>/publish")
@permits(policy.PUBLISH)
def publish(slug: str) -> Answer:
    project = _open(slug, policy.PUBLISH)
    said = _("Published. Everybody can read it now.")
    return _do(slug, said, actions.publish_project, project=project, now=utc_now())


@blueprint.post("/projects/<slug>/close")
@permits(policy.CLOSE)
def close(slug: str) -> Answer:
    project = _open(slug, policy.CLOSE)
    said = _("Closed. It stays readable; nothing can be added to it.")
    return _do(slug, said, actions.close_project, project=project, now=utc_now())


@blueprint.post("/projects/<slug>/indicators")
@permits(policy.PROMISE)
def add_indicator(slug: str) -> Answer:
    project = _open(slug, policy.PROMISE)
    form = IndicatorForm(prefix="indicator")
    if not form.validate_on_submit():
        return _show(project, indicator_form=form), 422
    said = _("The target is added.")
    return _do(slug, said, actions.add_indicator, project=project, **form.facts())


@blueprint.post("/projects/<slug>/indicators/<int:indicator_id>/remove")
@permits(policy.PROMISE)
def remove_indicator(slug: str, indicator_id: int) -> Answer:
    project = _open(slug, policy.PROMISE)
    indicator = queries.get_indicator(project, indicator_id)
    said = _("The target is removed.")
    return _do(slug, said, actions.remove_indicator, indicator=indicator)


@blueprint.post("/projects/<slug>/milestones")
@permits(policy.PROMISE)
def add_milestone(slug: str) -> Answer:
    project = _open(slug, policy.PROMISE)
    form = MilestoneForm(prefix="milestone")
    if not form.validate_on_submit():
        return _show(project, milestone_form=form), 422
    said = _("The step is added.")
    return _do(slug, said, actions.add_milestone, project=project, **form.facts())


@blueprint.post("/projects/<slug>/milestones/<int:milestone_id>/reached")
@permits(policy.PROMISE)
def reach_milestone(slug: str, milestone_id: int) -> Answer:
    project = _open(slug, policy.PROMISE)
    step = queries.get_milestone(project, milestone_id)
    form = ReachedForm(today=local_day(utc_now()))
    if not form.validate_on_submit():
        flash(str(form.reached_on.errors[0]), "error")
        return redirect(url_for(".edit", slug=slug), 303)
    said, on = _("The step is reached."), form.reached_on.data
    return _do(slug, said, actions.reach_milestone, milestone=step, on=on)


@blueprint.post("/projects/<slug>/milestones/<int:milestone_id>/remove")
@permits(policy.PROMISE)
def remove_milestone(slug: str, milestone_id: int) -> Answer:
    project = _open(slug, policy.PROMISE)
    step = queries.get_milestone(project, milestone_id)
    said = _("The step is removed.")
    return _do(slug, said, actions.remove_milestone, milestone=step)


def _next(given: dict[str, Any], after: str | None) -> str:
    return url_for(".index", **given, after=after) if after else ""


def _open(slug: str, permission: Permission) -> Project:
    project = queries.get_whole(slug)
    permission.ensure(current_actor(), path=project.place.path)
    return project


def _do(slug: str, said: str, act: Callable[..., object], **facts: Any) -> Response:
    """Do one thing and go back to the project's page for staff, saying what came of it."""
    try:
        with transaction():
            act(**facts)
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(said, "success")
    return redirect(url_for(".edit", slug=slug), 303)


def _form(project: Project | None = None) -> ProjectForm:
    """Offer the coordinator's places, or none when the project may move no more."""
    form = ProjectForm(obj=project)
    if project and project.state != "draft":
        del form.place
        return form
    sites = choices(current_actor().paths(policy.CREATE.roles or ()), kinds=SITES)
    form.place.choices = {str(site.id): site.label for site in sites}
    if project and not form.is_submitted():
        form.place.data = project.place_id
    return form


def _show(project: Project, **forms: Any) -> str:
    today = local_day(utc_now())
    given = {
        "form": _form(project),
        "indicator_form": IndicatorForm(prefix="indicator", formdata=None),
        "milestone_form": MilestoneForm(prefix="milestone", formdata=None),
        "reached_form": ReachedForm(today=today, formdata=None, reached_on=today),
    }
    words = {"state_word": STATE_WORDS[project.state]}
    return render_template("projects/edit.html", project=project, **words, **(given | forms))

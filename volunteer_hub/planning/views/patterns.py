"""The shifts that every day of a series, or whatever is made from a template, begins with."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Series
from volunteer_hub.activities.queries.series import get_series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.planning import policy
from volunteer_hub.planning.actions import patterns as actions
from volunteer_hub.planning.forms.patterns import PatternForm
from volunteer_hub.planning.models import ActivityTemplate, ShiftPattern
from volunteer_hub.planning.queries import patterns as queries
from volunteer_hub.planning.views.filling import offer_papers
from volunteer_hub.planning.views.shifts import blueprint
from volunteer_hub.planning.views.templates import open_template

blueprints = (blueprint,)
Answer = Response | tuple[str, int]
Owner = Series | ActivityTemplate


@blueprint.route("/activities/series/<int:series_id>/shifts/new", methods=["GET", "POST"])
@permits(policy.KEEP_PATTERNS)
def new_pattern(series_id: int) -> Answer:
    """Let every day of the series have one shift more."""
    series = get_series(series_id)
    policy.KEEP_PATTERNS.ensure(current_actor(), path=series.place.path)
    return _new(series)


@blueprint.route("/activities/templates/<int:template_id>/shifts/new", methods=["GET", "POST"])
@permits(policy.KEEP_PATTERNS)
def new_template_pattern(template_id: int) -> Answer:
    """Let whatever is made from the template have one shift more."""
    return _new(open_template(template_id, policy.KEEP_PATTERNS))


@blueprint.route("/activities/patterns/<int:pattern_id>/edit", methods=["GET", "POST"])
@permits(policy.KEEP_PATTERNS)
def edit_pattern(pattern_id: int) -> Answer:
    """Write a shift of a series or template anew, for what is made from now on."""
    pattern, owner = _open(pattern_id)
    form = _form(obj=pattern)
    if "rows" not in request.form and form.validate_on_submit():
        try:
            with transaction():
                actions.change_pattern(pattern=pattern, owner=owner, **form.shape())
        except Refusal as refusal:
            blame(form, refusal)
            pattern, owner = _open(pattern_id)
        else:
            flash(_("Saved."), "success")
            return _back(owner)
    page = {"form": form, "owner": owner, "pattern": pattern, "back_url": _address(owner)}
    return render_template("planning/edit_pattern.html", **page), 422 if form.errors else 200


@blueprint.post("/activities/patterns/<int:pattern_id>/remove")
@permits(policy.KEEP_PATTERNS)
def remove_pattern(pattern_id: int) -> Response:
    """Let what is made from now on do without the shift."""
    pattern, owner = _open(pattern_id)
    with transaction():
        actions.remove_pattern(pattern=pattern, owner=owner)
    flash(_("Removed. Days that are made already keep it."), "success")
    return _back(owner)


def _new(owner: Owner) -> Answer:
    form = _form(minutes=owner.minutes)
    if "rows" not in request.form and form.validate_on_submit():
        try:
            with transaction():
                actions.add_pattern(
                    owner=owner,
                    made_too=form.made_too.data,
                    by=current_actor().person_id,
                    now=utc_now(),
                    **form.shape(),
                )
        except Refusal as refusal:
            blame(form, refusal)
        else:
            flash(_("The shift is added."), "success")
            return _back(owner)
    of_series = isinstance(owner, Series)
    page = {"form": form, "owner": owner, "of_series": of_series, "back_url": _address(owner)}
    return render_template("planning/new_pattern.html", **page), 422 if form.errors else 200


def _form(**given: Any) -> PatternForm:
    form = PatternForm(**given)
    if not form.is_submitted() or "rows" in request.form:
        form.roles.add_empty()
    offer_papers(form)
    return form


def _open(pattern_id: int) -> tuple[ShiftPattern, Owner]:
    pattern = queries.get_pattern(pattern_id)
    owner = pattern.series or pattern.template
    if owner is None:
        raise NotFound
    policy.KEEP_PATTERNS.ensure(current_actor(), path=owner.place.path)
    return pattern, owner


def _address(owner: Owner) -> str:
    if isinstance(owner, Series):
        return url_for("series.show", series_id=owner.id)
    return url_for(".show_template", template_id=owner.id)


def _back(owner: Owner) -> Response:
    return redirect(_address(owner), 303)

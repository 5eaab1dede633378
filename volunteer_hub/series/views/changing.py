"""Changing a series: its words and times from a day on, its end, its days made further ahead."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import ngettext
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning.views.filling import (
    chosen_place,
    chosen_project,
    offer_places,
    offer_projects,
    said,
)
from volunteer_hub.series import policy
from volunteer_hub.series.actions import expansion
from volunteer_hub.series.actions import series as actions
from volunteer_hub.series.actions.expansion import today_of
from volunteer_hub.series.forms import ChangeSeriesForm, EndSeriesForm, PlanAheadForm
from volunteer_hub.series.views.series import blueprint, open_series, to_series

blueprints = (blueprint,)
Answer = Response | tuple[str, int]


@blueprint.route("/activities/series/<int:series_id>/edit", methods=["GET", "POST"])
@permits(policy.PLAN)
def edit(series_id: int) -> Answer:
    """Write a series anew from a day on; who signed up is told of a new time or place."""
    series = open_series(series_id, policy.PLAN)
    form = _form(series)
    if form.validate_on_submit():
        try:
            _change(series_id, form)
        except Refusal as refusal:
            blame(form, refusal)
            series = open_series(series_id, policy.PLAN)
        else:
            return to_series(series_id, _("Saved."))
    page = render_template("series/edit.html", form=form, series=series)
    return page, 422 if form.errors else 200


@blueprint.route("/activities/series/<int:series_id>/end", methods=["GET", "POST"])
@permits(policy.END)
def end(series_id: int) -> Answer:
    """End a series; what comes after the last day is called off, and everybody is told why."""
    series = open_series(series_id, policy.END)
    form = EndSeriesForm(last_on=max(today_of(series, utc_now()), series.first_on))
    if form.validate_on_submit():
        try:
            with transaction():
                gone = actions.end_series(
                    series_id=series_id,
                    last_on=form.last_on.day,
                    reason=form.reason.data or "",
                    now=utc_now(),
                )
        except Refusal as refusal:
            blame(form, refusal)
            series = open_series(series_id, policy.END)
        else:
            return to_series(series_id, _how_many_gone(gone))
    page = render_template("series/end.html", form=form, series=series)
    return page, 422 if form.errors else 200


@blueprint.post("/activities/series/<int:series_id>/ahead")
@permits(policy.PLAN)
def plan_ahead(series_id: int) -> Response:
    """Make the days of a series further ahead, such as a whole year to look through."""
    open_series(series_id, policy.PLAN)
    form = PlanAheadForm()
    if not form.validate_on_submit():
        flash(str(form.until.errors[0]), "error")
        return redirect(url_for(".show", series_id=series_id), 303)
    try:
        with transaction():
            new = expansion.plan_ahead(series_id=series_id, until=form.until.day, now=utc_now())
    except Refusal as refusal:
        flash(said(refusal), "error")
        return redirect(url_for(".show", series_id=series_id), 303)
    text = ngettext("%(num)s day more is planned.", "%(num)s days more are planned.", new)
    return to_series(series_id, text)


def _how_many_gone(days: int) -> str:
    return ngettext("Ended. %(num)s day is cancelled.", "Ended. %(num)s days are cancelled.", days)


def _form(series: Series) -> ChangeSeriesForm:
    form = ChangeSeriesForm(obj=series, since=today_of(series, utc_now()))
    offer_places(form, policy.PLAN)
    offer_projects(form, policy.PLAN, series.project)
    if not form.is_submitted():
        form.place.data, form.project.data = series.place_id, series.project_id or 0
    return form


def _change(series_id: int, form: ChangeSeriesForm) -> None:
    place = chosen_place(form, policy.PLAN)
    with transaction():
        actions.change_series(
            series_id=series_id,
            since=form.since.day,
            place=place,
            project=chosen_project(form),
            title_zh=form.title_zh.data or "",
            begins=form.begins.time,
            minutes=form.minutes.data or 0,
            publishes=form.publishes.data,
            now=utc_now(),
            **form.words(),
        )

"""Series of activities: the list, one of them with its days and what they count, begin and end."""

from itertools import islice, takewhile
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Series
from volunteer_hub.activities.queries import series as queries
from volunteer_hub.activities.queries.words import say_rule
from volunteer_hub.activities.rules import recurrence
from volunteer_hub.activities.rules.days_off import WORDS, day_off, is_published
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.planning.actions.laying_out import again
from volunteer_hub.planning.queries import patterns
from volunteer_hub.planning.views.filling import (
    chosen_place,
    chosen_project,
    offer_places,
    offer_projects,
)
from volunteer_hub.series import policy
from volunteer_hub.series.actions import series as actions
from volunteer_hub.series.actions.expansion import today_of
from volunteer_hub.series.forms import PlanAheadForm, SeriesForm
from volunteer_hub.series.queries import report
from volunteer_hub.series.rules import ensure_begins_soon

blueprint = Blueprint("series", "volunteer_hub.series.views")
blueprints = (blueprint,)
Answer = Response | tuple[str, int]
PREVIEWED = 12  # days


@blueprint.get("/activities/series")
@permits(policy.READ)
def index() -> str:
    """List the series at the places of whoever works there."""
    actor = current_actor()
    paths = actor.paths(policy.READ.roles or ())
    page = queries.page_series(paths, now=utc_now(), after=request.args.get("after"))
    return render_template(
        "series/index.html",
        rows=page.items,
        say_rule=say_rule,
        next_url=url_for(".index", after=page.next) if page.next else "",
        may_plan=policy.PLAN.allows(actor),
    )


@blueprint.get("/activities/series/<int:series_id>")
@permits(policy.READ)
def show(series_id: int) -> str:
    """Show a series: its rule, its shifts, its days, and what is counted under each month."""
    series, actor = open_series(series_id, policy.READ), current_actor()
    years, today = report.list_years(series_id), today_of(series, utc_now())
    asked = request.args.get("year", type=int)
    year = asked if asked in years else _nearest(today.year, years)
    page = report.page_occurrences(series_id, year=year, after=request.args.get("after"))
    more = {"series_id": series_id, "year": year, "after": page.next}
    return render_template(
        "series/show.html",
        series=series,
        rule=say_rule(series.recurrence),
        wall=series.span_on(series.first_on),
        patterns=patterns.list_patterns(series_id=series_id),
        days=page.items,
        next_url=url_for(".show", **more) if page.next else "",
        months=report.list_months(series_id, year=year),
        years=years,
        year=year,
        off_words=WORDS,
        is_published=is_published,
        ahead=PlanAheadForm(),
        may={p.name: p.allows(actor, path=series.place.path) for p in policy.ON_SERIES},
    )


@blueprint.route("/activities/series/new", methods=["GET", "POST"])
@permits(policy.PLAN)
def new() -> Answer:
    """Begin a series; the second button shows its first days before anything is saved."""
    form, preview = _form(), []
    if form.validate_on_submit():
        try:
            if "preview" in request.form:
                preview = _preview(form)
            else:
                return to_series(_create(form).id, _("The series has begun; its days are made."))
        except Refusal as refusal:
            blame(form, refusal)
    page = render_template("series/new.html", form=form, preview=preview, off_words=WORDS)
    return page, 422 if form.errors else 200


def open_series(series_id: int, permission: Permission) -> Series:
    """Read a series within the scope that the permission needs."""
    series = queries.get_series(series_id)
    permission.ensure(current_actor(), path=series.place.path)
    return series


def to_series(series_id: int, text: str) -> Response:
    """Go back to the series and say what happened."""
    flash(text, "success")
    return redirect(url_for(".show", series_id=series_id), 303)


def _create(form: SeriesForm) -> Series:
    place = chosen_place(form, policy.PLAN)
    copied = [again(p) for p in patterns.list_patterns(template_id=form.template.data)]
    with transaction():
        return actions.create_series(
            place=place,
            project=chosen_project(form),
            title_zh=form.title_zh.data or "",
            rule=form.recurrence(),
            first_on=form.first_on.day,
            last_on=form.last_on.data,
            begins=form.begins.time,
            minutes=form.minutes.data or 0,
            zone=zone().key,
            publishes=form.publishes.data,
            created_by=current_actor().person_id,
            patterns=copied,
            now=utc_now(),
            **form.words(),
        )


def _preview(form: SeriesForm) -> list[dict[str, Any]]:
    """Show the first days of the rule with what is known about each."""
    rule, last_on = form.recurrence(), form.last_on.data
    recurrence.ensure_is_sound(rule)
    ensure_begins_soon(form.first_on.day, today=local_day(utc_now()))
    first_on = recurrence.first_day(rule, since=form.first_on.day)
    recurrence.ensure_hits(first_on, last_on, given=form.first_on.day)
    days = islice(recurrence.upcoming(rule, first_on=first_on), PREVIEWED)
    fits = takewhile(lambda day: last_on is None or day <= last_on, days)
    return [{"day": day, "off": day_off(day), "published": is_published(day)} for day in fits]


def _form() -> SeriesForm:
    form = SeriesForm()
    offer_places(form, policy.PLAN)
    offer_projects(form, policy.PLAN)
    paths = current_actor().paths(policy.PLAN.roles or ())
    named = {str(template.id): template.name for template in patterns.list_templates(paths)}
    form.template.choices = {"0": _("No shifts yet")} | named
    return form


def _nearest(year: int, years: list[int]) -> int:
    """Choose the year to show first: this one, or the next that has days."""
    return next((one for one in years if one >= year), years[-1] if years else year)

"""The list of what is on, by week, narrowed by what the address says."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from volunteer_hub.activities import queries as activities
from volunteer_hub.calendar.forms import OpportunityFilter
from volunteer_hub.foundation.clock import day_span, utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day, localized, zone
from volunteer_hub.places.queries import find_by_code, list_places
from volunteer_hub.shifts import policy, rules
from volunteer_hub.shifts.queries import lists

blueprint = Blueprint("calendar", "volunteer_hub.calendar.views")
blueprints = (blueprint,)

GROUPS = ("this", "next", "later")


@blueprint.get("/activities")
@permits(policy.LIST)
def opportunities() -> str:
    """List what is on, by week, narrowed by what the address says."""
    now, form = utc_now(), _filter()
    page = lists.list_coming(_wanted(form, now=now), after=request.args.get("after"))
    rows = lists.rows(page.items, person_id=current_actor().person_id)
    today = local_day(now)
    weeks: dict[str, list[lists.ShiftRow]] = {group: [] for group in GROUPS}
    for row in rows:
        weeks[rules.week_of(local_day(row.starts_at), today=today)].append(row)
    given: dict[str, Any] = {name: v for name, v in request.args.items() if v and name != "after"}
    more = url_for(".opportunities", **given, after=page.next) if page.next else ""
    return render_template(
        "calendar/opportunities.html",
        form=form,
        weeks=weeks,
        shown=[row for row in rows if row.state != "off"],
        filtered=any(given.values()),
        whole=not more and "after" not in request.args,
        next_url=more,
    )


def _filter() -> OpportunityFilter:
    form = OpportunityFilter(request.args, meta={"csrf": False})
    communities = list_places(kinds=("community",))
    named = {place.code: localized(place, "name") for place in communities}
    form.place.choices = {"": _("All communities")} | named
    projects = activities.list_published_projects()
    titled = {str(project.id): localized(project, "title") for project in projects}
    form.project.choices = {"": _("All projects")} | titled
    form.validate()
    return form


def _wanted(form: OpportunityFilter, *, now: Any) -> lists.Wanted:
    """Read the filters; what cannot be read narrows nothing, and its field says so."""
    good = {name for name in ("place", "project", "since") if not form[name].errors}
    place = find_by_code(form.place.data) if form.place.data and "place" in good else None
    day = form.since.data if "since" in good else None
    return lists.Wanted(
        since=max(now, day_span(day, zone()).starts_at) if day else now,
        path=place.path if place else None,
        project_id=int(form.project.data) if form.project.data and "project" in good else None,
        open_only=form.free.data,
    )

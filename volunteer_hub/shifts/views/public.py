"""What everybody sees: the list of opportunities, an activity, a shift, calendars."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from volunteer_hub.activities import queries as activities
from volunteer_hub.foundation.clock import day_span, utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import local_day, localized, zone
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import get_person
from volunteer_hub.places.queries import find_by_code, list_places
from volunteer_hub.shifts import policy, rules
from volunteer_hub.shifts.forms import JoinForm, LeaveForm, OpportunityFilter
from volunteer_hub.shifts.letters import calendar
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import lists, shifts, signups

blueprint = Blueprint("shifts", "volunteer_hub.shifts.views")
blueprints = (blueprint,)

CALENDAR_TYPE = "text/calendar; charset=utf-8"
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
        "shifts/opportunities.html",
        form=form,
        weeks=weeks,
        shown=[row for row in rows if row.state != "off"],
        filtered=any(given.values()),
        whole=not more and "after" not in request.args,
        next_url=more,
    )


@blueprint.get("/activities/<int:activity_id>")
@permits(policy.LIST)
def activity(activity_id: int) -> str:
    """Show an activity and its shifts; drafts only to staff of the place."""
    actor, found = current_actor(), activities.get_activity(activity_id)
    staff = policy.READ_DRAFT.allows(actor, path=found.place.path)
    if found.state == "draft":
        policy.READ_DRAFT.ensure(actor, path=found.place.path)
    planned = lists.list_of_activity(activity_id, drafts=staff)
    may = {p.name: p.allows(actor, path=found.place.path) for p in policy.ON_ACTIVITY}
    return render_template(
        "shifts/activity.html",
        activity=found,
        rows=lists.rows(planned, person_id=actor.person_id),
        may=may,
        over=found.ends_at <= utc_now(),
    )


@blueprint.get("/shifts/<int:shift_id>")
@permits(policy.LIST)
def show(shift_id: int) -> str:
    """Show a shift: when, where, what, the risks, and the form to join."""
    return render_template("shifts/show.html", **page_of(open_shift(shift_id)))


@blueprint.get("/shifts/<int:shift_id>.ics")
@permits(policy.LIST)
def calendar_file(shift_id: int) -> Response:
    """Give the shift as a file for a calendar; one's own carries the reminders."""
    shift, person_id = open_shift(shift_id), current_actor().person_id
    own = signups.find_live(shift_id, person_id=person_id) if person_id else None
    content = calendar.one(shift, now=utc_now(), person_id=person_id if own else None)
    return _file(content, f"shift-{shift_id}.ics")


@blueprint.get("/activities/public.ics")
@permits(policy.LIST)
def public_calendar() -> Response:
    """Give the published shifts of the next 90 days as a calendar to subscribe to."""
    now = utc_now()
    coming = lists.list_published(since=now, until=now + lists.PUBLIC_CALENDAR_REACHES)
    named = [(shift, "confirmed") for shift in coming]
    return _file(calendar.feed(_("Volunteer Hub"), named, now=now), "public.ics")


def open_shift(shift_id: int) -> Shift:
    """Read a shift that this reader may see; a draft is for staff of its place."""
    shift = shifts.get_shift(shift_id)
    if shift.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=shift.place.path)
    return shift


def page_of(shift: Shift, form: JoinForm | None = None) -> dict[str, Any]:
    """Gather what the page of a shift shows this reader."""
    actor, now = current_actor(), utc_now()
    mine = signups.find_live(shift.id, person_id=actor.person_id) if actor.person_id else None
    path = shift.place.path
    return {
        "shift": shift,
        "activity": shift.activity,
        "where": lists.where,
        "state": lists.state_for_reader(shift, mine.state if mine else None),
        "position": signups.position(mine) if mine else None,
        "begun": shift.starts_at <= now,
        "over": shift.ends_at <= now,
        "reminded": bool(rules.coming_reminders(shift.starts_at, now=now)),
        "person": _reader() if not mine else None,
        "form": form or JoinForm(),
        "leave_form": LeaveForm(),
        "may": {p.name: p.allows(actor, path=path) for p in policy.ON_SHIFT},
    }


def _reader() -> Person | None:
    person_id = current_actor().person_id
    return get_person(person_id) if person_id else None


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=CALENDAR_TYPE, headers=headers)


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

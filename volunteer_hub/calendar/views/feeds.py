"""Calendar files: one shift, everything public, and one person's own at a secret address."""

from datetime import timedelta

from flask import Response as FileResponse
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from volunteer_hub.calendar import actions, queries
from volunteer_hub.calendar.views.opportunities import blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import speaking
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.queries import get_person
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.letters import calendar
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import shifts, signups

blueprints = (blueprint,)

CALENDAR_TYPE = "text/calendar; charset=utf-8"
FEED_REACHES_BACK = timedelta(days=365)


@blueprint.get("/shifts/<int:shift_id>.ics")
@permits(policy.LIST)
def calendar_file(shift_id: int) -> FileResponse:
    """Give the shift as a file for a calendar; one's own carries the reminders."""
    shift, person_id = _open(shift_id), current_actor().person_id
    own = signups.find_live(shift_id, person_id=person_id) if person_id else None
    content = calendar.one(shift, now=utc_now(), person_id=person_id if own else None)
    return _file(content, f"shift-{shift_id}.ics")


@blueprint.get("/activities/public.ics")
@permits(policy.LIST)
def public_calendar() -> FileResponse:
    """Give the published shifts of the next 90 days as a calendar to subscribe to."""
    now = utc_now()
    coming = queries.list_published(since=now, until=now + queries.PUBLIC_CALENDAR_REACHES)
    named = [(shift, "confirmed") for shift in coming]
    return _file(calendar.feed(_("Volunteer Hub"), named, now=now), "public.ics")


@blueprint.get("/shifts/feed")
@permits(policy.READ_OWN)
def own_calendar() -> str:
    """Show the secret address of one's own calendar."""
    person = get_person(current_actor().person_id or 0)
    return render_template("calendar/own_calendar.html", token=person.calendar_token)


@blueprint.post("/shifts/feed")
@permits(policy.CHANGE_OWN)
def renew_calendar() -> Response:
    """Make the secret address, or a new one in place of it."""
    person = get_person(current_actor().person_id or 0)
    with transaction():
        actions.renew_feed(person=person)
    flash(_("This is the new address of your calendar. An older one no longer works."), "success")
    return redirect(url_for(".own_calendar"), 303)


@blueprint.get("/shifts/feed/<token>.ics")
@permits(policy.LIST)
def feed(token: str) -> FileResponse:
    """Give a person's shifts to the calendar program that knows the secret address."""
    person = queries.find_person_by_feed(token)
    if person is None:
        raise NotFound
    now = utc_now()
    promises = queries.list_for_person(person.id, since=now - FEED_REACHES_BACK)
    named = [(signup.shift, signup.state) for signup in promises]
    with speaking(person.language):
        content = calendar.feed(_("My volunteering"), named, now=now, person_id=person.id)
    return FileResponse(content, content_type=CALENDAR_TYPE)


def _file(content: bytes, name: str) -> FileResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FileResponse(content, content_type=CALENDAR_TYPE, headers=headers)


def _open(shift_id: int) -> Shift:
    """Read a shift that this reader may see; a draft is for staff of its place."""
    shift = shifts.get_shift(shift_id)
    if shift.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=shift.place.path)
    return shift

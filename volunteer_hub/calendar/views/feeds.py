"""Calendars to subscribe to: what is held for everybody, and a person's own at a secret address.

Programs read them again and again: one that says the same as last time is answered by 304.
"""

from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from volunteer_hub.calendar import actions
from volunteer_hub.calendar.queries import feeds
from volunteer_hub.calendar.views import events
from volunteer_hub.calendar.views.files import answer
from volunteer_hub.calendar.views.opportunities import blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import language, speaking
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.places.queries import get_by_code
from volunteer_hub.shifts import policy
from volunteer_hub.signups import policy as signup_policy
from volunteer_hub.signups.letters import calendar

blueprints = (blueprint,)

FEED_REACHES_BACK = timedelta(days=365)
FOR_A_QUARTER_OF_AN_HOUR = "public, max-age=900"
READS_OF_ONE_FEED = "30 per minute; 240 per hour"  # once in a few hours is what programs do


def _by_feed() -> str:
    """Count by secret address: many programs read through the same network."""
    return f"feed:{(request.view_args or {}).get('token')}"


@blueprint.get("/activities/public.ics")
@permits(policy.LIST)
def public_calendar() -> Response:
    """Give what is held in the next 90 days, everywhere or at ?place=, in the language ?lang=."""
    now, place = utc_now(), request.args.get("place")
    path = get_by_code(place).path if place else None
    span = {"since": now, "until": now + feeds.PUBLIC_CALENDAR_REACHES, "path": path}
    singles, held = feeds.list_singles(**span), feeds.list_held(**span)
    with speaking(request.args.get("lang") or language()):
        found = [events.of_activity(activity, now=now) for activity in singles]
        found += [event for series in held for event in events.of_series(series, now=now)]
        content = calendar.write(found, _("Volunteer Hub"))
    return answer(content, "public.ics", kept=FOR_A_QUARTER_OF_AN_HOUR)


@blueprint.get("/shifts/feed")
@permits(signup_policy.READ_OWN)
def own_calendar() -> str:
    """Show the secret address of one's own calendar, and how to subscribe to it."""
    person = get_person(current_actor().person_id or 0)
    return render_template("calendar/own_calendar.html", token=person.calendar_token)


@blueprint.post("/shifts/feed")
@limiter.limit("10 per hour")
@permits(signup_policy.CHANGE_OWN)
def renew_calendar() -> AnyResponse:
    """Make the secret address, or a new one in place of it."""
    person = get_person(current_actor().person_id or 0)
    with transaction():
        actions.renew_feed(person=person)
    flash(_("This is the new address of your calendar. An older one no longer works."), "success")
    return redirect(url_for(".own_calendar"), 303)


@blueprint.get("/shifts/feed/<token>.ics")
@limiter.limit(READS_OF_ONE_FEED, key_func=_by_feed)
@permits(policy.LIST)
def feed(token: str) -> Response:
    """Give a person's shifts to the calendar program that knows the secret address."""
    person = feeds.find_person_by_feed(token)
    if person is None:
        raise NotFound
    now = utc_now()
    promises = feeds.list_for_person(person.id, since=now - FEED_REACHES_BACK)
    named = [(signup.shift, signup.state) for signup in promises]
    with speaking(person.language):
        content = calendar.feed(_("My volunteering"), named, now=now, person_id=person.id)
    return answer(content, "my-volunteering.ics")

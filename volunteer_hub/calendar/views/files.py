"""Calendar files of one thing: a shift, an activity, a series with all its days."""

import re
from hashlib import sha256

from flask import Response, request

from volunteer_hub.activities.queries.activities import get_activity
from volunteer_hub.calendar.queries import feeds
from volunteer_hub.calendar.views import events
from volunteer_hub.calendar.views.opportunities import blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.shifts import policy
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.letters import calendar
from volunteer_hub.signups.queries import signups

blueprints = (blueprint,)

CALENDAR_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN = "private, no-cache"
WRITTEN_AT = re.compile(rb"^DTSTAMP:.*\r\n", re.M)


@blueprint.get("/shifts/<int:shift_id>.ics")
@permits(policy.LIST)
def calendar_file(shift_id: int) -> Response:
    """Give the shift as a file for a calendar; one's own carries the reminders."""
    shift, person_id = _open(shift_id), current_actor().person_id
    own = signups.find_live(shift_id, person_id=person_id) if person_id else None
    content = calendar.one(shift, now=utc_now(), person_id=person_id if own else None)
    return answer(content, f"shift-{shift_id}.ics")


@blueprint.get("/activities/<int:activity_id>.ics")
@permits(policy.LIST)
def activity_file(activity_id: int) -> Response:
    """Give one activity; a draft is for staff of its place."""
    activity = get_activity(activity_id)
    if activity.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=activity.place.path)
    event = events.of_activity(activity, now=utc_now())
    return answer(calendar.write([event]), f"activity-{activity_id}.ics")


@blueprint.get("/activities/series/<int:series_id>.ics")
@permits(policy.LIST)
def series_file(series_id: int) -> Response:
    """Give a series with every day of it that everybody may see, whatever the date."""
    found = events.of_series(feeds.get_held(series_id), now=utc_now())
    return answer(calendar.write(found), f"series-{series_id}.ics")


def answer(content: bytes, name: str, *, kept: str = ASK_AGAIN) -> Response:
    """Answer with a calendar, or by 304 if it says the same as the one that the reader has."""
    response = Response(content, content_type=CALENDAR_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = kept
    # The moment of writing says nothing new: by it alone no two answers would ever be the same.
    response.set_etag(sha256(WRITTEN_AT.sub(b"", content)).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    return response


def _open(shift_id: int) -> Shift:
    """Read a shift that this reader may see; a draft is for staff of its place."""
    shift = shifts.get_shift(shift_id)
    if shift.state == "draft":
        policy.READ_DRAFT.ensure(current_actor(), path=shift.place.path)
    return shift

"""What is held, as a calendar reads it (RFC 5545): an activity, and a series as one event.

A series is one VEVENT with its rule, from the first day that everybody may see to the last.  Days
of the rule that are not held are EXDATEs; a day that goes its own way is an event of the same UID
whose RECURRENCE-ID names the day that it stands for.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Event, vRecur

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.calendar import rules
from volunteer_hub.calendar.queries.feeds import Held
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.signups.letters import calendar


def of_activity(activity: Activity, *, now: datetime) -> Event:
    """Write an activity that stands by itself; a cancelled one says why."""
    event = _event(f"activity-{activity.id}", activity.revision, activity, now)
    _add_activity(event, activity, zone())
    return event


def of_series(held: Held, *, now: datetime) -> list[Event]:
    """Write a series, and each of its days that goes its own way."""
    there = ZoneInfo(held.series.zone)
    return [_recurring(held, there, now), *(_exception(held, one, there, now) for one in held.own)]


def _recurring(held: Held, there: ZoneInfo, now: datetime) -> Event:
    series, plan = held.series, rules.plan(named=held.named, held=held.days)
    event = _event(f"series-{series.id}", held.sequence, series, now)
    _add_span(event, series.span_on(plan.first), there)
    event.add("description", localized(series, "description"))
    event.add("url", calendar.page("/activities"))
    event.add("status", "CONFIRMED")
    if plan.until:
        rule = vRecur.from_ical(series.rule)
        rule["UNTIL"] = [series.span_on(plan.until).starts_at.astimezone(UTC)]
        event.add("rrule", rule)
    for name, days in (("exdate", plan.left_out), ("rdate", plan.added)):
        if days:
            event.add(name, [series.span_on(day).starts_at.astimezone(there) for day in days])
    return event


def _exception(held: Held, activity: Activity, there: ZoneInfo, now: datetime) -> Event:
    assert activity.nominal_on is not None, "one of a series has a nominal day"
    event = _event(f"series-{held.series.id}", held.sequence, activity, now)
    instead_of = held.series.span_on(activity.nominal_on).starts_at
    event.add("recurrence-id", instead_of.astimezone(there))
    _add_activity(event, activity, there)
    return event


def _event(name: str, sequence: int, thing: Activity | Series, now: datetime) -> Event:
    event = Event()
    event.add("uid", calendar.uid(name))
    event.add("sequence", sequence)
    event.add("dtstamp", now)
    event.add("summary", localized(thing, "title"))
    event.add("location", calendar.address(thing.place))
    event.add("organizer", calendar.organizer(thing.place))
    return event


def _add_activity(event: Event, activity: Activity, there: ZoneInfo) -> None:
    _add_span(event, activity.span, there)
    gone = activity.state == "cancelled"
    said = _("Cancelled: %(reason)s", reason=activity.reason)
    event.add("description", said if gone else localized(activity, "description"))
    event.add("url", calendar.page(f"/activities/{activity.id}"))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")


def _add_span(event: Event, span: Span, there: ZoneInfo) -> None:
    event.add("dtstart", span.starts_at.astimezone(there))
    event.add("dtend", span.ends_at.astimezone(there))

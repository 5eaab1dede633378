"""Calendar files (RFC 5545): one shift for a letter or a page, many for a feed.

A shift keeps its UID for ever and its revision is the SEQUENCE, so that calendars replace what
moved and drop what was called off.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.shifts.rules import REMINDERS

STATUS = {"confirmed": "CONFIRMED", "waitlisted": "TENTATIVE", "cancelled_by_org": "CANCELLED"}
FEED_IS_READ_EVERY = timedelta(hours=4)


def one(
    shift: Shift, *, now: datetime, person_id: int | None = None, method: str = "PUBLISH"
) -> bytes:
    """Write one shift as a file; PUBLISH puts it into the calendar, CANCEL takes it out."""
    gone = method == "CANCEL" or shift.state == "cancelled"
    event = _event(shift, person_id, "CANCELLED" if gone else "CONFIRMED", now)
    if person_id is not None and not gone:
        for before in REMINDERS.values():
            event.add_component(_alarm(before))
    return _calendar([event], [shift.starts_at.year], method=method).to_ical()


def feed(
    name: str, shifts: Iterable[tuple[Shift, str]], *, now: datetime, person_id: int | None = None
) -> bytes:
    """Write many shifts, each with the state of its sign-up, for a calendar that reads again."""
    named = list(shifts)
    events = [_event(shift, person_id, STATUS[state], now) for shift, state in named]
    years = [shift.starts_at.year for shift, _state in named]
    calendar = _calendar(events, years, method="PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", FEED_IS_READ_EVERY, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    return calendar.to_ical()


def _event(shift: Shift, person_id: int | None, status: str, now: datetime) -> Event:
    event = Event()
    own = f"-{person_id}" if person_id is not None else ""
    event.add("uid", f"shift-{shift.id}{own}@{_host()}")
    event.add("sequence", shift.revision)
    event.add("dtstamp", now)
    event.add("dtstart", shift.starts_at.astimezone(zone()))
    event.add("dtend", shift.ends_at.astimezone(zone()))
    event.add(
        "summary", _("%(what)s: %(role)s", what=_title(shift), role=localized(shift, "title"))
    )
    event.add("location", _place(shift))
    event.add("description", _describe(shift))
    event.add("url", f"{_settings().public_url}/shifts/{shift.id}")
    event.add("status", status)
    event.add("organizer", _organizer(shift))
    return event


def _calendar(events: list[Event], years: list[int], *, method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Volunteer Hub//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if years:
        calendar.add_component(_timezone(zone(), min(years), max(years)))
    for event in events:
        calendar.add_component(event)
    return calendar


@cache
def _timezone(there: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    first, last = date(first_year - 1, 1, 1), date(last_year + 2, 1, 1)
    return Timezone.from_tzid(there.key, first_date=first, last_date=last)


def _alarm(before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Your shift is coming up"))
    alarm.add("trigger", -before)
    return alarm


def _title(shift: Shift) -> str:
    return localized(shift.activity, "title")


def _place(shift: Shift) -> str:
    parts = (where(shift), localized(shift.place, "address"))
    return ", ".join(part for part in parts if part)


def _describe(shift: Shift) -> str:
    if shift.state == "cancelled":
        return _("Cancelled: %(reason)s", reason=shift.reason)
    parts = (localized(shift, "tasks"), localized(shift, "risk_notice"))
    return "\n\n".join(part for part in parts if part)


def _organizer(shift: Shift) -> vCalAddress:
    _name, address = parseaddr(_settings().mail_from)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["cn"] = vText(localized(shift.place, "name"))
    return organizer


def _host() -> str:
    return urlsplit(_settings().public_url).hostname or "localhost"


def _settings() -> Any:
    return current_app.config["SETTINGS"]

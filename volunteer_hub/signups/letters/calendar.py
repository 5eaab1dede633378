"""Calendar files (RFC 5545): one shift for a letter or a page, many for a feed.

A shift keeps its UID for ever and its revision is the SEQUENCE, so that calendars replace what
moved and drop what was called off.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from functools import cache
from typing import cast
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.foundation.settings import settings
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.rules.line import REMINDERS

STATUS = {
    "confirmed": "CONFIRMED",
    "offered": "TENTATIVE",
    "waitlisted": "TENTATIVE",
    "cancelled_by_org": "CANCELLED",
}
FEED_IS_READ_EVERY = timedelta(hours=4)


def one(
    shift: Shift,
    *,
    now: datetime,
    person_id: int | None = None,
    method: str = "PUBLISH",
    guest: tuple[str, str] | None = None,
) -> bytes:
    """Write one shift as a file; PUBLISH and REQUEST put it into the calendar, CANCEL takes it out.

    :param guest: name and e-mail address of who signed up; mail programs enter a REQUEST, and
        drop what a CANCEL names, only where they find their owner among the guests (RFC 5546)
    """
    gone = method == "CANCEL" or shift.state == "cancelled"
    event = _event(shift, person_id, "CANCELLED" if gone else "CONFIRMED", now)
    if guest is not None:
        event.add("attendee", _guest(*guest))
    return write([event], method=method)


def feed(
    name: str, shifts: Iterable[tuple[Shift, str]], *, now: datetime, person_id: int | None = None
) -> bytes:
    """Write many shifts, each with the state of its sign-up, for a calendar that reads again."""
    return write([_event(shift, person_id, STATUS[state], now) for shift, state in shifts], name)


def write(events: Sequence[Event], name: str = "", *, method: str = "PUBLISH") -> bytes:
    """Write a calendar with every zone its events name; with a name it is one to subscribe to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Volunteer Hub//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)  # RFC 7986; X-WR-CALNAME is what most programs read
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", FEED_IS_READ_EVERY, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT4H")
    for name_of_zone, years in _years_by_zone(events).items():
        calendar.add_component(_timezone(name_of_zone, min(years), max(years)))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def address(place: Place, spot: str = "") -> str:
    """Write a place, or the spot at it, on one line with its address."""
    parts = (spot or localized(place, "name"), localized(place, "address"))
    return ", ".join(part for part in parts if part)


def organizer(place: Place) -> vCalAddress:
    """Name the place as who invites; answers go where the house reads its mail."""
    _name, mailbox = parseaddr(settings().mail_from)
    found = vCalAddress(f"mailto:{mailbox}")
    found.params["cn"] = vText(localized(place, "name"))
    return found


def uid(thing: str) -> str:
    """Name a thing as no other house does: shift-7@hub.example."""
    return f"{thing}@{urlsplit(settings().public_url).hostname or 'localhost'}"


def page(path: str) -> str:
    """Give the address of a page as readers outside know it."""
    return f"{settings().public_url}{path}"


def _event(shift: Shift, person_id: int | None, status: str, now: datetime) -> Event:
    event = Event()
    own = f"-{person_id}" if person_id is not None else ""
    event.add("uid", uid(f"shift-{shift.id}{own}"))
    event.add("sequence", shift.revision)
    event.add("dtstamp", now)
    event.add("dtstart", shift.starts_at.astimezone(zone()))
    event.add("dtend", shift.ends_at.astimezone(zone()))
    title, role = localized(shift.activity, "title"), localized(shift, "title")
    event.add("summary", _("%(what)s: %(role)s", what=title, role=role))
    event.add("location", address(shift.place, localized(shift, "spot")))
    event.add("description", _describe(shift))
    event.add("url", page(f"/shifts/{shift.id}"))
    event.add("status", status)
    event.add("organizer", organizer(shift.place))
    if person_id is not None and status == "CONFIRMED":
        for before in REMINDERS.values():
            event.add_component(_alarm(before))
    return event


def _guest(name: str, mailbox: str) -> vCalAddress:
    """Name who comes; they have said so here, so nobody asks them for an answer by mail."""
    found = vCalAddress(f"mailto:{mailbox}")
    said = {"cn": name, "role": "REQ-PARTICIPANT", "partstat": "ACCEPTED", "rsvp": "FALSE"}
    for parameter, value in said.items():
        found.params[parameter] = vText(value)
    return found


def _alarm(before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("Your shift is coming up"))
    alarm.add("trigger", -before)
    return alarm


def _describe(shift: Shift) -> str:
    if shift.state == "cancelled":
        return _("Cancelled: %(reason)s", reason=shift.reason)
    parts = (localized(shift, "tasks"), localized(shift, "risk_notice"))
    return "\n\n".join(part for part in parts if part)


def _years_by_zone(events: Iterable[Event]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for event in events:
        starts_at, written_at = cast(datetime, event.start), cast(datetime, event.DTSTAMP)
        # What recurs is shown for years from now, whenever it began.
        found[str(starts_at.tzinfo)] |= {starts_at.year, written_at.year}
    return found


@cache
def _timezone(name: str, first_year: int, last_year: int) -> Timezone:
    first, last = date(first_year - 1, 1, 1), date(last_year + 2, 1, 1)
    found = Timezone.from_tzid(name, first_date=first, last_date=last)
    for change in found.subcomponents:
        # Thunderbird reads but the first of several days in one line.
        for day in [day.dt for day in getattr(change.pop("rdate", None), "dts", ())]:
            change.add("rdate", [day])
    return found

"""What search engines read on the public page of an activity or a shift: schema.org's Event.

The pages are a lower room's; they reach this function by its name, as they reach pages by theirs.
It stands in the page as a data block, which no browser runs: the content policy stays as it is.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for

from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.rules.recurrence import LAST, WEEKDAYS, Recurrence
from volunteer_hub.calendar import rules
from volunteer_hub.calendar.queries import feeds
from volunteer_hub.calendar.views.opportunities import blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import language, local_day, localized, zone
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import ShiftRow

blueprints = (blueprint,)

SCHEMA = "https://schema.org"
TAGS = {"zh": "zh-CN", "en": "en"}
UNITS = {"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M"}

Data = dict[str, Any]


@blueprint.app_template_global()
def event_of_activity(activity: Activity, rows: Sequence[ShiftRow]) -> Data:
    """Describe an activity with the places on its shifts and, if it recurs, when."""
    url = url_for("signups.activity", activity_id=activity.id, _external=True)
    needed = [row for row in rows if row.state != "off"]
    free = sum(max(row.free, 0) for row in needed)
    held = feeds.find_held(activity.series_id) if activity.series_id else None
    return {
        **_event(activity.place, url, name=localized(activity, "title")),
        **_span(activity.starts_at, activity.ends_at),
        **_described(localized(activity, "description")),
        **_status(activity, cancelled=activity.state == "cancelled"),
        **_places(sum(row.capacity for row in needed), free),
        **_register(f"{url}#shifts", may=bool(free) and activity.starts_at > utc_now()),
        **(_schedule(held) if held else {}),
    }


@blueprint.app_template_global()
def event_of_shift(shift: Shift) -> Data:
    """Describe a shift as a part of its activity, with its places."""
    url = url_for("signups.show", shift_id=shift.id, _external=True)
    above = url_for("signups.activity", activity_id=shift.activity_id, _external=True)
    title, role = localized(shift.activity, "title"), localized(shift, "title")
    name = _("%(what)s: %(role)s", what=title, role=role)
    return {
        **_event(shift.place, url, name=name, spot=localized(shift, "spot")),
        **_span(shift.starts_at, shift.ends_at),
        **_described(localized(shift, "tasks")),
        **_status(shift.activity, cancelled=shift.state == "cancelled"),
        **_places(shift.capacity + shift.capacity_extra, max(shift.free, 0)),
        **_register(f"{url}#signup", may=shift.is_open(utc_now())),
        "superEvent": {"@type": "Event", "name": title, "url": above},
    }


def _event(place: Place, url: str, *, name: str, spot: str = "") -> Data:
    street = localized(place, "address")
    address = {"@type": "PostalAddress", "addressLocality": localized(place, "name")}
    home = url_for("home.index", _external=True)
    return {
        "@context": SCHEMA,
        "@type": "Event",
        "name": name,
        "url": url,
        "inLanguage": TAGS[language()],
        "isAccessibleForFree": True,
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": spot or localized(place, "name"),
            "address": address | ({"streetAddress": street} if street else {}),
        },
        "organizer": {
            "@type": "Organization",
            "name": localized(place, "name"),
            "url": home,
        },
    }


def _span(starts_at: datetime, ends_at: datetime) -> Data:
    return {"startDate": _instant(starts_at), "endDate": _instant(ends_at)}


def _described(text: str | None) -> Data:
    return {"description": text} if text else {}


def _status(activity: Activity, *, cancelled: bool) -> Data:
    """Say whether it is held; what was moved from its nominal day says from which."""
    if cancelled:
        return {"eventStatus": f"{SCHEMA}/EventCancelled"}
    nominal = activity.nominal_on
    if nominal is None or nominal == local_day(activity.starts_at):
        return {"eventStatus": f"{SCHEMA}/EventScheduled"}
    moved = {"previousStartDate": nominal.isoformat()}
    return {"eventStatus": f"{SCHEMA}/EventRescheduled", **moved}


def _places(capacity: int, free: int) -> Data:
    if not capacity:
        return {}
    return {"maximumAttendeeCapacity": capacity, "remainingAttendeeCapacity": free}


def _register(url: str, *, may: bool) -> Data:
    if not may:
        return {}
    target = {"@type": "EntryPoint", "urlTemplate": url}
    return {"potentialAction": {"@type": "RegisterAction", "target": target}}


def _schedule(held: feeds.Held) -> Data:
    """Say when a series recurs; nothing of rules that schema.org has no words for."""
    series, rule = held.series, held.series.recurrence
    if LAST in rule.month_days:
        return {}
    plan = rules.plan(named=held.named, held=held.days)
    moved = [one.nominal_on for one in held.own if local_day(one.starts_at) != one.nominal_on]
    wall = series.span_on(plan.first)
    schedule = {
        "@type": "Schedule",
        "repeatFrequency": f"P{rule.interval}{UNITS[rule.frequency]}",
        **_by(rule),
        "startDate": plan.first.isoformat(),
        "endDate": held.days[-1].isoformat(),
        "startTime": series.begins.isoformat(),
        "duration": f"PT{wall.minutes}M",
        "scheduleTimezone": series.zone,
        "exceptDate": _days([*plan.left_out, *moved]),
    }
    return {"eventSchedule": schedule}


def _by(rule: Recurrence) -> Data:
    weekdays = [WEEKDAYS[day] for day in rule.weekdays]
    weekdays += [f"{which}{WEEKDAYS[day]}" for which, day in rule.month_weekdays]
    if weekdays:
        return {"byDay": weekdays}  # as iCalendar writes them
    return {"byMonthDay": list(rule.month_days)} if rule.month_days else {}


def _days(days: Sequence[date | None]) -> list[str]:
    return [day.isoformat() for day in sorted(filter(None, days))]


def _instant(instant: datetime) -> str:
    """Write the wall clock of the place with its offset: 2026-12-05T08:00+08:00."""
    return instant.astimezone(zone()).isoformat(timespec="minutes")

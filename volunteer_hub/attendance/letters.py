"""The letters this room writes."""

from datetime import datetime, timedelta
from typing import Any

from volunteer_hub.attendance.models import Hours
from volunteer_hub.foundation.language import localized, speaking
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import reader_of

WORTH_READING = timedelta(days=3)
DISPUTED, ANSWERED = "hours-dispute-opened", "hours-dispute-answered"


def hours_rejected(hours: Hours, *, now: datetime) -> int:
    """Tell the volunteer that minutes were not counted, and why."""
    return _post(
        "attendance/rejected",
        hours,
        to=hours.person,
        kind="hours-rejected",
        key=f"hours-rejected:{hours.id}",
        topic=f"hours:{hours.id}",
        facts={"reason": hours.rejected_because},
        due_at=now,
        expires_at=now + WORTH_READING,
    )


def _post(
    template: str,
    hours: Hours,
    *,
    to: Person,
    kind: str,
    facts: dict[str, Any],
    channels: tuple[str, ...] = ("email",),
    **envelope: Any,
) -> int:
    """Post a letter about the hours, in its reader's words."""
    shift = hours.shift
    reader = reader_of(to, kind=kind, place_path=shift.place.path)
    with speaking(reader.language):
        facts = facts | {
            "activity": localized(shift.activity, "title"),
            "role": localized(shift, "title"),
            "place": localized(shift.place, "name"),
            "starts_at": shift.starts_at,
            "minutes": hours.minutes,
        }
    return post_letter(template, to=reader, kind=kind, facts=facts, channels=channels, **envelope)

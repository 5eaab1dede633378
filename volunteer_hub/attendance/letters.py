"""The letters this room writes."""

from datetime import datetime, timedelta

from volunteer_hub.attendance.models import Hours
from volunteer_hub.foundation.language import localized, speaking
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.people.queries import reader_of

WORTH_READING = timedelta(days=3)


def hours_rejected(hours: Hours, *, now: datetime) -> int:
    """Tell the volunteer that minutes were not counted, and why."""
    shift = hours.shift
    reader = reader_of(hours.person, kind="hours-rejected", place_path=shift.place.path)
    with speaking(reader.language):
        facts = {
            "activity": localized(shift.activity, "title"),
            "role": localized(shift, "title"),
            "place": localized(shift.place, "name"),
            "starts_at": shift.starts_at,
            "minutes": hours.minutes,
            "reason": hours.rejected_because,
        }
    return post_letter(
        "attendance/rejected",
        to=reader,
        kind="hours-rejected",
        key=f"hours-rejected:{hours.id}",
        topic=f"hours:{hours.id}",
        facts=facts,
        channels=("email",),
        due_at=now,
        expires_at=now + WORTH_READING,
    )

"""The letters about somebody's hours: not counted, disputed, answered."""

from datetime import datetime, timedelta
from typing import Any

from volunteer_hub.foundation.clock import day_span
from volunteer_hub.foundation.language import localized, speaking, zone
from volunteer_hub.foundation.policy import COORDINATOR, SUPERVISOR
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.messages.actions import call_back, post_letter
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import holders
from volunteer_hub.people.queries.readers import reader_of

WORTH_READING = timedelta(days=3)
DISPUTED, ANSWERED = "hours-dispute-opened", "hours-dispute-answered"


def hours_rejected(hours: Hours, *, now: datetime) -> int:
    """Tell the volunteer that minutes were not counted, and why."""
    return _post(
        "hours/rejected",
        hours,
        to=hours.person,
        kind="hours-rejected",
        key=f"hours-rejected:{hours.id}",
        topic=f"hours:{hours.id}",
        facts={"reason": hours.rejected_because},
        due_at=now,
        expires_at=now + WORTH_READING,
    )


def dispute_opened(dispute: Dispute, *, now: datetime) -> None:
    """Ask the place's coordinators who took no part, or else its supervisors, for an answer."""
    hours = dispute.hours
    involved = (hours.person_id, hours.recorded_by, hours.verified_by, hours.rejected_by)
    path = hours.shift.place.path
    asked = [one for one in holders(COORDINATOR, path) if one.id not in involved]
    for person in asked or [one for one in holders(SUPERVISOR, path) if one.id not in involved]:
        _post(
            "hours/dispute-opened",
            hours,
            to=person,
            kind=DISPUTED,
            key=f"{DISPUTED}:{dispute.id}:{person.id}",
            topic=f"hours-dispute:{dispute.id}",
            facts={"dispute": dispute, "volunteer": hours.person.name},
            due_at=now,
            expires_at=day_span(dispute.due_on, zone()).ends_at,
        )


def call_back_dispute(dispute: Dispute) -> None:
    """Stop asking for an answer."""
    call_back(f"hours-dispute:{dispute.id}", kinds=[DISPUTED])


def dispute_answered(dispute: Dispute, *, minutes: int | None, now: datetime) -> None:
    """Tell the volunteer the answer, and stop asking others for one.

    :param minutes: what is right, if the dispute was upheld
    """
    call_back_dispute(dispute)
    _post(
        "hours/dispute-answered",
        dispute.hours,
        to=dispute.hours.person,
        kind=ANSWERED,
        key=f"{ANSWERED}:{dispute.id}",
        topic=f"hours-dispute:{dispute.id}",
        facts={"dispute": dispute, "right": minutes},
        due_at=now,
        expires_at=now + WORTH_READING,
        channels=("email", "sms"),
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

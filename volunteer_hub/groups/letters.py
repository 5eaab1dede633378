"""What this room writes to the contact of a group; signups tells everybody who gets a place."""

from datetime import datetime
from typing import Any

from volunteer_hub.groups.models import Reservation
from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.shifts.queries.lists import where

KIND = "shift"  # several kinds, of which some always go: which leave is asked at the mark


def kept(reservation: Reservation, *, token: str, now: datetime) -> None:
    """Send the contact the link by which the group's people take their places."""
    _post("kept", reservation, now=now, expires_at=reservation.until, token=token)


def released(reservation: Reservation, *, now: datetime) -> None:
    """Tell the contact once what was left, or that the shift was called off."""
    post_office.call_back(_topic(reservation), reason="superseded")
    shift = reservation.shift
    if reservation.left and shift.ends_at > now:
        off = shift.state == "cancelled"
        _post("released", reservation, now=now, expires_at=shift.ends_at, off=off)


def _post(
    name: str, reservation: Reservation, *, now: datetime, expires_at: datetime, **facts: Any
) -> None:
    shift, kind = reservation.shift, f"places-{name}"
    known = {"kept": reservation, "shift": shift, "activity": shift.activity, "where": where}
    post_office.post_letter(
        f"groups/{name}",
        to=reader_of(reservation.contact, kind=KIND, place_path=shift.place.path),
        kind=kind,
        key=f"{kind}:{reservation.id}",
        topic=_topic(reservation),
        facts={**known, **facts},
        due_at=now,
        expires_at=expires_at,
    )


def _topic(reservation: Reservation) -> str:
    return f"reservation:{reservation.id}"

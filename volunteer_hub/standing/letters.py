"""What this room writes to people: what a standing order has promised, and where it could not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.standing.models import StandingOrder
from volunteer_hub.standing.rules import OTHERWISE, REASONS

KIND = "shift"  # several kinds, of which some always go: which leave is asked at the mark
BEGAN, REFUSED = "standing-began", "standing-refused"
SINGLE = ("shift-joined", "shift-waitlisted")  # the letters of each sign-up, told in one here
WORTH_READING = timedelta(days=3)


class Tried(Protocol):
    """What came of the order on one shift."""

    @property
    def shift(self) -> Shift: ...
    @property
    def outcome(self) -> str: ...
    @property
    def reason(self) -> str | None: ...


def began(order: StandingOrder, *, person: Person, tried: Sequence[Tried], now: datetime) -> None:
    """Tell in one letter what the person is signed up for now, in place of one for each shift."""
    for one in tried:
        topic = f"shift:{one.shift.id}"
        post_office.call_back(topic, reason="superseded", kinds=SINGLE, recipient_id=person.id)
    place = order.series.place
    reader = reader_of(person, kind=KIND, place_path=place.path)
    post_office.post_letter(
        "standing/began",
        to=reader,
        kind=BEGAN,
        key=f"{BEGAN}:{order.id}",
        topic=_topic(order),
        facts={
            "order": order,
            "series": order.series,
            "tried": [(one, _reason(one.reason)) for one in tried],
            "joined": sum(one.outcome == "joined" for one in tried),
            "where": where,
        },
        due_at=now,
        expires_at=now + WORTH_READING,
    )


def refused(
    order: StandingOrder, *, person: Person, shift: Shift, reason: str | None, now: datetime
) -> None:
    """Tell once that the person is not signed up for one shift, and why."""
    post_office.post_letter(
        "standing/refused",
        to=reader_of(person, kind=KIND, place_path=shift.place.path),
        kind=REFUSED,
        key=f"{REFUSED}:{order.id}:{shift.id}",
        topic=_topic(order),
        facts={
            "shift": shift,
            "activity": shift.activity,
            "where": where,
            "why": _reason(reason),
        },
        due_at=now,
        expires_at=shift.starts_at,
    )


def call_back(order: StandingOrder) -> None:
    """Stop what has not left yet: the order was stopped."""
    post_office.call_back(_topic(order))


def _reason(code: str | None) -> str:
    return REASONS.get(code or "", OTHERWISE)


def _topic(order: StandingOrder) -> str:
    return f"standing:{order.id}"

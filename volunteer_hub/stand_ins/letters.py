"""What this room writes to people. Once a place is taken over, signups tells both."""

from datetime import datetime
from typing import Any

from volunteer_hub.messages import actions as post_office
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.stand_ins.models import StandInRequest

KIND = "shift"  # several kinds, of which some always go: which leave is asked at the mark


def asked(request: StandInRequest, *, now: datetime) -> None:
    """Ask the one person who is invited; whoever is open to anybody stands in the list."""
    if request.invited is not None:
        facts = {"asking": request, "who": request.signup.person.name, "note": request.note}
        _post("asked", request, to=request.invited, now=now, **facts)


def declined(request: StandInRequest, *, now: datetime) -> None:
    """Tell who asked that the other cannot come."""
    assert request.invited is not None, "only who was asked can say no"
    _post("declined", request, to=request.signup.person, now=now, who=request.invited.volunteer_no)


def call_back(request: StandInRequest) -> None:
    """Stop asking: the request is settled."""
    post_office.call_back(_topic(request), reason="superseded")


def _post(name: str, request: StandInRequest, *, to: Person, now: datetime, **facts: Any) -> None:
    shift = request.signup.shift
    kind = f"stand-in-{name}"
    post_office.post_letter(
        f"stand_ins/{name}",
        to=reader_of(to, kind=KIND, place_path=shift.place.path),
        kind=kind,
        key=f"{kind}:{request.id}",
        topic=_topic(request),
        facts={"shift": shift, "activity": shift.activity, "where": where, **facts},
        due_at=now,
        expires_at=shift.starts_at,
    )


def _topic(request: StandInRequest) -> str:
    return f"stand-in:{request.id}"

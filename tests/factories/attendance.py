from datetime import datetime
from typing import Any

from volunteer_hub.attendance.models import Presence
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day
from volunteer_hub.hours.models import Hours
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup


def make_presence(
    shift: Shift,
    person: Person,
    *,
    state: str = "present",
    signup: Signup | None = None,
    **more: Any,
) -> Presence:
    """Somebody on a shift's day; there from its start, until its end when they have left."""
    came, left = state in ("present", "left"), state == "left"
    facts: dict[str, Any] = {
        "checked_in_at": shift.starts_at if came else None,
        "signup_id": signup.id if signup else None,
    }
    until = more.pop("checked_out_at", shift.ends_at)
    first = "present" if left else state  # the database knows no way from nothing to left
    presence = Presence(shift_id=shift.id, person_id=person.id, state=first, **(facts | more))
    db.session.add(presence)
    db.session.flush()
    if left:
        presence.state, presence.checked_out_at = "left", until
        db.session.flush()
    return presence


def make_hours(
    shift: Shift,
    person: Person,
    *,
    minutes: int = 180,
    state: str = "recorded",
    by: Person | None = None,
    at: datetime | None = None,
    **more: Any,
) -> Hours:
    """Clocked minutes; `by` is who verified or rejected them when they are settled."""
    facts: dict[str, Any] = {"source": "clocked", "served_on": local_day(shift.starts_at)}
    settled_at, settler = at or utc_now(), by.id if by else None
    if state == "locked":
        facts |= {"verified_at": settled_at, "verified_by": settler}
    if state == "rejected":
        facts |= {"rejected_at": settled_at, "rejected_by": settler, "rejected_because": "不符"}
    hours = Hours(
        shift_id=shift.id, person_id=person.id, minutes=minutes, state=state, **(facts | more)
    )
    db.session.add(hours)
    db.session.flush()
    return hours

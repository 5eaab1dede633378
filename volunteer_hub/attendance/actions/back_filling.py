"""Write in hours that nobody clocked: from a paper sheet, or after a mark was forgotten."""

from datetime import datetime

from volunteer_hub.attendance.actions.presence import count, ensure_nowhere_else, put, start
from volunteer_hub.attendance.queries import presence as presence_queries
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation import audit
from volunteer_hub.hours.actions.hours import ensure_nothing_stands
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules import hours as rules
from volunteer_hub.people.models import Person
from volunteer_hub.places.queries import get_place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.queries.signups import lock_person


def back_fill(
    *,
    shift: Shift,
    person: Person,
    checked_in_at: datetime,
    checked_out_at: datetime,
    reason: str,
    by: int,
    now: datetime,
) -> Hours:
    """Write in a stay and its minutes, with the reason; another person must verify them.

    :raises ReasonIsMissing, OwnHours, ShiftDoesNotRun, CheckInIsNotOpen, NotOverYet,
        AlreadyCheckedIn, HoursStandAlready, PresentElsewhere, LeavesBeforeArriving,
        NothingWasServed:
    """
    rules.ensure_reason(reason)
    rules.ensure_not_own(person=person.id, by=by)
    presence_rules.ensure_runs(shift.state)
    presence_rules.ensure_check_in_is_open(shift.span, now=checked_in_at)
    if checked_out_at > now:
        raise rules.NotOverYet
    minutes = rules.served_minutes(checked_in_at, checked_out_at, span=shift.span)
    lock_person(person.id)
    ensure_nothing_stands(shift.id, person)
    ensure_nowhere_else(person, shift_id=shift.id, since=checked_in_at, until=checked_out_at)
    presence = presence_queries.lock_presence_of(shift.id, person.id)
    if presence and presence.state == "present":
        raise presence_rules.AlreadyCheckedIn(name=person.name)
    signup = presence_queries.find_signup(shift.id, person.id)
    presence = presence or start(shift, person, signup)
    stay = {"checked_in_at": checked_in_at, "checked_out_at": checked_out_at}
    put(presence, "left", by=by, now=now, method="paper", **stay)
    hours = count(presence, minutes=minutes, source="back_filled", by=by, now=now, reason=reason)
    audit.record(
        "back_filled",
        f"hours:{hours.id}",
        place_path=get_place(shift.place_id).path,
        actor_id=by,
        person=person.id,
        minutes=minutes,
        reason=reason,
    )
    return hours

"""Take a volunteer's own word for minutes that nobody wrote down."""

from datetime import datetime

from volunteer_hub.attendance.queries import presence as presence_queries
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.hours.actions.hours import note, write
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.queries.hours import get_shift
from volunteer_hub.hours.rules import hours as rules
from volunteer_hub.people.models import Person
from volunteer_hub.signups.queries.signups import lock_person


def declare(*, shift_id: int, person: Person, minutes: int, reason: str, now: datetime) -> Hours:
    """Write down what the volunteer declares, with the reason; a coordinator must verify it.

    Somebody without a place may declare too: the verifier sees that there was none.

    :raises ReasonIsMissing, ShiftDoesNotRun, NotOverYet, TooLateToDeclare, MinutesDoNotFit:
    :raises HoursAreThere: those are disputed instead
    :raises AlreadyCheckedIn: the clock still runs
    """
    rules.ensure_reason(reason)
    shift = get_shift(shift_id)
    presence_rules.ensure_runs(shift.state)
    rules.ensure_may_declare(shift.ends_at, within=queries.limits().declare_within, now=now)
    rules.ensure_minutes(minutes, most=min(shift.span.minutes, rules.LONGEST_DAY))
    lock_person(person.id)
    if queries.lock_of_person(shift.id, person.id):
        raise rules.HoursAreThere
    presence = presence_queries.find_presence(shift.id, person.id)
    if presence and presence.state == "present":
        raise presence_rules.AlreadyCheckedIn(name=person.name)
    signup = presence_queries.find_signup(shift.id, person.id)
    declared = {"source": "self_declared", "by": person.id, "reason": reason}
    hours = write(shift, person, minutes=minutes, now=now, **declared)
    hours.signup_id = signup.id if signup else None
    note("declared", hours, by=person.id)
    return hours

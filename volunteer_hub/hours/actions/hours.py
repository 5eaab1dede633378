"""Record, verify, reject and reverse hours.  Each verb is all or nothing; the door commits."""

from collections.abc import Sequence
from datetime import datetime

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.foundation.language import local_day
from volunteer_hub.hours import letters
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.rules import hours as rules
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift


def record(
    shift: Shift,
    person: Person,
    *,
    stay: Span,
    signup_id: int | None,
    minutes: int,
    source: str,
    by: int | None,
    now: datetime,
    reason: str | None = None,
) -> Hours:
    """Write down minutes that follow from a stay; they count once a second person verified them.

    What the clock says is flagged when the stay covers too little of the shift.

    :param signup_id: the place the person held, if any
    """
    share = queries.limits().presence_share
    short = source == "clocked" and rules.is_short(stay, shift=shift.span, share=share)
    hours = write(shift, person, minutes=minutes, source=source, by=by, now=now, reason=reason)
    hours.signup_id, hours.below_presence_rule = signup_id, short
    db.session.flush()
    return hours


def write(
    shift: Shift,
    person: Person,
    *,
    minutes: int,
    source: str,
    by: int | None,
    now: datetime,
    reason: str | None,
) -> Hours:
    """Write down minutes of a shift, on somebody's word."""
    hours = Hours(
        person_id=person.id,
        shift_id=shift.id,
        served_on=local_day(shift.starts_at),
        minutes=minutes,
        source=source,
        state="recorded",
        recorded_by=by,
        recorded_at=now,
        reason=reason,
    )
    hours.person, hours.shift = person, shift
    db.session.add(hours)
    db.session.flush()
    return hours


def verify_hours(
    *, hours_id: int, verifier: int, now: datetime, agreed: int | None = None
) -> Hours:
    """Lock hours as a second person; from now on they count, and never change again.

    :param agreed: the minutes which the verifier saw that the day still holds, when fewer
    :raises HoursAreSettled, VerifierServed, VerifierRecorded: see rules.hours.ensure_may_settle
    :raises HoursStandAlready: while other hours of the person stand for the shift
    :raises DayIsFull: beyond the day's cap, unless the verifier agreed to the shortened minutes
    """
    queries.lock_owners(Hours.id == hours_id)
    hours = queries.lock_hours(hours_id)
    rules.ensure_may_settle(
        state=hours.state,
        person=hours.person_id,
        vouched_by=hours.vouched_by,
        verifier=verifier,
    )
    if not hours.is_reversal:
        ensure_nothing_stands(hours.shift_id, hours.person, but=hours.id)
        ((_day, locked),) = queries.locked_minutes([hours]).items()
        hours.minutes = rules.counted_minutes(
            hours.minutes, locked=locked, cap=queries.limits().day_cap, agreed=agreed
        )
    _lock([hours], verifier=verifier, now=now)
    note("verified", hours, by=verifier)
    return hours


def verify_shift(*, shift_id: int, verifier: int, now: datetime) -> int:
    """Lock the clocked hours of a shift that wait and fit under the day's cap.

    Short stays and the verifier's own are left to be looked at one by one.

    :returns: how many were locked
    """
    owners = queries.lock_owners(queries.waits_clocked(shift_id, verifier))
    waiting = [
        h for h in queries.lock_clocked(shift_id, verifier=verifier) if h.person_id in owners
    ]
    locked, cap = queries.locked_minutes(waiting), queries.limits().day_cap
    fit = [h for h in waiting if locked[h.person_id, h.served_on] + h.minutes <= cap]
    _lock(fit, verifier=verifier, now=now)
    for hours in fit:
        note("verified", hours, by=verifier)
    return len(fit)


def reject_hours(*, hours_id: int, verifier: int, reason: str, now: datetime) -> Hours:
    """Settle hours as not counted, and tell the volunteer why.

    Whoever wrote hours in may withdraw them like this; nobody may reject their own.

    :raises ReasonIsMissing, HoursAreSettled, VerifierServed:
    """
    rules.ensure_reason(reason)
    hours = queries.lock_hours(hours_id)
    rules.ensure_may_settle(
        state=hours.state, person=hours.person_id, vouched_by=None, verifier=verifier
    )
    hours.state, hours.rejected_because = "rejected", reason
    hours.rejected_by, hours.rejected_at = verifier, now
    db.session.flush()
    note("rejected", hours, by=verifier, reason=reason)
    if not hours.is_reversal:
        letters.hours_rejected(hours, now=now)
    return hours


def reverse_hours(*, hours_id: int, reason: str, by: int, now: datetime) -> Hours:
    """Take locked hours back by a row of negative minutes, which a second person must verify.

    :raises ReasonIsMissing, OwnHours, HoursCannotBeReversed:
    """
    rules.ensure_reason(reason)
    hours = queries.lock_hours(hours_id)
    rules.ensure_not_own(person=hours.person_id, by=by)
    rules.ensure_may_reverse(
        state=hours.state,
        is_reversal=hours.is_reversal,
        is_reversed=queries.find_reversal(hours.id) is not None,
    )
    reversal = Hours(
        person_id=hours.person_id,
        shift_id=hours.shift_id,
        served_on=hours.served_on,
        minutes=-hours.minutes,
        served_minutes=-hours.served_minutes,
        signup_id=hours.signup_id,
        source=hours.source,
        state="recorded",
        recorded_by=by,
        recorded_at=now,
        reverses_id=hours.id,
        reason=reason,
    )
    reversal.person, reversal.shift = hours.person, hours.shift
    db.session.add(reversal)
    db.session.flush()
    note("reversed", reversal, by=by, reverses=hours.id, reason=reason)
    return reversal


def ensure_nothing_stands(shift_id: int, person: Person, *, but: int | None = None) -> None:
    """Refuse a second row beside one that waits, or that is locked and not reversed.

    A reversal that waits for its second person does not free the row yet.

    :param but: the row that may be there
    :raises HoursStandAlready: they must be rejected or reversed first
    """
    rows = queries.lock_of_person(shift_id, person.id)
    reversed_ids = {row.reverses_id for row in rows if row.is_reversal and row.state == "locked"}
    for row in rows:
        if row.state != "rejected" and not row.is_reversal and row.id not in (but, *reversed_ids):
            raise rules.HoursStandAlready(name=person.name)


def _lock(rows: Sequence[Hours], *, verifier: int, now: datetime) -> None:
    for hours in rows:
        hours.state, hours.verified_by, hours.verified_at = "locked", verifier, now
    db.session.flush()
    announce(*(_fact(hours) for hours in rows))


def _fact(hours: Hours) -> Fact:
    """Say what starts to count: one row, of negative minutes when it takes another back.

    Its kind names the class, so that figures can tell what they are made of.
    """
    return Fact(
        kind=f"hours.{hours.source}",
        place_id=hours.shift.place_id,
        project_id=hours.shift.activity.project_id,
        on=hours.served_on,
        amount=hours.minutes,
        person_id=hours.person_id,
    )


def note(verb: str, hours: Hours, *, by: int, **facts: object) -> None:
    """Write into the audit trail what was done to the hours."""
    audit.record(
        verb,
        f"hours:{hours.id}",
        place_path=hours.shift.place.path,
        actor_id=by,
        person=hours.person_id,
        minutes=hours.minutes,
        **facts,
    )

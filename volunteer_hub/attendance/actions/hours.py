"""Record, verify, reject and reverse hours.  Each verb is all or nothing; the door commits."""

from collections.abc import Sequence
from datetime import datetime

from volunteer_hub.attendance import letters
from volunteer_hub.attendance.models import Hours, Presence
from volunteer_hub.attendance.queries import hours as queries
from volunteer_hub.attendance.rules import hours as rules
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.foundation.language import local_day


def record(
    presence: Presence,
    *,
    minutes: int,
    source: str,
    by: int | None,
    now: datetime,
    reason: str | None = None,
) -> Hours:
    """Write down minutes that follow from a stay; they count once a second person verified them."""
    hours = Hours(
        person_id=presence.person_id,
        shift_id=presence.shift_id,
        served_on=local_day(presence.shift.starts_at),
        minutes=minutes,
        source=source,
        state="recorded",
        recorded_by=by,
        recorded_at=now,
        reason=reason,
    )
    hours.person, hours.shift = presence.person, presence.shift
    db.session.add(hours)
    db.session.flush()
    return hours


def verify_hours(*, hours_id: int, verifier: int, now: datetime) -> Hours:
    """Lock hours as a second person; from now on they count, and never change again.

    :raises HoursAreSettled, VerifierServed, VerifierRecorded: see rules.hours.ensure_may_settle
    """
    hours = queries.lock_hours(hours_id)
    rules.ensure_may_settle(
        state=hours.state,
        person=hours.person_id,
        vouched_by=hours.vouched_by,
        verifier=verifier,
    )
    _lock([hours], verifier=verifier, now=now)
    _note("verified", hours, by=verifier)
    return hours


def verify_shift(*, shift_id: int, verifier: int, now: datetime) -> int:
    """Lock all clocked hours of a shift that wait, but for the verifier's own.

    :returns: how many were locked
    """
    waiting = queries.lock_clocked(shift_id, verifier=verifier)
    _lock(waiting, verifier=verifier, now=now)
    for hours in waiting:
        _note("verified", hours, by=verifier)
    return len(waiting)


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
    _note("rejected", hours, by=verifier, reason=reason)
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
    _note("reversed", reversal, by=by, reverses=hours.id, reason=reason)
    return reversal


def _lock(rows: Sequence[Hours], *, verifier: int, now: datetime) -> None:
    for hours in rows:
        hours.state, hours.verified_by, hours.verified_at = "locked", verifier, now
    db.session.flush()
    announce(*(_fact(hours) for hours in rows))


def _fact(hours: Hours) -> Fact:
    """Say what starts to count: one row, of negative minutes when it takes another back."""
    return Fact(
        kind="hours",
        place_id=hours.shift.place_id,
        project_id=hours.shift.activity.project_id,
        on=hours.served_on,
        amount=hours.minutes,
        person_id=hours.person_id,
    )


def _note(verb: str, hours: Hours, *, by: int, **facts: object) -> None:
    audit.record(
        verb,
        f"hours:{hours.id}",
        place_path=hours.shift.place.path,
        actor_id=by,
        person=hours.person_id,
        minutes=hours.minutes,
        **facts,
    )

"""Open, withdraw and answer disputes.  Locked rows stay as they are: corrections are new rows."""

from datetime import datetime, timedelta

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours import letters
from volunteer_hub.hours.actions.hours import (
    ensure_nothing_stands,
    note,
    reverse_hours,
    write,
)
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.hours.queries import disputes as queries
from volunteer_hub.hours.queries import hours as hours_queries
from volunteer_hub.hours.rules import disputes as rules
from volunteer_hub.hours.rules import hours as hours_rules


def open_dispute(*, hours_id: int, says: str, by: int, now: datetime) -> Dispute:
    """Say what is wrong with one's own settled hours; somebody else answers by the due date.

    :raises NotFound: unless they are the caller's own
    :raises ReasonIsMissing, DisputedAlready, CannotBeDisputed: see rules.disputes
    """
    hours_rules.ensure_reason(says)
    hours = hours_queries.lock_hours(hours_id)
    if hours.person_id != by:
        raise NotFound
    rules.ensure_may_dispute(
        state=hours.state,
        is_reversal=hours.is_reversal,
        is_last=hours.id in hours_queries.list_last(by, [hours.shift_id]),
        is_open=queries.find_open(hours.id) is not None,
    )
    due_on = local_day(now) + timedelta(days=hours_queries.limits().dispute_days)
    opened = {"opened_by": by, "opened_at": now, "says": says, "due_on": due_on}
    dispute = Dispute(hours_id=hours.id, state="open", **opened)
    dispute.hours = hours
    db.session.add(dispute)
    db.session.flush()
    note("disputed", hours, by=by, dispute=dispute.id)
    letters.dispute_opened(dispute, now=now)
    return dispute


def withdraw(*, dispute_id: int, by: int, now: datetime) -> Dispute:
    """Take one's own dispute back.

    :raises NotFound: unless it is the caller's own
    :raises DisputeIsSettled: if it was answered, or withdrawn before
    """
    dispute = queries.lock_dispute(dispute_id)
    if dispute.opened_by != by:
        raise NotFound
    rules.ensure_open(dispute.state)
    dispute.state, dispute.withdrawn_at = "withdrawn", now
    db.session.flush()
    note("withdrew_dispute", dispute.hours, by=by, dispute=dispute.id)
    letters.call_back_dispute(dispute)
    return dispute


def turn_down(*, dispute_id: int, answer: str, by: int, now: datetime) -> Dispute:
    """Leave the hours as they are, and tell the volunteer why.

    :raises ReasonIsMissing, OwnHours, DisputeIsSettled, AnswererIsInvolved:
    """
    dispute = _hold(dispute_id, answer=answer, by=by)
    return _answer(dispute, "turned_down", answer=answer, by=by, now=now)


def uphold(*, dispute_id: int, minutes: int, answer: str, by: int, now: datetime) -> Dispute:
    """Take the disputed hours back and write the right ones in, and tell the volunteer.

    Both rows wait for a second person; the reversing one must be verified first.

    :param minutes: what is right; 0 when nothing was served
    :raises ReasonIsMissing, OwnHours, DisputeIsSettled, AnswererIsInvolved:
    :raises MinutesDoNotFit, NothingWouldChange, HoursStandAlready:
    """
    hours_rules.ensure_minutes(minutes, least=0, most=hours_rules.LONGEST_DAY)
    dispute = _hold(dispute_id, answer=answer, by=by)
    hours = dispute.hours
    stands = hours.state == "locked" and hours_queries.find_reversal(hours.id) is None
    rules.ensure_changes(minutes, standing=hours.minutes if stands else 0)
    ensure_nothing_stands(hours.shift_id, hours.person, but=hours.id)
    if stands:
        reverse_hours(hours_id=hours.id, reason=answer, by=by, now=now)
    if minutes:
        confirmed = {"source": "confirmed_by_leader", "by": by, "reason": answer}
        right = write(hours.shift, hours.person, minutes=minutes, now=now, **confirmed)
        right.signup_id = hours.signup_id
        note("corrected", right, by=by, dispute=dispute.id)
    return _answer(dispute, "upheld", answer=answer, by=by, now=now, minutes=minutes)


def _hold(dispute_id: int, *, answer: str, by: int) -> Dispute:
    """Hold the volunteer and the dispute, and make sure that this person may answer it."""
    hours_rules.ensure_reason(answer)
    hours_queries.lock_owners(Hours.id == queries.get_dispute(dispute_id).hours_id)
    dispute = queries.lock_dispute(dispute_id)
    hours = dispute.hours
    hours_rules.ensure_not_own(person=hours.person_id, by=by)
    rules.ensure_open(dispute.state)
    involved = (hours.recorded_by, hours.verified_by, hours.rejected_by)
    rules.ensure_outside(by, involved=involved)
    return dispute


def _answer(
    dispute: Dispute, state: str, *, answer: str, by: int, now: datetime, minutes: int | None = None
) -> Dispute:
    dispute.state, dispute.answer = state, answer
    dispute.answered_by, dispute.answered_at = by, now
    db.session.flush()
    note(state, dispute.hours, by=by, dispute=dispute.id)
    letters.dispute_answered(dispute, minutes=minutes, now=now)
    return dispute

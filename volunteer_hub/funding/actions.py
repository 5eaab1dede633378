"""What can be done with the ledger; each action first locks the project, which guards its sums."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation.audit import record
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.foundation.language import local_day
from volunteer_hub.funding import letters, queries, rules
from volunteer_hub.funding.models import Entry
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.queries import lock_project
from volunteer_hub.projects.rules import ensure_running


def record_entry(
    *,
    project: Project,
    kind: str,
    amount_fen: int,
    occurred_on: date,
    counterparty_zh: str,
    voucher_no: str,
    created_by: int,
    now: datetime,
    purpose_zh: str = "",
    counterparty_en: str | None = None,
    purpose_en: str | None = None,
) -> Entry:
    """Write an entry that waits for a second person.

    :raises ProjectIsNotPublished: money is counted where everybody can see it
    :raises ProjectIsClosed: once it is over
    :raises AmountIsNotPositive: only reversals take money back
    :raises DayLiesAhead: money is written down when it has moved
    :raises VoucherIsKnown: if the number stands in the project's ledger for this kind
    """
    project = lock_project(project.id)
    ensure_running(project.state)
    rules.ensure_can_be_written(amount=amount_fen, occurred_on=occurred_on, today=local_day(now))
    entry = Entry(
        project=project,
        kind=kind,
        amount_fen=amount_fen,
        occurred_on=occurred_on,
        counterparty_zh=counterparty_zh,
        counterparty_en=counterparty_en,
        voucher_no=voucher_no,
        edition=1 + queries.count_editions_taken_back(project.id, kind, voucher_no),
        purpose_zh=purpose_zh,
        purpose_en=purpose_en,
        created_by=created_by,
        created_at=now,
    )
    _store(entry, now=now)
    return entry


def approve_entry(*, entry_id: int, approver: int, now: datetime) -> Entry:
    """Let an entry count, as the second person.

    :raises EntryIsSettled: unless it waits
    :raises ApproverWroteIt: separation of duty
    :raises ProjectIsClosed: unless it takes something back
    :raises PaidBeyondAward: if more would be paid out than was awarded
    :raises AwardIsPaidOut: likewise, when an award is taken back
    """
    entry = _lock_entry(entry_id)
    rules.ensure_may_approve(state=entry.state, created_by=entry.created_by, approver=approver)
    if not entry.is_reversal:
        ensure_running(entry.project.state)
    sums = queries.totals([entry.project_id])[entry.project_id]
    rules.ensure_within_award(
        kind=entry.kind, amount=entry.amount_fen, awarded=sums.awarded, paid_out=sums.paid_out
    )
    entry.state, entry.approved_by, entry.approved_at = "approved", approver, now
    announce(
        Fact(
            kind=f"funding.{entry.kind}",
            place_id=entry.project.place_id,
            project_id=entry.project_id,
            on=entry.occurred_on,
            amount=entry.amount_fen,
        )
    )
    letters.call_back(entry)
    _record("approved", entry, actor_id=approver)
    return entry


def reject_entry(*, entry_id: int, reason: str, rejecter: int) -> Entry:
    """Send an entry away with a reason; whoever wrote it may withdraw it the same way.

    :raises EntryIsSettled: unless it waits
    """
    entry = _lock_entry(entry_id)
    rules.ensure_waits(entry.state)
    entry.state, entry.reason = "rejected", reason
    letters.call_back(entry)
    _record("rejected", entry, actor_id=rejecter)
    return entry


def reverse_entry(*, entry_id: int, reason: str, created_by: int, now: datetime) -> Entry:
    """Write an entry that takes another back, on the same day, once a second person approves.

    :raises EntryCannotBeReversed: unless it counts and was not taken back before
    """
    wrong = _lock_entry(entry_id)
    rules.ensure_may_reverse(
        state=wrong.state,
        is_reversal=wrong.is_reversal,
        reversals=queries.count_reversals(wrong.id),
    )
    entry = Entry(
        project=wrong.project,
        reverses=wrong,
        kind=wrong.kind,
        amount_fen=-wrong.amount_fen,
        currency=wrong.currency,
        occurred_on=wrong.occurred_on,
        counterparty_zh=wrong.counterparty_zh,
        counterparty_en=wrong.counterparty_en,
        voucher_no=wrong.voucher_no,
        edition=wrong.edition,
        purpose_zh=reason,
        created_by=created_by,
        created_at=now,
    )
    _store(entry, now=now)
    return entry


def _store(entry: Entry, *, now: datetime) -> None:
    try:
        with attempt():
            db.session.add(entry)
    except IntegrityError as error:
        if violated(error) == "uq_funding_entry_voucher":
            raise rules.VoucherIsKnown(voucher_no=entry.voucher_no) from error
        raise
    letters.tell_supervisors(entry, now=now)
    _record("recorded", entry, actor_id=entry.created_by)


def _lock_entry(entry_id: int) -> Entry:
    lock_project(queries.get_entry(entry_id).project_id)
    return queries.get_entry(entry_id)


def _record(verb: str, entry: Entry, *, actor_id: int) -> None:
    record(
        verb,
        f"funding:{entry.id}",
        place_path=entry.project.place.path,
        actor_id=actor_id,
        project=entry.project_id,
        kind=entry.kind,
        fen=entry.amount_fen,
    )

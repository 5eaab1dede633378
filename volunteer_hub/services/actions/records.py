"""What people do with service records: one counts once a second person has verified it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation import audit, bells
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.foundation.language import local_day
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.queries import records as queries
from volunteer_hub.services.queries import sheets
from volunteer_hub.services.rules import records as rules
from volunteer_hub.services.rules.sheets import ensure_is_read

AT_ONCE = 500  # rows of a sheet that are verified in one transaction


def record_service(
    *,
    occurred_on: date,
    place: Place,
    project: Project | None,
    mode: str,
    service_type: str,
    person_times: int,
    persons_known: int = 0,
    evidence: str = "",
    note: str = "",
    created_by: int,
    now: datetime,
) -> ServiceRecord:
    """Write a draft into the book. It changes no figure until somebody else verifies it.

    :raises DayHasNotCome, PersonsExceedPersonTimes, ProjectIsNotPublished: it cannot be true
    :raises RecordIsKnown: the same service with the same evidence is in the book already
    """
    rules.ensure_makes_sense(
        occurred_on=occurred_on,
        today=local_day(now),
        person_times=person_times,
        persons_known=persons_known,
        project_state=project.state if project else "",
    )
    record = ServiceRecord(
        occurred_on=occurred_on,
        place=place,
        project=project,
        mode=mode,
        service_type=service_type,
        person_times=person_times,
        persons_known=persons_known,
        evidence=evidence,
        note=note,
        created_by=created_by,
    )
    if evidence:
        record.row_key = _key_of(record, place=place, project=project)
    _add_once(record)
    _audit("recorded", record, actor=created_by, person_times=person_times)
    return record


def _key_of(record: ServiceRecord, *, place: Place, project: Project | None) -> str:
    """Hash what makes this row the same service as another one."""
    return rules.row_key(
        occurred_on=record.occurred_on,
        place=place.code,
        project=project.slug if project else "",
        mode=record.mode,
        service_type=record.service_type,
        person_times=record.person_times,
        persons_known=record.persons_known,
        evidence=record.evidence,
    )


def _add_once(record: ServiceRecord) -> None:
    key = record.row_key
    try:
        with attempt():
            db.session.add(record)
    except IntegrityError as error:
        if key is None or violated(error) != "uq_service_record_row_key":
            raise
        known = queries.find_by_key(key)
        raise rules.RecordIsKnown(record_id=known.id if known else "") from error


def verify_record(*, record_id: int, verifier: int, now: datetime) -> ServiceRecord:
    """Let a draft count. Whoever comes second finds it settled.

    :raises RecordIsSettled: verified or rejected already
    :raises VerifierWroteIt: separation of duty
    """
    record = queries.lock_record(record_id)
    rules.ensure_may_verify(state=record.state, created_by=record.created_by, verifier=verifier)
    record.state, record.verified_by, record.verified_at = "verified", verifier, now
    db.session.flush()
    announce(record.fact)
    _audit("verified", record, actor=verifier, person_times=record.person_times)
    return record


def reject_record(*, record_id: int, rejecter: int, reason: str, now: datetime) -> ServiceRecord:
    """Give a draft back, saying why; its writer may withdraw it in the same way.

    :raises RecordIsSettled: verified or rejected already
    :raises ReasonIsMissing: nobody could put it right
    """
    record = queries.lock_record(record_id)
    rules.ensure_is_draft(record.state)
    record.rejected_because = rules.ensure_reason(reason)
    record.state, record.rejected_by, record.rejected_at = "rejected", rejecter, now
    db.session.flush()
    _audit("rejected", record, actor=rejecter, reason=record.rejected_because)
    return record


def reverse_record(*, record_id: int, reason: str, created_by: int, now: datetime) -> ServiceRecord:
    """Write the draft that takes a verified record back; it counts once it is verified itself.

    :raises RecordCannotBeReversed: it does not count, or is being taken back already
    :raises ReasonIsMissing: the book must say why
    """
    original = queries.lock_record(record_id)
    rules.ensure_may_reverse(
        state=original.state,
        is_reversal=original.reverses_id is not None,
        is_reversed=queries.is_reversed(original.id),
    )
    reversal = ServiceRecord(
        occurred_on=original.occurred_on,
        place=original.place,
        project_id=original.project_id,
        mode=original.mode,
        service_type=original.service_type,
        person_times=-original.person_times,
        persons_known=-original.persons_known,
        evidence=original.evidence,
        reverses_id=original.id,
        reason=rules.ensure_reason(reason),
        created_by=created_by,
        created_at=now,
    )
    db.session.add(reversal)
    db.session.flush()
    _audit("reversed", original, actor=created_by, by=reversal.id, reason=reversal.reason)
    return reversal


def verify_batch(
    *,
    batch_id: int,
    verifier: int,
    now: datetime,
    leave: Collection[int] = (),
    limit: int | None = None,
) -> int:
    """Let some drafts of a sheet count, AT_ONCE by default, except the ids to leave; say how many.

    Rows that the verifier wrote stay drafts, as do rows in another verifier's hands.  Call it
    again, in a transaction of its own, until it says 0.
    """
    most = limit or AT_ONCE
    some = sheets.ids_to_verify(batch_id, not_by=verifier, leave=leave, limit=most).cte("some")
    counted = (
        update(ServiceRecord)
        .where(ServiceRecord.id == some.c.id)
        .values(state="verified", verified_by=verifier, verified_at=now)
        .returning(
            ServiceRecord.mode,
            ServiceRecord.place_id,
            ServiceRecord.project_id,
            ServiceRecord.occurred_on,
            ServiceRecord.person_times,
        )
    )
    counted = counted.execution_options(synchronize_session=False)
    rows = db.session.execute(counted).all()
    _announce(rows)
    return len(rows)


def _announce(rows: Sequence[Any]) -> None:
    """Announce many rows by cell: a sheet has few days, places and projects."""
    cells: dict[tuple[str, int, int | None, date], list[int]] = {}
    for mode, place, project, on, person_times in rows:
        cells.setdefault((mode, place, project, on), []).append(person_times)
    announce(
        *(
            Fact(
                kind=f"service.{mode}",
                place_id=place,
                project_id=project,
                on=on,
                amount=sum(times),
                rows=len(times),
            )
            for (mode, place, project, on), times in cells.items()
        )
    )


def verify_sheet(*, batch_id: int, verifier: int, now: datetime) -> ImportBatch:
    """Let all drafts of a sheet count: the first at once, the rest by a worker.

    :raises SheetIsAtWork: its rows are still being written
    :raises VerifierWroteIt: separation of duty
    """
    batch = sheets.lock_batch(batch_id)
    ensure_is_read(batch.state)
    if batch.created_by == verifier:
        raise rules.VerifierWroteIt
    done = verify_batch(batch_id=batch_id, verifier=verifier, now=now)
    if done == AT_ONCE:
        batch.verifier_id = verifier
        bells.ring("import-waiting")
    place = batch.place.path
    audit.record("verified", f"sheet:{batch_id}", place_path=place, actor_id=verifier, at_once=done)
    return batch


def _audit(verb: str, record: ServiceRecord, *, actor: int, **facts: object) -> None:
    thing = f"service:{record.id}"
    audit.record(verb, thing, place_path=record.place.path, actor_id=actor, **facts)

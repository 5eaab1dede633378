"""How a sheet gets into the book: handed in at the door, read by a worker, piece by piece.

Every piece is one transaction: the rows it wrote and how far it came are stored together, so a
worker may be killed anywhere and the next one goes on.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation import audit, bells
from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.foundation.sheets import read_rows
from volunteer_hub.places.models import Place
from volunteer_hub.services.actions.entries import Entry, read_entries
from volunteer_hub.services.actions.records import verify_batch
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.queries import records
from volunteer_hub.services.queries import sheets as queries
from volunteer_hub.services.rules.sheets import Flaw, SheetIsKnown, find_rows

REJECTED = literal_column("'rejected'")
PIECE = 200  # rows written in one transaction
MOST_PROBLEMS = 500  # kept with a sheet; a sheet with more is wrong as a whole


def hand_in_sheet(
    *,
    file_name: str,
    content: bytes,
    place: Place,
    created_by: int,
    dry_run: bool,
    now: datetime,
    good_rows_only: bool = False,
) -> ImportBatch:
    """Take a sheet whose rows lie at or below the place; a worker reads it soon.

    A dry run only tells what is wrong.  With bad rows nothing is written, unless only the good
    rows are wanted.

    :raises SheetCannotBeRead, SheetHasNoHeads, SheetIsEmpty, SheetIsTooLong: no sheet of ours
    :raises SheetIsKnown: the very same file was imported before
    """
    rows = find_rows(read_rows(content))
    batch = ImportBatch(
        file_name=file_name,
        content_hash=sha256(content).hexdigest(),
        content=content,
        place=place,
        created_by=created_by,
        created_at=now,
        dry_run=dry_run,
        good_rows_only=good_rows_only,
        rows_total=len(rows),
    )
    _add_once(batch)
    audit.record(
        "handed in",
        f"sheet:{batch.id}",
        place_path=place.path,
        actor_id=created_by,
        dry_run=dry_run,
        rows=len(rows),
    )
    bells.ring("import-waiting")
    return batch


def _add_once(batch: ImportBatch) -> None:
    digest = batch.content_hash
    try:
        with attempt():
            db.session.add(batch)
    except IntegrityError as error:
        if violated(error) != "uq_import_batch_content":
            raise
        first = queries.find_import(digest)
        raise SheetIsKnown(batch_id=first.id if first else None) from error


def run_imports(*, now: datetime) -> int:
    """Do one piece of the oldest waiting work: check a sheet, write some rows, verify some.

    Answer 1, or 0 when nothing waits; call it again in a transaction of its own.
    """
    batch = queries.find_work()
    if batch is None:
        return 0
    if batch.state == "waiting":
        _check(batch, now=now)
    elif batch.state == "running":
        _write_some(batch, now=now)
    else:
        _verify_some(batch, now=now)
    return 1


def _check(batch: ImportBatch, *, now: datetime) -> None:
    rows = find_rows(read_rows(batch.content))
    entries, flaws = read_entries(rows, batch, now=now)
    keys = [entry.key for entry in entries]
    new = set(keys) - records.known_keys(keys)
    batch.rows_new, batch.rows_known = len(new), len(keys) - len(new)
    _note(batch, flaws)
    if batch.dry_run or (flaws and not batch.good_rows_only):
        batch.state = "done" if batch.dry_run else "failed"
        batch.finished_at = now
        return
    # The same is counted again while the rows are written, since the book may change meanwhile.
    batch.state = "running"
    batch.rows_new = batch.rows_known = batch.rows_bad = batch.rows_done = 0
    batch.problems = []


def _write_some(batch: ImportBatch, *, now: datetime) -> None:
    rows = find_rows(read_rows(batch.content))
    some = rows[batch.rows_done : batch.rows_done + PIECE]
    entries, flaws = read_entries(some, batch, now=now)
    new = _insert(entries, batch)
    batch.rows_done += len(some)
    batch.rows_new += new
    batch.rows_known += len(entries) - new
    _note(batch, flaws)
    if batch.rows_done >= len(rows):
        batch.state, batch.finished_at = "done", now
        audit.record(
            "imported",
            f"sheet:{batch.id}",
            place_path=batch.place.path,
            actor_id=batch.created_by,
            new=batch.rows_new,
            known=batch.rows_known,
            bad=batch.rows_bad,
        )


def _verify_some(batch: ImportBatch, *, now: datetime) -> None:
    verifier = batch.verifier_id
    if not verifier or not verify_batch(batch_id=batch.id, verifier=verifier, now=now):
        batch.verifier_id = None


def _note(batch: ImportBatch, flaws: Sequence[Flaw]) -> None:
    room = MOST_PROBLEMS - len(batch.problems or [])
    batch.problems = [*(batch.problems or []), *(flaw._asdict() for flaw in flaws[:room])]
    batch.rows_bad = (batch.rows_bad or 0) + len({flaw.row for flaw in flaws})


def _insert(entries: Sequence[Entry], batch: ImportBatch) -> int:
    if not entries:
        return 0
    # In the order of the keys, so that two workers never wait for each other in a circle.
    values = [_values(entry, batch) for entry in sorted(entries, key=lambda entry: entry.key)]
    # Written out, not bound: a prepared statement must still be able to name the index.
    known = ServiceRecord.row_key.is_not(None) & (ServiceRecord.state != REJECTED)
    write = insert(ServiceRecord).on_conflict_do_nothing(
        index_elements=[ServiceRecord.row_key], index_where=known
    )
    return len(db.session.execute(write.values(values).returning(ServiceRecord.id)).all())


def _values(entry: Entry, batch: ImportBatch) -> dict[str, Any]:
    line = entry.line
    return {
        "occurred_on": line.occurred_on,
        "place_id": entry.place.id,
        "project_id": entry.project.id if entry.project else None,
        "mode": line.mode,
        "service_type": line.service_type,
        "person_times": line.person_times,
        "persons_known": line.persons_known,
        "evidence": line.evidence,
        "note": line.note,
        "created_by": batch.created_by,
        "batch_id": batch.id,
        "batch_row": line.number,
        "row_key": entry.key,
    }

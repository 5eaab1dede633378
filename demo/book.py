"""Hand the service sheets in, let them be read as the worker does, and have them verified.

Every piece is a transaction of its own, so that it can be stopped and played again.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from demo.cast import staff
from demo.sheets import DRAFT_NOTE, MISTAKE_NOTE, YEAR, Sheet, sheets
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.models import Person
from volunteer_hub.places import queries as places
from volunteer_hub.services.actions import records
from volunteer_hub.services.actions import sheets as imports
from volunteer_hub.services.models import ImportBatch, ServiceRecord


def play() -> None:
    """Bring the year's book in: 35,000 and 18,000 person-times, all verified by a second person."""
    for sheet in sheets():
        if _find_batch(sheet) is None:
            with transaction():
                _hand_in(sheet)
        _work(lambda sheet=sheet: imports.run_imports(now=_after(sheet)))
        _work(lambda sheet=sheet: _verify(sheet))
    with transaction():
        _take_back_the_mistake()


def _work(piece: Callable[[], int]) -> None:
    """Do pieces until nothing is left."""
    left = 1
    while left:
        with transaction():
            left = piece()


def _find_batch(sheet: Sheet) -> ImportBatch | None:
    found = select(ImportBatch).where(ImportBatch.file_name == sheet.file_name)
    return db.session.scalars(found).first()


def _hand_in(sheet: Sheet) -> None:
    imports.hand_in_sheet(
        file_name=sheet.file_name,
        content=sheet.content,
        place=places.get_by_code(sheet.place),
        created_by=_clerk(sheet).id,
        dry_run=False,
        now=_after(sheet),
    )


def _verify(sheet: Sheet) -> int:
    batch = _find_batch(sheet)
    assert batch is not None, f"{sheet.file_name} was not handed in"
    drafts = select(ServiceRecord.id).where(
        ServiceRecord.batch_id == batch.id, ServiceRecord.note == DRAFT_NOTE
    )
    return records.verify_batch(
        batch_id=batch.id,
        verifier=staff()["second coordinator"].id,
        now=_after(sheet),
        leave=list(db.session.scalars(drafts)),
    )


def _take_back_the_mistake() -> None:
    wrong = db.session.scalars(
        select(ServiceRecord).where(
            ServiceRecord.note == MISTAKE_NOTE, ServiceRecord.reverses_id.is_(None)
        )
    ).one()
    taken_back = select(ServiceRecord.id).where(ServiceRecord.reverses_id == wrong.id)
    if db.session.scalars(taken_back).first():
        return
    now = datetime(YEAR, 6, 3, 2, tzinfo=UTC)
    parts = staff()
    reversal = records.reverse_record(
        record_id=wrong.id, reason=MISTAKE_NOTE, created_by=parts["coordinator"].id, now=now
    )
    records.verify_record(record_id=reversal.id, verifier=parts["second coordinator"].id, now=now)


def _clerk(sheet: Sheet) -> Person:
    return staff()["coordinator" if sheet.place == "ganjiaxiang" else "coordinator next door"]


def _after(sheet: Sheet) -> datetime:
    """Sheets are handed in on the third of the following month."""
    year, month = (YEAR + 1, 1) if sheet.month == 12 else (YEAR, sheet.month + 1)
    return datetime(year, month, 3, 2, tzinfo=UTC)

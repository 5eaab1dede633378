"""Every select() on sheets that were handed in, their rows and the names written in them."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, undefer

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import within
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.queries.records import (
    Sight,
    may_verify,
    projects_around,
    seen,
    shown,
)

MOST_SHEETS = 20


class WaitingSheet(NamedTuple):
    """A sheet some of whose rows wait for a second person."""

    batch: ImportBatch
    records: int
    person_times: int


def get_batch(batch_id: int) -> ImportBatch:
    """Read a sheet with its place and who handed it in.

    :raises NotFound: if there is none
    """
    return _one(_batches().where(ImportBatch.id == batch_id))


def get_with_content(batch_id: int) -> ImportBatch:
    """Read a sheet together with its file.

    :raises NotFound: if there is none
    """
    wanted = _batches().where(ImportBatch.id == batch_id)
    return _one(wanted.options(undefer(ImportBatch.content)))


def lock_batch(batch_id: int) -> ImportBatch:
    """Read a sheet as it is now, and let whoever else works on it wait.

    :raises NotFound: if there is none
    """
    return _one(_batches().where(ImportBatch.id == batch_id).with_for_update(of=ImportBatch))


def find_work() -> ImportBatch | None:
    """Take the oldest sheet with work left; one that another worker holds is passed by."""
    work = or_(ImportBatch.state.in_(("waiting", "running")), ImportBatch.verifier_id.is_not(None))
    oldest = _batches().where(work).order_by(ImportBatch.id).limit(1)
    oldest = oldest.options(undefer(ImportBatch.content))
    oldest = oldest.with_for_update(of=ImportBatch, skip_locked=True)
    return db.session.scalars(oldest.execution_options(populate_existing=True)).one_or_none()


def find_import(content_hash: str) -> ImportBatch | None:
    """Find the import of this very content; dry runs and failed ones do not count."""
    same = _batches().where(
        ImportBatch.content_hash == content_hash,
        ImportBatch.dry_run.is_(False),
        ImportBatch.state != "failed",
    )
    return db.session.scalars(same).one_or_none()


def list_batches(sight: Sight) -> Select[Any]:
    """Select the sheets that somebody may see, to be paged by id."""
    return _batches().where(seen(sight, ImportBatch.place_id, ImportBatch.created_by))


def list_rows(batch_id: int) -> Select[Any]:
    """Select a sheet's records, to be paged by (occurred_on, id)."""
    return shown().where(ServiceRecord.batch_id == batch_id)


def list_waiting_sheets(paths: Iterable[str], viewer: int) -> list[WaitingSheet]:
    """List the sheets whose rows this person may verify, the oldest first."""
    sums = (
        select(ServiceRecord.batch_id, func.count(), func.sum(ServiceRecord.person_times))
        .where(may_verify(paths, viewer), ServiceRecord.batch_id.is_not(None))
        .group_by(ServiceRecord.batch_id)
        .order_by(ServiceRecord.batch_id)
        .limit(MOST_SHEETS)
    )
    found = {batch: (records, times) for batch, records, times in db.session.execute(sums)}
    batches = _batches().where(ImportBatch.id.in_(found)).order_by(ImportBatch.id)
    return [WaitingSheet(batch, *found[batch.id]) for batch in db.session.scalars(batches)]


def count_drafts(batch_id: int, *, not_by: int) -> int:
    """Count the rows of a sheet that this person may verify."""
    waiting = select(func.count()).where(*_drafts_of(batch_id, not_by))
    return db.session.scalar(waiting) or 0


def ids_to_verify(batch_id: int, *, not_by: int, leave: Collection[int], limit: int) -> Select[Any]:
    """Select and lock some drafts of a sheet; those in another verifier's hands are passed by."""
    drafts = select(ServiceRecord.id).where(*_drafts_of(batch_id, not_by))
    if leave:
        drafts = drafts.where(ServiceRecord.id.not_in(leave))
    return drafts.order_by(ServiceRecord.id).limit(limit).with_for_update(skip_locked=True)


def places_named(names: Collection[str], path: str) -> list[Place]:
    """List the places at or below the path that have one of the names or codes."""
    named = or_(*(c.in_(names) for c in (Place.code, Place.name_zh, Place.name_en)))
    return list(db.session.scalars(select(Place).where(named, within([path]))))


def projects_named(names: Collection[str], path: str) -> list[Project]:
    """List the projects around the path that have one of the titles or slugs."""
    columns = (Project.slug, Project.title_zh, Project.title_en)
    named = or_(*(column.in_(names) for column in columns))
    return list(db.session.scalars(projects_around([path]).where(named)))


def _batches() -> Select[Any]:
    return select(ImportBatch).options(
        joinedload(ImportBatch.place, innerjoin=True),
        joinedload(ImportBatch.creator, innerjoin=True),
    )


def _drafts_of(batch_id: int, not_by: int) -> tuple[ColumnElement[bool], ...]:
    record = ServiceRecord
    return record.batch_id == batch_id, record.state == "draft", record.created_by != not_by


def _one(wanted: Select[Any]) -> Any:
    batch = db.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if batch is None:
        raise NotFound
    return batch

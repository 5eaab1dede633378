"""Every select() on service records."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within, steps, within
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ServiceRecord

Column = InstrumentedAttribute[int]
MOST_COUNTED = 100  # what waits is counted up to here


class Sight(NamedTuple):
    """What somebody may see: all records at or below the paths, and what the person wrote."""

    paths: tuple[str, ...]
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is filtered by; the days run from `first` up to, not including, `end`."""

    first: date | None = None
    end: date | None = None
    place_path: str | None = None
    project_id: int | None = None
    mode: str | None = None
    state: str | None = None


def get_record(record_id: int) -> ServiceRecord:
    """Read a record with everything its page shows.

    :raises NotFound: if there is none
    """
    wanted = shown().where(ServiceRecord.id == record_id).options(*_CHAIN)
    return _one(wanted.execution_options(populate_existing=True))


def lock_record(record_id: int) -> ServiceRecord:
    """Read a record as it is now, and let whoever else settles it wait.

    :raises NotFound: if there is none
    """
    wanted = select(ServiceRecord).options(joinedload(ServiceRecord.place, innerjoin=True))
    wanted = wanted.where(ServiceRecord.id == record_id).with_for_update(of=ServiceRecord)
    return _one(wanted.execution_options(populate_existing=True))


def find_by_key(key: str) -> ServiceRecord | None:
    """Find the record that says the same with the same evidence, rejected ones aside."""
    return db.session.scalars(select(ServiceRecord).where(_live_key([key]))).one_or_none()


def known_keys(keys: Collection[str]) -> set[str]:
    """Tell which rows stand in the book already, rejected ones aside."""
    found = db.session.scalars(select(ServiceRecord.row_key).where(_live_key(keys)))
    return {key for key in found if key}


def is_reversed(record_id: int) -> bool:
    """Tell whether a record was taken back, or is about to be."""
    taken = select(ServiceRecord.id).where(
        ServiceRecord.reverses_id == record_id, ServiceRecord.state != "rejected"
    )
    return db.session.scalar(taken) is not None


def list_records(sight: Sight, wanted: Wanted) -> Select[Any]:
    """Select what somebody may see of what is wanted, to be paged by (occurred_on, id)."""
    record = ServiceRecord
    return _filtered(shown(), wanted).where(seen(sight, record.place_id, record.created_by))


def seen(sight: Sight, place_id: Column, created_by: Column) -> ColumnElement[bool]:
    """Say in SQL what lies in sight; without an OR where one condition says it all."""
    here, mine = place_id.in_(ids_within(sight.paths)), created_by == sight.person_id
    if sight.person_id is None:
        return here
    return or_(here, mine) if sight.paths else mine


def counted_records(
    *,
    mode: str | None = None,
    place_path: str | None = None,
    project_id: int | None = None,
    days: Days | None = None,
) -> Select[Any]:
    """Select the rows behind a figure, to be paged by (occurred_on, id): verified ones only.

    Their person_times add up to the figure; reversing rows are among them.
    """
    first, end = days or (None, None)
    wanted = Wanted(
        first=first,
        end=end,
        place_path=place_path,
        project_id=project_id,
        mode=mode,
        state="verified",
    )
    return _filtered(shown(), wanted)


def stream(wanted: Wanted) -> Iterator[Any]:
    """Read what is wanted day by day, with place and project, without holding it all."""
    rows: Any = select(ServiceRecord, Place, Project).join(ServiceRecord.place)
    rows = _filtered(rows.outerjoin(ServiceRecord.project), wanted)
    rows = rows.order_by(ServiceRecord.occurred_on, ServiceRecord.id)
    yield from db.session.execute(rows.execution_options(yield_per=1000))


def fact_sums() -> Select[str, int, int, date, int, int]:
    """Select what counts, cell by cell: kind, place_id, project_id or 0, on, amount, rows."""
    kind = func.concat("service.", ServiceRecord.mode)
    project = func.coalesce(ServiceRecord.project_id, 0)
    sums = select(
        kind.label("kind"),
        ServiceRecord.place_id,
        project.label("project_id"),
        ServiceRecord.occurred_on.label("on"),
        func.sum(ServiceRecord.person_times).label("amount"),
        func.count().label("rows"),
    )
    cell = (ServiceRecord.mode, ServiceRecord.place_id, ServiceRecord.project_id)
    return sums.where(ServiceRecord.state == "verified").group_by(*cell, ServiceRecord.occurred_on)


def list_waiting(paths: Iterable[str], viewer: int) -> Select[Any]:
    """Select the drafts outside sheets that this person may verify, to be paged by id."""
    single = ServiceRecord.batch_id.is_(None)
    creator = joinedload(ServiceRecord.creator, innerjoin=True)
    return shown().where(may_verify(paths, viewer), single).options(creator)


def count_waiting(paths: Iterable[str], viewer: int | None = None) -> int:
    """Count the drafts that wait at these places for the viewer, up to MOST_COUNTED."""
    some = select(ServiceRecord.id).where(may_verify(paths, viewer)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def list_projects(paths: Sequence[str]) -> list[Project]:
    """List the projects for which somebody at these places may record services."""
    return list(db.session.scalars(projects_around(paths).order_by(Project.id.desc())))


def projects_around(paths: Iterable[str]) -> Select[Any]:
    """Select the published and closed projects of the subdistricts in which the paths lie."""
    tops = {steps(path)[0] for path in paths}
    return select(Project).join(Project.place).where(within(tops), Project.state != "draft")


def may_verify(paths: Iterable[str], viewer: int | None) -> ColumnElement[bool]:
    """Say in SQL: drafts at or below the paths that somebody else wrote."""
    waiting = (ServiceRecord.state == "draft") & ServiceRecord.place_id.in_(ids_within(paths))
    return waiting & (ServiceRecord.created_by != viewer) if viewer else waiting


def shown() -> Select[Any]:
    """Select records with what a list shows of each."""
    return select(ServiceRecord).options(
        joinedload(ServiceRecord.place, innerjoin=True),
        joinedload(ServiceRecord.project),
        selectinload(ServiceRecord.reversal),
    )


_CHAIN = (
    joinedload(ServiceRecord.creator, innerjoin=True),
    joinedload(ServiceRecord.verifier),
    joinedload(ServiceRecord.rejecter),
    joinedload(ServiceRecord.original),
    joinedload(ServiceRecord.batch),
)


def _filtered(records: Select[Any], wanted: Wanted) -> Select[Any]:
    record = ServiceRecord
    if wanted.first:
        records = records.where(record.occurred_on >= wanted.first)
    if wanted.end:
        records = records.where(record.occurred_on < wanted.end)
    if wanted.place_path:
        records = records.where(record.place_id.in_(ids_within([wanted.place_path])))
    if wanted.project_id:
        records = records.where(record.project_id == wanted.project_id)
    if wanted.mode:
        records = records.where(record.mode == wanted.mode)
    if wanted.state:
        records = records.where(record.state == wanted.state)
    return records


def _live_key(keys: Collection[str]) -> ColumnElement[bool]:
    record = ServiceRecord  # as the unique index says it, so that the index is used
    live = record.row_key.is_not(None) & (record.state != "rejected")
    return record.row_key.in_(keys) & live


def _one(wanted: Select[Any]) -> Any:
    record = db.session.scalars(wanted).one_or_none()
    if record is None:
        raise NotFound
    return record

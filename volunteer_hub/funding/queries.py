"""Every question the room asks the database.  Only approved entries count."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.funding.models import Entry
from volunteer_hub.places.queries import within
from volunteer_hub.projects.models import Project


class Totals(NamedTuple):
    """What counts of one project, in fen; never added up across the three."""

    awarded: int = 0
    paid_out: int = 0
    spent: int = 0

    @property
    def payable(self) -> int:
        """What is left of the award to be paid out."""
        return max(self.awarded - self.paid_out, 0)


def totals(project_ids: Iterable[int]) -> dict[int, Totals]:
    """Add up the approved entries of each project; a project without any has three zeros."""
    wanted = list(project_ids)
    sums: dict[int, dict[str, int]] = {project_id: {} for project_id in wanted}
    found = (
        select(Entry.project_id, Entry.kind, func.sum(Entry.amount_fen))
        .where(Entry.project_id.in_(wanted), Entry.state == "approved")
        .group_by(Entry.project_id, Entry.kind)
    )
    for project_id, kind, fen in db.session.execute(found):
        sums[project_id][kind] = int(fen)
    return {project_id: Totals(**kinds) for project_id, kinds in sums.items()}


def get_entry(entry_id: int) -> Entry:
    """Read an entry with its project, place and people, as it is now.

    :raises NotFound: if there is none
    """
    found = select(Entry).where(Entry.id == entry_id).options(*_whole())
    entry = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if entry is None:
        raise NotFound
    return entry


def list_ledger(project_id: int, *, after: str | None = None, limit: int = PAGE) -> Page[Entry]:
    """List what counts of a project, the latest first."""
    keys = [Entry.occurred_on, Entry.id]
    return read_page(_counted(project_id), keys=keys, after=after, limit=limit, descending=True)


def list_whole_ledger(project_id: int) -> Sequence[Entry]:
    """List all that counts of a project, the earliest first: for files."""
    found = _counted(project_id).order_by(Entry.occurred_on, Entry.id)
    return db.session.scalars(found).all()


def find_last_payment(project_id: int) -> date | None:
    """Name the day of the latest payment that was not taken back, if there is one."""
    back = aliased(Entry)
    taken_back = select(back.id).where(back.reverses_id == Entry.id, back.state == "approved")
    found = select(func.max(Entry.occurred_on)).where(
        Entry.project_id == project_id,
        Entry.state == "approved",
        Entry.kind == "paid_out",
        Entry.amount_fen > 0,
        ~taken_back.exists(),
    )
    return db.session.scalar(found)


def list_waiting(
    paths: Sequence[str], *, after: str | None = None, limit: int = PAGE
) -> Page[Entry]:
    """List what waits for a second person at or below the places, the oldest first."""
    waiting = (
        select(Entry)
        .join(Entry.project)
        .join(Project.place)
        .where(Entry.state == "draft", within(paths))
        .options(*_whole())
    )
    return read_page(waiting, keys=[Entry.id], after=after, limit=limit)


def list_waiting_of(project_id: int) -> Sequence[Entry]:
    """List what waits for a second person in one project, the oldest first."""
    waiting = select(Entry).where(Entry.project_id == project_id, Entry.state == "draft")
    return db.session.scalars(waiting.order_by(Entry.id)).all()


def count_waiting(paths: Sequence[str]) -> int:
    """Count the entries that wait for a second person at or below the places."""
    waiting = (
        select(func.count())
        .select_from(Entry)
        .join(Entry.project)
        .join(Project.place)
        .where(Entry.state == "draft", within(paths))
    )
    return db.session.scalar(waiting) or 0


def count_reversals(entry_id: int) -> int:
    """Count the entries that take this one back: waiting or approved, never more than one."""
    found = select(func.count()).where(Entry.reverses_id == entry_id, Entry.state != "rejected")
    return db.session.scalar(found) or 0


def count_editions_taken_back(project_id: int, kind: str, voucher_no: str) -> int:
    """Count how often entries with this voucher were reversed."""
    wrong, reversal = aliased(Entry), aliased(Entry)
    found = (
        select(func.count())
        .select_from(wrong)
        .join(reversal, reversal.reverses_id == wrong.id)
        .where(
            wrong.project_id == project_id,
            wrong.kind == kind,
            wrong.voucher_no == voucher_no,
            reversal.state == "approved",
        )
    )
    return db.session.scalar(found) or 0


def _counted(project_id: int) -> Select[Entry]:
    return select(Entry).where(Entry.project_id == project_id, Entry.state == "approved")


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Entry.project, innerjoin=True).joinedload(Project.place, innerjoin=True),
        joinedload(Entry.creator, innerjoin=True),
        joinedload(Entry.approver),
        joinedload(Entry.reverses),
    )

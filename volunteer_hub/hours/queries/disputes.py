"""Every select() on disputes: which are open, whose they are, what became of them."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours.models import Dispute, Hours, StarLevel
from volunteer_hub.hours.rules.stars import Threshold
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift


def get_dispute(dispute_id: int) -> Dispute:
    """Get a dispute with the hours it is about, their person, shift, activity and place."""
    return _one(_whole().where(Dispute.id == dispute_id))


def lock_dispute(dispute_id: int) -> Dispute:
    """Hold the same."""
    held = _whole().where(Dispute.id == dispute_id).with_for_update(of=Dispute)
    return _one(held.execution_options(populate_existing=True))


def find_open(hours_id: int) -> Dispute | None:
    wanted = select(Dispute).where(Dispute.hours_id == hours_id, Dispute.state == "open")
    return db.session.scalars(wanted).one_or_none()


def list_latest(hours_ids: Collection[int]) -> dict[int, Dispute]:
    """Find the last dispute about each of the rows."""
    wanted = select(Dispute).where(Dispute.hours_id.in_(hours_ids)).order_by(Dispute.id)
    return {dispute.hours_id: dispute for dispute in db.session.scalars(wanted)}


def page_open(*, paths: Iterable[str], after: str | None) -> Page[Dispute]:
    """Read one page of what waits for an answer, the one due first on top."""
    wanted = _whole().where(_open_within(paths))
    return read_page(wanted, keys=[Dispute.due_on, Dispute.id], after=after)


def count_open(paths: Iterable[str], *, today: date) -> tuple[int, int]:
    """Count the open disputes within the paths, and those of them that are overdue."""
    overdue = func.count().filter(Dispute.due_on < today)
    wanted = select(func.count(), overdue).select_from(Dispute).where(_open_within(paths))
    found, late = db.session.execute(wanted).one()
    return found, late


def _open_within(paths: Iterable[str]) -> ColumnElement[bool]:
    here = Shift.place_id.in_(ids_within(paths))
    return and_(Dispute.state == "open", Dispute.hours.has(Hours.shift.has(here)))


def _whole() -> Select[Dispute]:
    hours = joinedload(Dispute.hours)
    shift = hours.joinedload(Hours.shift)
    return select(Dispute).options(
        hours.joinedload(Hours.person),
        shift.joinedload(Shift.activity),
        shift.joinedload(Shift.place),
    )


def _one(wanted: Select[Dispute]) -> Dispute:
    dispute = db.session.scalars(wanted).one_or_none()
    if dispute is None:
        raise NotFound
    return dispute


def list_thresholds() -> list[Threshold]:
    """List what each star takes, the first star first."""
    wanted = select(StarLevel.stars, StarLevel.minutes).order_by(StarLevel.minutes)
    return [Threshold(*row) for row in db.session.execute(wanted)]

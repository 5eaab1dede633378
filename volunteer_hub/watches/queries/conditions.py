"""How coming shifts stand, and what is known of them from the last look."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import FREE, PUBLIC, PUBLISHED
from volunteer_hub.shifts.queries.shifts import whole
from volunteer_hub.watches.models import ShiftCondition
from volunteer_hub.watches.rules import ENOUGH, LOOKS_AHEAD, Known, Staffing

LOOKING = func.hashtextextended("watches.look", 7)


class Standing(NamedTuple):
    """A coming shift as it stands, and as it was known; `revision` counts what was told."""

    shift_id: int
    starts_at: datetime
    staffing: Staffing
    known: Known
    revision: int


def try_lock_looking() -> bool:
    """Be the only one that looks, until this transaction ends; False: somebody is at it."""
    return db.session.execute(select(func.pg_try_advisory_xact_lock(LOOKING))).scalar_one()


def list_standing(*, now: datetime) -> list[Standing]:
    """List the published shifts that begin within the time that is told of: numbers only."""
    places = Shift.capacity + Shift.capacity_extra
    numbers = Shift.minimum, places, Shift.confirmed, places - FREE, Shift.waiting
    told, seen = (
        func.coalesce(column, ENOUGH) for column in (ShiftCondition.told, ShiftCondition.seen)
    )
    found = (
        select(Shift.id, Shift.starts_at, *numbers)
        .add_columns(told, seen, ShiftCondition.since, func.coalesce(ShiftCondition.revision, 0))
        .outerjoin(ShiftCondition, ShiftCondition.shift_id == Shift.id)
        .where(PUBLIC, PUBLISHED, Shift.starts_at > now, Shift.starts_at <= now + LOOKS_AHEAD)
    )
    return [
        Standing(
            row[0],
            row[1],
            Staffing(*row[2:7]),
            Known(told=row[7], seen=row[8], since=row[9]),
            row[10],
        )
        for row in db.session.execute(found)
    ]


def list_shifts(ids: Collection[int]) -> Sequence[Shift]:
    """List shifts with their activities and places, the next first."""
    found = whole().where(Shift.id.in_(ids)).order_by(Shift.starts_at, Shift.id)
    return db.session.scalars(found).all()


def ids_over(*, now: datetime) -> list[int]:
    """List the shifts that are known here and have begun, or were cancelled."""
    over = or_(Shift.starts_at <= now, Shift.state != "published")
    found = select(ShiftCondition.shift_id).join(Shift, Shift.id == ShiftCondition.shift_id)
    return list(db.session.scalars(found.where(over)))

"""Questions about one shift."""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import (
    Select,
    select,
)
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts.models import Shift


@cache
def whole() -> Select[Shift]:
    """Select shifts with their activity, its project, and their place."""
    activity = joinedload(Shift.activity, innerjoin=True)
    return with_place().options(activity.joinedload(Activity.project))


@cache
def with_place() -> Select[Shift]:
    """Select shifts with their activity and their place: what a promise and its letter speak of."""
    activity = joinedload(Shift.activity, innerjoin=True)
    return select(Shift).options(activity, joinedload(Shift.place, innerjoin=True))


def get_shift(shift_id: int) -> Shift:
    """Read a shift with its activity, project and place.

    :raises NotFound: if there is none
    """
    shift = db.session.scalars(whole().where(Shift.id == shift_id)).one_or_none()
    if shift is None:
        raise NotFound
    return shift


def lock_shifts(ids: Collection[int]) -> dict[int, Shift]:
    """Read shifts as they are now and hold them, always in the order of their ids.

    FOR NO KEY UPDATE lets others go on pointing at the shifts.
    """
    held = whole().where(Shift.id.in_(ids)).order_by(Shift.id)
    held = held.with_for_update(of=Shift, key_share=True)
    found = db.session.scalars(held.execution_options(populate_existing=True))
    return {shift.id: shift for shift in found}


def lock_shift(shift_id: int) -> Shift:
    """Read a shift as it is now, and keep others from changing it or its places meanwhile.

    :raises NotFound: if there is none
    """
    held = lock_shifts([shift_id])
    if not held:
        raise NotFound
    return held[shift_id]


def ids_of_activity(activity_id: int, *, now: datetime) -> list[int]:
    """List the shifts of an activity that may still be called off, in the order they are held."""
    goes_on = Shift.state != "cancelled", Shift.ends_at > now
    found = select(Shift.id).where(Shift.activity_id == activity_id, *goes_on)
    return list(db.session.scalars(found.order_by(Shift.id)))


def ids_to_draw(*, now: datetime, limit: int) -> list[int]:
    """List the coming shifts whose places are to be given out by fairness now."""
    due = Shift.state == "published", Shift.starts_at > now, Shift.fair_until <= now
    return list(db.session.scalars(select(Shift.id).where(*due).order_by(Shift.id).limit(limit)))

"""Shifts of somebody's places, and who is on them or stands in."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.groups.models import Reservation
from volunteer_hub.places.queries import within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.stand_ins.models import StandInRequest

BEHIND, AHEAD, MOST = timedelta(days=14), timedelta(days=30), 40


def list_shifts(paths: Collection[str], *, now: datetime) -> Sequence[Shift]:
    """List shifts of the places, from a fortnight ago up to a month ahead."""
    wanted = (
        select(Shift)
        .join(Shift.place)
        .options(joinedload(Shift.activity), joinedload(Shift.place))
        .where(
            within(paths),
            Shift.state != "draft",
            Shift.starts_at.between(now - BEHIND, now + AHEAD),
        )
    )
    return db.session.scalars(wanted.order_by(Shift.starts_at, Shift.id).limit(MOST)).all()


def find_signup(
    paths: Collection[str], *, states: Collection[str], shift_id: int | None
) -> Signup | None:
    """Find the newest sign-up in one of the states, on the shift if one is named."""
    wanted = of_shift(select(Signup).join(Signup.shift), paths, shift_id)
    wanted = wanted.where(Signup.state.in_(states)).options(
        joinedload(Signup.person, innerjoin=True), *whole(joinedload(Signup.shift, innerjoin=True))
    )
    return db.session.scalars(wanted.order_by(Signup.id.desc()).limit(1)).one_or_none()


def find_request(paths: Collection[str], *, shift_id: int | None) -> StandInRequest | None:
    """Find the newest request that somebody asked another person with."""
    signup = joinedload(StandInRequest.signup, innerjoin=True)
    wanted = select(StandInRequest).join(StandInRequest.signup).join(Signup.shift)
    wanted = of_shift(wanted, paths, shift_id).where(StandInRequest.invited_id.is_not(None))
    wanted = wanted.options(
        joinedload(StandInRequest.invited),
        signup.joinedload(Signup.person, innerjoin=True),
        *whole(signup.joinedload(Signup.shift, innerjoin=True)),
    )
    return db.session.scalars(wanted.order_by(StandInRequest.id.desc()).limit(1)).one_or_none()


def find_reservation(
    paths: Collection[str], *, shift_id: int | None, with_some_left: bool
) -> Reservation | None:
    """Find the newest places kept for a group; on demand such that not all were taken."""
    wanted = of_shift(select(Reservation).join(Reservation.shift), paths, shift_id)
    if with_some_left:
        wanted = wanted.where(Reservation.taken < Reservation.places)
    wanted = wanted.options(
        joinedload(Reservation.contact), *whole(joinedload(Reservation.shift, innerjoin=True))
    )
    return db.session.scalars(wanted.order_by(Reservation.id.desc()).limit(1)).one_or_none()


def of_shift(wanted: Select[Any], paths: Collection[str], shift_id: int | None) -> Select[Any]:
    """Keep what is of the shift, or of any shift of the places."""
    wanted = wanted.join(Shift.place).where(within(paths))
    return wanted if shift_id is None else wanted.where(Shift.id == shift_id)


def whole(shift: Any) -> tuple[ORMOption, ...]:
    """Read with a shift all that its letters name."""
    activity = shift.joinedload(Shift.activity, innerjoin=True)
    return (
        shift.joinedload(Shift.place, innerjoin=True),
        activity.joinedload(Activity.project),
        activity.joinedload(Activity.place, innerjoin=True),
    )

"""Questions about places kept for groups."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.groups.models import Reservation
from volunteer_hub.people.rules.proofs import hash_token
from volunteer_hub.shifts.models import Shift


def get_reservation(reservation_id: int) -> Reservation:
    """Read a reservation as it is now, with its shift and its contact.

    :raises NotFound: if there is none
    """
    return _one(_whole().where(Reservation.id == reservation_id))


def get_by_token(token: str) -> Reservation:
    """Read the reservation that a link opens.

    :raises NotFound: if the link was cut off on its way, or made up
    """
    return _one(_whole().where(Reservation.token_digest == hash_token(token)))


def lock_reservation(reservation_id: int) -> Reservation:
    """Read a reservation as it is now and hold it; whoever does holds its shift already.

    :raises NotFound: if there is none
    """
    held = _whole().where(Reservation.id == reservation_id)
    return _one(held.with_for_update(of=Reservation))


def page_of_shift(shift_id: int, *, after: str | None, limit: int = PAGE) -> Page[Reservation]:
    """Read one page of what is, or was, kept on a shift, the newest first."""
    found = select(Reservation).options(joinedload(Reservation.contact, innerjoin=True))
    found = found.where(Reservation.shift_id == shift_id)
    return read_page(found, keys=[Reservation.id], after=after, limit=limit, descending=True)


def ids_due(*, now: datetime, limit: int) -> list[int]:
    """List what is kept past its deadline, or on a shift that began or was called off."""
    over = or_(Reservation.until <= now, Shift.starts_at <= now, Shift.state != "published")
    found = select(Reservation.id).join(Reservation.shift)
    found = found.where(Reservation.state == "open", over)
    return list(
        db.session.scalars(found.order_by(Reservation.shift_id, Reservation.id).limit(limit))
    )


def _whole() -> Select[Reservation]:
    shift = contains_eager(Reservation.shift)
    activity = shift.joinedload(Shift.activity, innerjoin=True)
    return (
        select(Reservation)
        .join(Reservation.shift)
        .options(
            activity.joinedload(Activity.project),
            shift.joinedload(Shift.place, innerjoin=True),
            joinedload(Reservation.contact, innerjoin=True),
        )
    )


def _one(found: Select[Reservation]) -> Reservation:
    fresh = found.execution_options(populate_existing=True)
    reservation = db.session.scalars(fresh).one_or_none()
    if reservation is None:
        raise NotFound
    return reservation

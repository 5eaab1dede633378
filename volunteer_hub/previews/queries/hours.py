"""Hours that were not accepted, and disputes about hours."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer_hub.foundation.database import db
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.previews.queries.shifts import of_shift, whole


def find_rejected(paths: Collection[str], *, shift_id: int | None) -> Hours | None:
    """Find the newest hours that were not accepted."""
    wanted = of_shift(select(Hours).join(Hours.shift), paths, shift_id)
    wanted = wanted.where(Hours.state == "rejected").options(
        joinedload(Hours.person), *whole(joinedload(Hours.shift))
    )
    return db.session.scalars(wanted.order_by(Hours.id.desc()).limit(1)).one_or_none()


def find_dispute(
    paths: Collection[str], *, states: Collection[str], shift_id: int | None
) -> Dispute | None:
    """Find the newest dispute about hours in one of the states."""
    hours = joinedload(Dispute.hours)
    wanted = select(Dispute).join(Dispute.hours).join(Hours.shift)
    wanted = of_shift(wanted, paths, shift_id).where(Dispute.state.in_(states))
    wanted = wanted.options(hours.joinedload(Hours.person), *whole(hours.joinedload(Hours.shift)))
    return db.session.scalars(wanted.order_by(Dispute.id.desc()).limit(1)).one_or_none()

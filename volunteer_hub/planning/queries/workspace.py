"""Every question the room asks the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.shifts import whole


def page_for_staff(paths: Sequence[str], *, now: datetime, after: str | None) -> Page[Shift]:
    """Read one page of what comes, or is planned, at the places; drafts included."""
    found = whole().where(Shift.ends_at > now, Shift.place_id.in_(ids_within(paths)))
    return read_page(found, keys=[Shift.starts_at, Shift.id], after=after)


def list_bare_activities(paths: Sequence[str], *, now: datetime) -> Sequence[Activity]:
    """List coming activities at the places that have no shift yet."""
    bare = ~exists().where(Shift.activity_id == Activity.id)
    found = (
        select(Activity)
        .options(joinedload(Activity.place, innerjoin=True))
        .where(
            Activity.ends_at > now,
            Activity.state != "cancelled",
            Activity.place_id.in_(ids_within(paths)),
            bare,
        )
    )
    return db.session.scalars(found.order_by(Activity.starts_at).limit(PAGE)).all()

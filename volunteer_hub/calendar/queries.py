"""Every question the room asks the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift, Signup
from volunteer_hub.shifts.queries.lists import PUBLIC, PUBLISHED
from volunteer_hub.shifts.queries.shifts import whole

MOST_IN_A_CALENDAR = 500
PUBLIC_CALENDAR_REACHES = timedelta(days=90)


def list_published(*, since: datetime, until: datetime) -> Sequence[Shift]:
    """List what a public calendar shows."""
    span = Shift.starts_at >= since, Shift.starts_at < until
    found = whole().where(PUBLIC, PUBLISHED, *span).order_by(Shift.starts_at, Shift.id)
    return db.session.scalars(found.limit(MOST_IN_A_CALENDAR)).all()


def list_for_person(person_id: int, *, since: datetime) -> Sequence[Signup]:
    """List what a private calendar shows, the latest first: served on, waited for, called off."""
    shown = "confirmed", "waitlisted", "cancelled_by_org"
    found = (
        select(Signup)
        .join(Signup.shift)
        .options(
            contains_eager(Signup.shift).joinedload(Shift.activity, innerjoin=True),
            contains_eager(Signup.shift).joinedload(Shift.place, innerjoin=True),
        )
        .where(Signup.person_id == person_id, Signup.state.in_(shown), Shift.ends_at > since)
        .order_by(Shift.starts_at.desc(), Signup.id.desc())
    )
    return db.session.scalars(found.limit(MOST_IN_A_CALENDAR)).all()


def find_person_by_feed(token: str) -> Person | None:
    """Find whose private calendar the address is."""
    found = select(Person).where(Person.calendar_token == token, Person.left_at.is_(None))
    return db.session.scalars(found).one_or_none()

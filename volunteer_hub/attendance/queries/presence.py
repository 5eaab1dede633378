"""Every select() on who came, for marking one person."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.rules.presence import FORGOTTEN_AFTER
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup


def find_signup(shift_id: int, person_id: int) -> Signup | None:
    """Find the person's confirmed place on the shift."""
    wanted = select(Signup).where(Signup.shift_id == shift_id, Signup.person_id == person_id)
    return db.session.scalars(wanted.where(Signup.state == "confirmed")).one_or_none()


def list_on_sheet(shift_id: int, person_ids: Collection[int]) -> Sequence[Person]:
    """List who of these people can stand on a printed sheet: they had a place, or were marked."""
    promised = select(Signup.person_id).where(Signup.shift_id == shift_id)
    marked = select(Presence.person_id).where(Presence.shift_id == shift_id)
    wanted = select(Person).where(
        Person.id.in_(person_ids), or_(Person.id.in_(promised), Person.id.in_(marked))
    )
    return db.session.scalars(wanted.order_by(Person.sort_key, Person.id)).all()


def find_presence(shift_id: int, person_id: int) -> Presence | None:
    wanted = select(Presence).where(Presence.shift_id == shift_id, Presence.person_id == person_id)
    return db.session.scalars(wanted).one_or_none()


def lock_presence_of(shift_id: int, person_id: int) -> Presence | None:
    """Hold the person's row on the shift if there is one; lock the person first."""
    wanted = _whole().where(Presence.shift_id == shift_id, Presence.person_id == person_id)
    return db.session.scalars(_locked(wanted)).one_or_none()


def lock_presence(presence_id: int) -> Presence:
    """Hold one row, with its person, shift, activity and place.

    :raises NotFound: if it is gone: somebody undid the mark
    """
    wanted = _whole().where(Presence.id == presence_id)
    presence = db.session.scalars(_locked(wanted)).one_or_none()
    if presence is None:
        raise NotFound
    return presence


def find_overlapping(
    person_id: int, *, shift_id: int, since: datetime, until: datetime | None
) -> Presence | None:
    """Find where else the person is, or was, in that time; `until` None: from then on."""
    stay = func.tstzrange(Presence.checked_in_at, Presence.checked_out_at)
    wanted = select(Presence).where(
        Presence.person_id == person_id,
        Presence.shift_id != shift_id,
        Presence.checked_in_at.is_not(None),
        stay.op("&&")(func.tstzrange(since, until)),
    )
    return db.session.scalars(wanted.limit(1)).first()


def lock_finished(person_id: int, *, now: datetime) -> Sequence[Presence]:
    """Hold the rows of a person who is still checked in on shifts that are over."""
    wanted = _whole().where(
        Presence.person_id == person_id,
        Presence.state == "present",
        Presence.shift.has(Shift.ends_at <= now),
    )
    return db.session.scalars(_locked(wanted)).all()


def lock_forgotten(*, now: datetime, limit: int) -> Sequence[Presence]:
    """Hold who is still checked in four hours after the end; skip what another run holds."""
    long_over = Presence.shift.has(Shift.ends_at <= now - FORGOTTEN_AFTER)
    wanted = _whole().where(Presence.state == "present", long_over)
    wanted = wanted.order_by(Presence.id).limit(limit)
    return db.session.scalars(_locked(wanted, skip_locked=True)).all()


def _whole() -> Select[Presence]:
    shift = joinedload(Presence.shift)
    return select(Presence).options(
        joinedload(Presence.person),
        shift.joinedload(Shift.activity),
        shift.joinedload(Shift.place),
    )


def _locked(wanted: Select[Presence], *, skip_locked: bool = False) -> Select[Presence]:
    """Hold the presence rows alone, and read them as they are now."""
    held = wanted.with_for_update(of=Presence, skip_locked=skip_locked)
    return held.execution_options(populate_existing=True)

"""Shifts as one reader sees them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from volunteer_hub.foundation.database import db
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import ShiftRow, Wanted, list_coming
from volunteer_hub.signups.models import Signup


def next_opportunities(
    *, now: datetime, limit: int = 4, person_id: int | None = None
) -> list[ShiftRow]:
    """List the next shifts that still need people, as this reader sees them."""
    shifts = list_coming(Wanted(since=now, open_only=True), limit=limit).items
    return rows(shifts, person_id=person_id)


def rows(shifts: Sequence[Shift], *, person_id: int | None) -> list[ShiftRow]:
    """Show shifts as this reader sees them."""
    mine = my_states(person_id, [shift.id for shift in shifts])
    return [ShiftRow.of(shift, mine=mine.get(shift.id)) for shift in shifts]


def my_states(person_id: int | None, shift_ids: Collection[int]) -> dict[int, str]:
    """Tell on which of the shifts the person serves or waits."""
    if person_id is None or not shift_ids:
        return {}
    mine = Signup.person_id == person_id, Signup.shift_id.in_(shift_ids)
    found = select(Signup.shift_id, Signup.state).where(*mine, Signup.ended_at.is_(None))
    return dict(db.session.execute(found).all())

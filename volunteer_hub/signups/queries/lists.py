"""Shifts as one reader sees them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, Select, bindparam, select

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
    asked = {"person_id": person_id, "shift_ids": list(shift_ids)}
    return dict(db.session.execute(_own_states(), asked).all())


@cache
def _own_states() -> Select[int, str]:
    """Build the question once: building costs more than asking."""
    whose = Signup.person_id == bindparam("person_id", type_=BigInteger)
    which = Signup.shift_id.in_(bindparam("shift_ids", type_=BigInteger, expanding=True))
    return select(Signup.shift_id, Signup.state).where(whose, which, Signup.ended_at.is_(None))

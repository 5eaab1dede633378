"""Which orders have not been tried on which shifts yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, any_, exists, func, or_, select

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.database import db
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.standing.models import StandingOrder, StandingTry

AT_ONCE = "standing"  # names the lock under which shifts are filled as they are published


class Due(NamedTuple):
    """One order to be tried on one shift."""

    order_id: int
    person_id: int
    shift_id: int


def list_due(
    *,
    now: datetime,
    limit: int,
    order_id: int | None = None,
    shift_id: int | None = None,
) -> list[Due]:
    """List what is to be tried: the next shifts first, and on each the oldest order first.

    An order covers the published coming shifts of its series that begin on one of its days, in
    the series' zone, outside a pause. A shift whose sign-up has not opened yet comes later.
    """
    found = (
        select(StandingOrder.id, StandingOrder.person_id, Shift.id)
        .join(Series, Series.id == StandingOrder.series_id)
        .join(Activity, Activity.series_id == Series.id)
        .join(Shift, Shift.activity_id == Activity.id)
        .join(Person, Person.id == StandingOrder.person_id)
        .where(
            StandingOrder.state == "running",
            Person.left_at.is_(None),
            Shift.state == "published",
            Shift.starts_at > now,
            or_(Shift.opens_at.is_(None), Shift.opens_at <= now),
            *_covered(),
            ~exists().where(
                StandingTry.order_id == StandingOrder.id, StandingTry.shift_id == Shift.id
            ),
        )
    )
    if order_id is not None:
        found = found.where(StandingOrder.id == order_id)
    if shift_id is not None:
        found = found.where(Shift.id == shift_id)
    in_order = found.order_by(Shift.starts_at, Shift.id, StandingOrder.id).limit(limit)
    return [Due(*row) for row in db.session.execute(in_order)]


def is_due(due: Due, *, now: datetime) -> bool:
    """Tell whether it is still to be tried, once its person is held."""
    return bool(list_due(order_id=due.order_id, shift_id=due.shift_id, now=now, limit=1))


def hold_people(person_ids: Sequence[int]) -> None:
    """Let only one publication at a time fill its shifts, and hold these people in one order.

    One transaction may publish many shifts: two of them would each hold whom the other needs.
    """
    lock = func.pg_advisory_xact_lock(func.hashtextextended(AT_ONCE, 0))
    db.session.execute(select(lock))
    held = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    db.session.execute(held.with_for_update(key_share=True)).all()


def _covered() -> tuple[ColumnElement[bool], ...]:
    wall = func.timezone(Series.zone, Shift.starts_at)
    day, weekday = func.date(wall), func.extract("isodow", wall) - 1
    order = StandingOrder
    has_role = exists().where(ShiftRole.shift_id == Shift.id, ShiftRole.title_zh == order.role_zh)
    return (
        day >= order.begins_on,
        or_(order.ends_on.is_(None), day <= order.ends_on),
        or_(order.away_from.is_(None), day < order.away_from, day > order.away_to),
        or_(order.weekdays.is_(None), weekday == any_(order.weekdays)),
        or_(order.title_zh.is_(None), Shift.title_zh == order.title_zh),
        or_(order.role_zh.is_(None), and_(Shift.by_role, has_role)),
    )

"""What the list and the grids of opportunities show."""

from collections import defaultdict
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, Select, cast, func, or_, select
from sqlalchemy.orm import defer, joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries import lists

ORDER = (Shift.starts_at, Shift.id)


class DayOfShifts(NamedTuple):
    """The first shifts of a day, and how many it has in all."""

    shifts: list[Shift]
    total: int


NOTHING = DayOfShifts([], 0)


def page_coming(wanted: lists.Wanted, *, need: str | None, after: str | None) -> Page[Shift]:
    """Read one page of public shifts by their start."""
    found = _listed().where(*_narrowed(wanted, need))
    return read_page(found, keys=ORDER, after=after, limit=PAGE)


def by_day(wanted: lists.Wanted, *, need: str | None, most: int) -> dict[date, DayOfShifts]:
    """Read public shifts by the local day they start on: of each day the first ones only."""
    day = cast(func.timezone(zone().key, Shift.starts_at), Date)
    place = func.row_number().over(partition_by=day, order_by=ORDER).label("place")
    total = func.count().over(partition_by=day).label("total")
    counted = select(Shift.id, place, total).where(*_narrowed(wanted, need)).subquery()
    found = (
        _listed()
        .add_columns(counted.c.total)
        .join(counted, counted.c.id == Shift.id)
        .where(counted.c.place <= most)
        .order_by(*ORDER)
    )
    days: dict[date, list[tuple[Shift, int]]] = defaultdict(list)
    for shift, in_all in db.session.execute(found):
        days[local_day(shift.starts_at)].append((shift, in_all))
    return {
        day: DayOfShifts([shift for shift, _total in rows], rows[0][1])
        for day, rows in days.items()
    }


@cache
def _listed() -> Select[Shift]:
    """Select shifts with what a row shows of them, their activity and place: not the long texts."""
    texts = Shift.tasks_zh, Shift.tasks_en, Shift.requirements_zh, Shift.requirements_en
    activity = joinedload(Shift.activity, innerjoin=True)
    place = joinedload(Shift.place, innerjoin=True)
    return select(Shift).options(
        *(defer(text, raiseload=True) for text in texts),
        activity.load_only(Activity.title_zh, Activity.title_en, raiseload=True),
        place.load_only(Place.name_zh, Place.name_en, raiseload=True),
    )


def _narrowed(wanted: lists.Wanted, need: str | None) -> list[ColumnElement[bool]]:
    conditions = [lists.PUBLIC, *lists.conditions(wanted)]
    if need:
        of_a_role = select(ShiftRole.shift_id).where(ShiftRole.need == need)
        conditions.append(or_(Shift.need == need, Shift.id.in_(of_a_role)))
    return conditions

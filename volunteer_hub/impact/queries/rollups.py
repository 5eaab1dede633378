"""Read the roll-ups: sums by month, different persons, money by project, years, what waits."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Date, cast, func, null, select, text
from sqlalchemy.orm import aliased

from volunteer_hub.foundation.database import db
from volunteer_hub.impact.models import Cell, CellDelta, CellPerson, StatRun
from volunteer_hub.impact.rules.figures import Scope
from volunteer_hub.impact.rules.measures import AWARDED, HOURS_KINDS, PAID_OUT, SPENT
from volunteer_hub.places.models import Place

MONEY = (AWARDED, PAID_OUT, SPENT)

# The days of one year are skipped in one step, so that many facts cost no more than few.
YEARS = text("""
with recursive seen(day) as (
  select min(day) from cell
  union all
  select (
    select min(day) from cell where cell.day >= date_trunc('year', seen.day) + interval '1 year')
  from seen where seen.day is not null)
select extract(year from day)::int from seen where day is not null order by 1
""")


class Sum(NamedTuple):
    """An amount in its kind's base unit, and how many facts make it up."""

    amount: int = 0
    rows: int = 0


ByMonth = Mapping[tuple[str, date], Sum]  # by kind and first day of the month


class Pending(NamedTuple):
    """Changes that still wait to be added; the figures hold everything up to `since`."""

    changes: int
    since: datetime | None


def total(column: Any) -> ColumnElement[int]:
    """Add up in SQL to a whole number: PostgreSQL sums bigints to numeric, and nothing to null."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def sums_by_month(scope: Scope) -> ByMonth:
    month = _month(Cell.day)
    rows = db.session.execute(
        select(Cell.kind, month, total(Cell.amount), total(Cell.rows))
        .where(*_within(Cell, scope))
        .group_by(Cell.kind, month)
    )
    return {(kind, first): Sum(amount, count) for kind, first, amount, count in rows}


def people_by_month(scope: Scope) -> dict[date | None, int]:
    """Count different persons in each month, and under None over all months.

    Somebody counts whose minutes in that time, of all classes, are more than nothing after
    reversals.
    """
    month = _month(CellPerson.day).label("month")
    minutes = total(CellPerson.amount).label("minutes")
    each = (
        select(CellPerson.person_id, month, minutes)
        .where(*_within(CellPerson, scope), CellPerson.kind.in_(HOURS_KINDS))
        .group_by(CellPerson.person_id, month)
        .cte("each")
    )
    active = select(each.c.person_id).group_by(each.c.person_id)
    whole = active.having(func.sum(each.c.minutes) > 0).subquery()
    months = select(each.c.month, func.count()).where(each.c.minutes > 0).group_by(each.c.month)
    over_all = select(null(), func.count()).select_from(whole)
    return {row[0]: row[1] for row in db.session.execute(months.union_all(over_all))}


def people_by_sibling(scope: Scope) -> dict[str, int]:
    """Count different persons at each place that shares its parent with the scope's place."""
    this, sibling, place = aliased(Place), aliased(Place), aliased(Place)
    everywhere = replace(scope, path="/")
    active = (
        select(sibling.path, CellPerson.person_id)
        .join(place, place.id == CellPerson.place_id)
        .join(sibling, place.path.like(sibling.path + "%"))
        .join(this, this.parent_id == sibling.parent_id)
        .where(this.path == scope.path, *_within(CellPerson, everywhere))
        .where(CellPerson.kind.in_(HOURS_KINDS))
        .group_by(sibling.path, CellPerson.person_id)
        .having(func.sum(CellPerson.amount) > 0)
        .subquery()
    )
    counted = select(active.c.path, func.count()).group_by(active.c.path)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def money_by_project(scope: Scope) -> Mapping[int, ByMonth]:
    """Sum what was awarded, paid out and spent for each project, by month."""
    month = _month(Cell.day)
    rows = db.session.execute(
        select(Cell.project_id, Cell.kind, month, total(Cell.amount), total(Cell.rows))
        .where(*_within(Cell, scope), Cell.kind.in_(MONEY))
        .group_by(Cell.project_id, Cell.kind, month)
        .order_by(Cell.project_id)
    )
    found: dict[int, dict[tuple[str, date], Sum]] = defaultdict(dict)
    for project, kind, first, amount, count in rows:
        found[project][kind, first] = Sum(amount, count)
    return found


def sums_by_project(project_ids: list[int], *, as_of: date) -> dict[tuple[int, str], Sum]:
    """Sum each kind of fact of some projects up to a day."""
    rows = db.session.execute(
        select(Cell.project_id, Cell.kind, total(Cell.amount), total(Cell.rows))
        .where(Cell.project_id.in_(project_ids), Cell.day <= as_of)
        .group_by(Cell.project_id, Cell.kind)
    )
    return {(project, kind): Sum(amount, count) for project, kind, amount, count in rows}


def list_years() -> list[int]:
    """List the years that have facts, the oldest first."""
    return list(db.session.scalars(YEARS))


def find_newest_award(*, as_of: date) -> date | None:
    """Find the day of the newest award, which tells the year that people ask about."""
    newest = select(func.max(Cell.day)).where(Cell.kind == AWARDED, Cell.day <= as_of)
    return db.session.execute(newest).scalar_one()


def count_pending() -> Pending:
    waiting = select(func.count(), func.min(CellDelta.made_at))
    return Pending(*db.session.execute(waiting.select_from(CellDelta)).one())


def find_last_run(kind: str) -> StatRun | None:
    """Find the newest run of a kind: compile, rebuild or verify."""
    runs = select(StatRun).where(StatRun.kind == kind).order_by(StatRun.id.desc())
    return db.session.execute(runs.limit(1)).scalar_one_or_none()


def _within(table: type[Cell] | type[CellPerson], scope: Scope) -> list[ColumnElement[bool]]:
    days = scope.counted
    found = [table.day >= days.first, table.day < days.end]
    if scope.path != "/":
        below = select(Place.id).where(Place.path.like(f"{scope.path}%"))
        found.append(table.place_id.in_(below))
    if scope.project_id is not None:
        found.append(table.project_id == scope.project_id)
    return found


def _month(day: Any) -> ColumnElement[date]:
    return cast(func.date_trunc("month", day), Date)

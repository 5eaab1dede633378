"""The rows behind a figure, page by page, without names."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.funding.models import Entry
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules.hours import SOURCES
from volunteer_hub.impact.queries.rollups import total
from volunteer_hub.impact.rules.figures import Scope
from volunteer_hub.impact.rules.measures import Measure
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import ids_within
from volunteer_hub.projects.models import Project
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.queries.records import counted_records
from volunteer_hub.shifts.models import Shift


class ShiftHours(NamedTuple):
    """The hours of one shift: how many persons and minutes of which class, but not whose."""

    served_on: date
    shift_id: int
    minutes: int
    persons: int
    title_zh: str
    title_en: str | None
    place_zh: str
    place_en: str | None
    by_class: dict[str, int]  # source → minutes, those that came to nothing left out


class AwardedProject(NamedTuple):
    """A project and the money it was awarded in the period."""

    id: int
    project: Project
    first_day: date
    fen: int


def page_services(measure: Measure, scope: Scope, *, after: str | None) -> Page[ServiceRecord]:
    """Read verified records, the oldest first; reversing ones are among them."""
    rows = counted_records(
        mode=measure.variants[0],
        place_path=scope.path if scope.path != "/" else None,
        project_id=scope.project_id,
        days=scope.counted,
    )
    return read_page(rows, keys=[ServiceRecord.occurred_on, ServiceRecord.id], after=after)


def page_entries(measure: Measure, scope: Scope, *, after: str | None) -> Page[Entry]:
    """Read approved lines of the ledgers, the oldest first."""
    rows = _entries(measure, scope).options(joinedload(Entry.project))
    return read_page(rows, keys=[Entry.occurred_on, Entry.id], after=after)


def page_awarded(measure: Measure, scope: Scope, *, after: str | None) -> Page[AwardedProject]:
    """Read the projects whose awards in the period come to more than nothing."""
    entries = _entries(measure, scope).subquery()
    rows: Any = (
        select(
            Project.id,
            Project,
            func.min(entries.c.occurred_on).label("first_day"),
            total(entries.c.amount_fen),
        )
        .join(entries, entries.c.project_id == Project.id)
        .group_by(Project.id)
        .having(func.sum(entries.c.amount_fen) > 0)
    )
    page = read_page(rows, keys=[Project.id], after=after, scalars=False)
    return page.map(lambda row: AwardedProject(*row))


def page_hours(measure: Measure, scope: Scope, *, after: str | None) -> Page[ShiftHours]:
    """Read the locked hours of each shift, added up over its people, each class by itself."""
    one = _hours_of_each(measure, scope).subquery()
    named = (Shift.title_zh, Shift.title_en, Place.name_zh, Place.name_en)
    rows: Any = (
        select(
            one.c.served_on,
            one.c.shift_id,
            total(one.c.minutes),
            func.count().filter(one.c.minutes > 0),
            *named,
            *(total(one.c[source]) for source in SOURCES),
        )
        .join(Shift, Shift.id == one.c.shift_id)
        .join(Place, Place.id == Shift.place_id)
        .group_by(one.c.served_on, one.c.shift_id, Shift.id, Place.id)
    )
    keys = [one.c.served_on, one.c.shift_id]
    return read_page(rows, keys=keys, after=after, scalars=False).map(_shift_hours)


def _hours_of_each(measure: Measure, scope: Scope) -> Select[Any]:
    """Add up the locked minutes of each person on each shift, in all and by class."""
    days, minutes = scope.counted, func.sum(Hours.minutes)
    each: Any = (
        select(
            Hours.served_on,
            Hours.shift_id,
            minutes.label("minutes"),
            *(minutes.filter(Hours.source == source).label(source) for source in SOURCES),
        )
        .join(Shift, Shift.id == Hours.shift_id)
        .where(Hours.state == "locked", Hours.source.in_(measure.variants))
        .where(Hours.served_on >= days.first, Hours.served_on < days.end)
        .group_by(Hours.served_on, Hours.shift_id, Hours.person_id)
    )
    if scope.path != "/":
        each = each.where(Shift.place_id.in_(ids_within([scope.path])))
    if scope.project_id is not None:
        each = each.join(Activity).where(Activity.project_id == scope.project_id)
    return each


def _shift_hours(row: Any) -> ShiftHours:
    minutes = zip(SOURCES, row[-len(SOURCES) :], strict=True)
    by_class = {source: amount for source, amount in minutes if amount}
    return ShiftHours(*row[: -len(SOURCES)], by_class=by_class)


def _entries(measure: Measure, scope: Scope) -> Select[Any]:
    days = scope.counted
    found = select(Entry).where(
        Entry.state == "approved",
        Entry.kind.in_(measure.variants),
        Entry.occurred_on >= days.first,
        Entry.occurred_on < days.end,
    )
    if scope.project_id is not None:
        found = found.where(Entry.project_id == scope.project_id)
    if scope.path != "/":
        here = ids_within([scope.path])
        found = found.join(Entry.project).where(Project.place_id.in_(here))
    return found

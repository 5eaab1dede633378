"""Lists of shifts: for everybody, for one activity, for staff, for calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Setting, Shift
from volunteer_hub.shifts.queries.shifts import whole

# Written out, not bound: only so may the planner use the index of what is public.
PUBLIC = Shift.state != literal_column("'draft'")
FREE = Shift.capacity + Shift.capacity_extra - Shift.confirmed - Shift.offered - Shift.reserved
PUBLISHED = Shift.state == literal_column("'published'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; `since` included, `until` not."""

    since: datetime
    until: datetime | None = None
    path: str | None = None
    project_id: int | None = None
    open_only: bool = False
    cancelled_too: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One shift in a list, in the reader's language; `state` as in components/state_tag.html."""

    id: int
    title: str
    role: str
    starts_at: datetime
    ends_at: datetime
    place_name: str
    capacity: int
    confirmed: int
    waiting: int
    free: int
    state: str
    reason: str | None
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, shift: Shift, *, mine: str | None = None, tags: Sequence[str] = ()) -> "ShiftRow":
        """Read the row off a shift loaded with its activity and place.

        :param mine: the state of the reader's own sign-up
        """
        return cls(
            id=shift.id,
            title=localized(shift.activity, "title"),
            role=localized(shift, "title"),
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            place_name=where(shift),
            capacity=shift.capacity,
            confirmed=shift.confirmed,
            waiting=shift.waiting,
            free=shift.free,
            state=state_for_reader(shift, mine),
            reason=shift.reason,
            tags=tuple(tags),
        )


def where(it: Shift | Setting) -> str:
    """Say where a shift takes place: the spot if one is named, else the place."""
    return localized(it, "spot") or localized(it.place, "name")


def state_for_reader(shift: Shift, mine: str | None) -> str:
    """Name the state of a shift as components/state_tag.html shows it."""
    if shift.state == "cancelled":
        return "off"
    if mine is not None:
        return {"confirmed": "mine", "offered": "offer"}.get(mine, "wait")
    return "full" if shift.waiting or not shift.free else "open"


def list_coming(wanted: Wanted, *, after: str | None = None, limit: int = PAGE) -> Page[Shift]:
    """Read one page of public shifts by their start; flat however many there are."""
    found = whole().where(PUBLIC, *conditions(wanted))
    return read_page(found, keys=[Shift.starts_at, Shift.id], after=after, limit=limit)


def list_of_activity(activity_id: int, *, drafts: bool) -> Sequence[Shift]:
    """List the shifts of one activity by their start; drafts for those who may see them."""
    found = whole().where(Shift.activity_id == activity_id)
    if not drafts:
        found = found.where(PUBLIC)
    return db.session.scalars(found.order_by(Shift.starts_at, Shift.id)).all()


def list_understaffed(paths: Sequence[str], *, now: datetime, until: datetime) -> Sequence[Shift]:
    """List the next published shifts at the places that have fewer people than they need."""
    coming = Shift.starts_at > now, Shift.starts_at < until, Shift.confirmed < Shift.minimum
    found = whole().where(PUBLIC, PUBLISHED, *coming, Shift.place_id.in_(ids_within(paths)))
    return db.session.scalars(found.order_by(Shift.starts_at, Shift.id).limit(PAGE)).all()


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Say in SQL what a list is narrowed to."""
    found: list[ColumnElement[bool]] = [Shift.starts_at >= wanted.since]
    if wanted.until is not None:
        found.append(Shift.starts_at < wanted.until)
    if wanted.path is not None:
        found.append(Shift.place_id.in_(ids_within([wanted.path])))
    if wanted.project_id is not None:
        of_project = select(Activity.id).where(Activity.project_id == wanted.project_id)
        found.append(Shift.activity_id.in_(of_project))
    if wanted.open_only:
        found += [PUBLISHED, FREE > 0, Shift.waiting == 0]
    elif not wanted.cancelled_too:
        found.append(PUBLISHED)
    return found

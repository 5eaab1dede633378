"""Questions about series and their days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.activities.queries.activities import whole
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.places.queries import ids_within


@dataclass(frozen=True, slots=True)
class Listed:
    """A series in a list, with its next day that goes on and how many days wait for a choice."""

    series: Series
    next_at: datetime | None
    waiting: int


def get_series(series_id: int) -> Series:
    """Read a series with its place and project.

    :raises NotFound: if there is none
    """
    return _one(_whole().where(Series.id == series_id))


def lock_series(series_id: int) -> Series:
    """Read a series as it is now, and let nobody else change it or make its days meanwhile.

    :raises NotFound: if there is none
    """
    held = _whole().where(Series.id == series_id).with_for_update(of=Series, key_share=True)
    return _one(held.execution_options(populate_existing=True))


def page_series(
    paths: Sequence[str], *, now: datetime, after: str | None, limit: int = PAGE
) -> Page[Listed]:
    """Read one page of the series at the places, the newest first."""
    found = _whole().where(Series.place_id.in_(ids_within(paths)))
    page = read_page(found, keys=[Series.id], after=after, limit=limit, descending=True)
    coming = (
        select(
            Activity.series_id,
            func.min(Activity.starts_at),
            func.count().filter(Activity.choice == "waiting"),
        )
        .where(Activity.series_id.in_([series.id for series in page.items]))
        .where(Activity.starts_at > now, Activity.state != "cancelled")
        .group_by(Activity.series_id)
    )
    known = {series_id: (at, waiting) for series_id, at, waiting in db.session.execute(coming)}
    return page.map(lambda series: Listed(series, *known.get(series.id, (None, 0))))


def ids_going_on(*, today: date) -> list[int]:
    """List the series that may still have days to make, or to look at."""
    goes_on = or_(
        Series.last_on.is_(None),
        Series.last_on >= today - timedelta(days=1),  # it is still yesterday somewhere
        Series.expanded_to.is_(None),
        Series.expanded_to <= Series.last_on,
    )
    return list(db.session.scalars(select(Series.id).where(goes_on).order_by(Series.id)))


def list_nominal(series_id: int, between: Days) -> set[date]:
    """List the nominal days that are made already."""
    made = Activity.series_id == series_id, Activity.nominal_on >= between.first
    found = select(Activity.nominal_on).where(*made, Activity.nominal_on < between.end)
    return {day for day in db.session.scalars(found) if day is not None}


def lock_following(series_id: int, *, since: date, now: datetime) -> Sequence[Activity]:
    """Hold the coming days, from a nominal one on, that still do as their series does."""
    follows = Activity.edited.is_(False), Activity.nominal_on >= since
    return _hold(_coming(series_id, now=now).where(*follows))


def lock_after(series_id: int, *, last_on: date, now: datetime) -> Sequence[Activity]:
    """Hold the days behind the last nominal one that are not over and go on."""
    beyond = Activity.series_id == series_id, Activity.nominal_on > last_on
    goes_on = Activity.state != "cancelled", Activity.ends_at > now
    return _hold(whole().where(*beyond, *goes_on))


def lock_unflagged(series_id: int, *, now: datetime) -> Sequence[Activity]:
    """Hold the coming days that follow their series and are not known to be off."""
    plain = Activity.day_off.is_(None), Activity.edited.is_(False)
    return _hold(_coming(series_id, now=now).where(*plain))


def list_waiting(paths: Sequence[str], *, now: datetime, limit: int = PAGE) -> Sequence[Activity]:
    """List the coming days off at the places about which nobody has chosen yet."""
    found = whole().where(*_waits(paths, now=now))
    return db.session.scalars(found.order_by(Activity.starts_at, Activity.id).limit(limit)).all()


def count_waiting(paths: Sequence[str], *, now: datetime) -> int:
    """Count the coming days off at the places about which nobody has chosen yet."""
    return db.session.execute(select(func.count()).where(*_waits(paths, now=now))).scalar_one()


def _waits(paths: Sequence[str], *, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Activity.choice == literal_column("'waiting'"),
        Activity.state != "cancelled",
        Activity.starts_at > now,
        Activity.place_id.in_(ids_within(paths)),
    )


def _whole() -> Select[Series]:
    return select(Series).options(
        joinedload(Series.place, innerjoin=True), joinedload(Series.project)
    )


def _coming(series_id: int, *, now: datetime) -> Select[Activity]:
    mine = Activity.series_id == series_id, Activity.starts_at > now
    return whole().where(*mine, Activity.state != "cancelled")


def _hold(found: Select[Activity]) -> Sequence[Activity]:
    held = found.order_by(Activity.id).with_for_update(of=Activity, key_share=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).all()


def _one(found: Select[Series]) -> Series:
    series = db.session.scalars(found).one_or_none()
    if series is None:
        raise NotFound
    return series

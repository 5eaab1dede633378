"""Questions about watches: one's own, and who is to hear of what."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.activities.queries.series import get_series
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import steps
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.watches.models import Watch
from volunteer_hub.watches.queries.gaps import is_gap

LIVE = Watch.ended_at.is_(None)


def get_watch(watch_id: int) -> Watch:
    """Read a watch, ended or not, with what it watches.

    :raises NotFound: if there is none
    """
    return _one(_whole().where(Watch.id == watch_id))


def lock_watch(watch_id: int) -> Watch:
    """Read a watch as it is now, and let nobody else change it meanwhile.

    :raises NotFound: if there is none
    """
    return _one(_whole().where(Watch.id == watch_id).with_for_update(of=Watch))


def find_live(person_id: int, *, place_id: int | None, series_id: int | None) -> Watch | None:
    """Find the person's watch of a place or a series."""
    return db.session.scalars(_live(person_id, place_id, series_id)).one_or_none()


def lock_live(person_id: int, *, place_id: int | None, series_id: int | None) -> Watch | None:
    """Find it as it is now, and let nobody else change it meanwhile."""
    held = _live(person_id, place_id, series_id).with_for_update(of=Watch)
    return db.session.scalars(held).one_or_none()


def ids_live(person_id: int) -> list[int]:
    """List the watches of a person that were not ended."""
    own = select(Watch.id).where(Watch.person_id == person_id, LIVE)
    return list(db.session.scalars(own.order_by(Watch.id)))


def page_own(person_id: int, *, after: str | None, limit: int = PAGE) -> Page[Watch]:
    """Read one page of the watches of a person that were not ended, the newest first."""
    own = _whole().where(Watch.person_id == person_id, LIVE)
    return read_page(own, keys=[Watch.id], after=after, limit=limit, descending=True)


def get_watchable_series(series_id: int) -> Series:
    """Read a series of which anything was ever published.

    :raises NotFound: if there is none, or only drafts
    """
    published = Activity.series_id == series_id, Activity.state != "draft"
    if db.session.scalars(select(Activity.id).where(*published).limit(1)).one_or_none() is None:
        raise NotFound
    return get_series(series_id)


def lock_watching(shifts: Collection[Shift]) -> Sequence[Watch]:
    """List who watches any of the shifts, by place or series, with the person and the subject.

    Nobody who has left is among them; whoever leaves or ends a watch meanwhile waits, and finds
    the letters that were posted.
    """
    paths = {path for shift in shifts for path in steps(shift.place.path)}
    series = {shift.activity.series_id for shift in shifts} - {None}
    found = (
        _whole()
        .join(Watch.person)
        .outerjoin(Place, Place.id == Watch.place_id)
        .where(LIVE, Person.left_at.is_(None))
        .where(or_(Place.path.in_(paths), Watch.series_id.in_(series)))
        .options(contains_eager(Watch.person))
    )
    held = found.order_by(Watch.id).with_for_update(of=Watch, read=True)
    return db.session.scalars(held).all()


def pairs_of_serving(
    shift_ids: Collection[int], person_ids: Collection[int]
) -> set[tuple[int, int]]:
    """Pair the people with the shifts on which they have a place or stand in line."""
    live = Signup.ended_at.is_(None), Signup.shift_id.in_(shift_ids)
    found = select(Signup.person_id, Signup.shift_id).where(*live, Signup.person_id.in_(person_ids))
    return {(person_id, shift_id) for person_id, shift_id in db.session.execute(found)}


def count_gaps(watch_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Count the shifts that lack people now, under each watch that has any, in one question."""
    watched, at = aliased(Place), aliased(Place)
    covered = or_(Activity.series_id == Watch.series_id, at.path.startswith(watched.path))
    found = (
        select(Watch.id, func.count(Shift.id))
        .outerjoin(watched, watched.id == Watch.place_id)
        .join(Shift, and_(*is_gap(now=now)))
        .join(Activity, Activity.id == Shift.activity_id)
        .join(at, at.id == Shift.place_id)
        .where(Watch.id.in_(watch_ids), covered)
        .group_by(Watch.id)
    )
    return dict(db.session.execute(found).all())


def _live(person_id: int, place_id: int | None, series_id: int | None) -> Select[Watch]:
    same: ColumnElement[bool] = Watch.place_id == place_id
    if series_id is not None:
        same = Watch.series_id == series_id
    return _whole().where(Watch.person_id == person_id, LIVE, same)


def _whole() -> Select[Watch]:
    series = joinedload(Watch.series)
    return select(Watch).options(joinedload(Watch.place), series.joinedload(Series.place))


def _one(found: Select[Watch]) -> Watch:
    watch = db.session.scalars(found).one_or_none()
    if watch is None:
        raise NotFound
    return watch

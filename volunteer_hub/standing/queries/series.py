"""Questions about a series that somebody may want to help with every time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.queries.shifts import whole

LOOKED_AT = 60  # coming shifts from which the tasks are read


class Task(NamedTuple):
    """What one may do each time: the shifts of one title, or one role on them."""

    title_zh: str
    title_en: str | None
    role_zh: str | None = None
    role_en: str | None = None

    @property
    def said(self) -> str:
        """Say it in the reader's language."""
        title = localized(self, "title")
        return f"{title}: {localized(self, 'role')}" if self.role_zh else title


def get_series(series_id: int) -> Series:
    """Read a series with its place.

    :raises NotFound: if there is none
    """
    found = select(Series).options(joinedload(Series.place, innerjoin=True))
    series = db.session.scalars(found.where(Series.id == series_id)).one_or_none()
    if series is None:
        raise NotFound
    return series


def get_public(series_id: int) -> Series:
    """Read a series of which anything was ever published.

    :raises NotFound: if there is none, or only drafts
    """
    published = Activity.series_id == series_id, Activity.state != "draft"
    found = db.session.scalars(select(Activity.id).where(*published).limit(1)).one_or_none()
    if found is None:
        raise NotFound
    return get_series(series_id)


def list_open(series_id: int, *, now: datetime) -> Sequence[Shift]:
    """List the next shifts of a series that take place, with all that belongs to each."""
    coming = Shift.state == "published", Shift.starts_at > now
    found = whole().join(Shift.activity).where(Activity.series_id == series_id, *coming)
    return db.session.scalars(found.order_by(Shift.starts_at, Shift.id).limit(LOOKED_AT)).all()


def list_tasks(shifts: Sequence[Shift]) -> dict[str, Task]:
    """List what one may choose to do on these shifts, in their order, by keys.

    A key names the last shift or role that has the task, so that a form left open still fits.
    """
    found: dict[tuple[str, str | None], tuple[str, Task]] = {}
    roles = _roles_of([shift.id for shift in shifts if shift.by_role])
    for shift in shifts:
        title = shift.title_zh, shift.title_en
        found[shift.title_zh, None] = f"s{shift.id}", Task(*title)
        for role in roles.get(shift.id, ()):
            task = Task(*title, role.title_zh, role.title_en)
            found[shift.title_zh, role.title_zh] = f"r{role.id}", task
    return dict(found.values())


def _roles_of(shift_ids: Sequence[int]) -> dict[int, list[ShiftRole]]:
    found = select(ShiftRole).where(ShiftRole.shift_id.in_(shift_ids)).order_by(ShiftRole.id)
    roles: dict[int, list[ShiftRole]] = {}
    for role in db.session.scalars(found) if shift_ids else ():
        roles.setdefault(role.shift_id, []).append(role)
    return roles

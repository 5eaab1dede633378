"""Questions about one shift."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts.models import Shift, Signup


class BeforeJoining(NamedTuple):
    """A shift and what already binds the person: a promise on it, another at the same time."""

    shift: Shift
    already: bool
    other: str | None


def whole() -> Select[Shift]:
    """Select shifts with their activity, its project, and their place."""
    activity = joinedload(Shift.activity, innerjoin=True)
    place = joinedload(Shift.place, innerjoin=True)
    return select(Shift).options(activity.joinedload(Activity.project), place)


def get_shift(shift_id: int) -> Shift:
    """Read a shift with its activity, project and place.

    :raises NotFound: if there is none
    """
    shift = db.session.scalars(whole().where(Shift.id == shift_id)).one_or_none()
    if shift is None:
        raise NotFound
    return shift


def lock_shifts(ids: Collection[int]) -> dict[int, Shift]:
    """Read shifts as they are now and hold them, always in the order of their ids.

    FOR NO KEY UPDATE lets others go on pointing at the shifts.
    """
    held = whole().where(Shift.id.in_(ids)).order_by(Shift.id)
    held = held.with_for_update(of=Shift, key_share=True)
    found = db.session.scalars(held.execution_options(populate_existing=True))
    return {shift.id: shift for shift in found}


def lock_shift(shift_id: int) -> Shift:
    """Read a shift as it is now, and keep others from changing it or its places meanwhile.

    :raises NotFound: if there is none
    """
    held = lock_shifts([shift_id])
    if not held:
        raise NotFound
    return held[shift_id]


def before_joining(shift_id: int, *, person_id: int) -> BeforeJoining:
    """Read, in one question, all that decides whether the person may join.

    :raises NotFound: if there is no such shift
    """
    whose = {"shift_id": shift_id, "person_id": person_id}
    found = db.session.execute(
        _asked_before_joining(), whose, execution_options={"populate_existing": True}
    ).one_or_none()
    if found is None:
        raise NotFound
    return BeforeJoining(found[0], found[1] is not None, _title(found[2]))


def ids_freed_by(shift_id: int, *, signup_id: int | None = None) -> list[int]:
    """List the shifts whose line may move when this one lets go of its people, or of one of them.

    Whoever serves here cannot come up from the line of a shift at the same time.
    """
    here, waiting = aliased(Signup), aliased(Signup)
    found = (
        select(waiting.shift_id)
        .join(here, here.person_id == waiting.person_id)
        .where(
            here.shift_id == shift_id,
            here.state == "confirmed",
            waiting.state == "waitlisted",
            waiting.shift_id != shift_id,
            waiting.during.op("&&")(here.during),
        )
    )
    if signup_id is not None:
        found = found.where(here.id == signup_id)
    return sorted(set(db.session.scalars(found)))


def ids_of_activity(activity_id: int, *, now: datetime) -> list[int]:
    """List the shifts of an activity that may still be called off, in the order they are held."""
    goes_on = Shift.state != "cancelled", Shift.ends_at > now
    found = select(Shift.id).where(Shift.activity_id == activity_id, *goes_on)
    return list(db.session.scalars(found.order_by(Shift.id)))


@cache
def _asked_before_joining() -> Select[Shift, int | None, dict[str, str] | None]:
    """Build the question once: building costs more than asking."""
    shift_id, person_id = bindparam("shift_id", type_=BigInteger), bindparam("person_id")
    live = Signup.person_id == person_id, Signup.ended_at.is_(None)
    already = select(Signup.id).where(Signup.shift_id == shift_id, *live).scalar_subquery()
    other, event = aliased(Shift), aliased(Activity)
    overlapping = (
        select(func.jsonb_build_object("title_zh", event.title_zh, "title_en", event.title_en))
        .select_from(Signup)
        .join(other, other.id == Signup.shift_id)
        .join(event, event.id == other.activity_id)
        .where(
            *live,
            Signup.state == "confirmed",
            Signup.shift_id != shift_id,
            Signup.during.op("&&")(func.tstzrange(Shift.starts_at, Shift.ends_at)),
        )
        .limit(1)
        .correlate(Shift)
        .scalar_subquery()
    )
    return whole().add_columns(already, overlapping).where(Shift.id == shift_id)


class _Title:
    def __init__(self, title_zh: str, title_en: str | None) -> None:
        self.title_zh, self.title_en = title_zh, title_en


def _title(found: dict[str, str] | None) -> str | None:
    return localized(_Title(**found), "title") if found else None

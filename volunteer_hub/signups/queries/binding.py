"""What already binds a person, or would be free again."""

from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.orm import aliased

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import localized, zone
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.shifts import with_place
from volunteer_hub.signups.models import Signup


class BeforeJoining(NamedTuple):
    """A shift and what already binds the person: a promise on it, another at the same time, and
    the minutes promised elsewhere on the shift's local day."""

    shift: Shift
    already: bool
    other: str | None
    minutes: int


class Bound(NamedTuple):
    """What binds one of several people: the state of a promise on the shift, another at the same
    time, and the minutes promised elsewhere on its local day."""

    state: str | None
    other: str | None
    minutes: int


def before_joining(shift_id: int, *, person_id: int) -> BeforeJoining:
    """Read, in one question, all that decides whether the person may join.

    :raises NotFound: if there is no such shift
    """
    whose = {"shift_id": shift_id, "person_id": person_id, "zone": zone().key}
    found = db.session.execute(
        _asked_before_joining(), whose, execution_options={"populate_existing": True}
    ).one_or_none()
    if found is None:
        raise NotFound
    return BeforeJoining(found[0], found[1] is not None, _title(found[2]), found[3])


def list_bound(shift: Shift, *, person_ids: Collection[int]) -> dict[int, Bound]:
    """Read the same of several people at once, to show them before they join."""
    already, other, minutes = _binding(Person.id, select(Signup.state))
    asked = select(Person.id, already, other, minutes).join(Shift, Shift.id == shift.id)
    found = db.session.execute(asked.where(Person.id.in_(person_ids)), {"zone": zone().key})
    return {person: Bound(state, _title(title), spent) for person, state, title, spent in found}


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


def minutes_that_day(shift: Shift, *, person_id: int) -> int:
    """Add up what the person promised on other shifts of this one's local day."""
    asked = select(_minutes_that_day(Signup.person_id == person_id).scalar_subquery())
    found = asked.select_from(Shift).where(Shift.id == shift.id)
    return db.session.execute(found, {"zone": zone().key}).scalar_one()


def _minutes_that_day(whose: ColumnElement[bool]) -> Select[int]:
    """Add up promised minutes on other shifts that begin on the local day of `Shift`."""
    there = bindparam("zone", type_=Text)
    midnight = func.date_trunc("day", func.timezone(there, Shift.starts_at))
    day = func.tstzrange(
        func.timezone(there, midnight), func.timezone(there, midnight + text("interval '1 day'"))
    )
    minutes = func.extract("epoch", func.upper(Signup.during) - func.lower(Signup.during)) / 60
    return (
        select(func.coalesce(func.sum(minutes), 0).cast(Integer))
        .where(
            whose,
            Signup.state == "confirmed",
            Signup.shift_id != Shift.id,
            Signup.during.op("&&")(day),
            day.op("@>")(func.lower(Signup.during)),
        )
        .correlate(Shift)
    )


@cache
def _asked_before_joining() -> Select[Shift, int | None, dict[str, str] | None, int]:
    """Build the question once: building costs more than asking."""
    person_id = bindparam("person_id", type_=BigInteger)
    asked = with_place().add_columns(*_binding(person_id, select(Signup.id)))
    return asked.where(Shift.id == bindparam("shift_id", type_=BigInteger))


def _binding(person_id: Any, promise: Select[Any]) -> tuple[ScalarSelect[Any], ...]:
    """Ask what binds a person on `Shift`: a promise there, one at the same time, the day's minutes.

    :param promise: selects what is to be known of the promise there
    """
    live = Signup.person_id == person_id, Signup.ended_at.is_(None)
    there = promise.where(Signup.shift_id == Shift.id, *live)
    other, event = aliased(Shift), aliased(Activity)
    overlapping = (
        select(func.jsonb_build_object("title_zh", event.title_zh, "title_en", event.title_en))
        .select_from(Signup)
        .join(other, other.id == Signup.shift_id)
        .join(event, event.id == other.activity_id)
        .where(
            *live,
            Signup.state == "confirmed",
            Signup.shift_id != Shift.id,
            Signup.during.op("&&")(func.tstzrange(Shift.starts_at, Shift.ends_at)),
        )
        .limit(1)
    )
    that_day = _minutes_that_day(Signup.person_id == person_id)
    asked = there, overlapping, that_day
    return tuple(one.correlate(Shift, Person).scalar_subquery() for one in asked)


class _Title:
    def __init__(self, title_zh: str, title_en: str | None) -> None:
        self.title_zh, self.title_en = title_zh, title_en


def _title(found: dict[str, str] | None) -> str | None:
    return localized(_Title(**found), "title") if found else None

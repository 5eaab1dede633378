"""Every question about who looks for a stand-in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.stand_ins.models import StandInRequest


def get_request(request_id: int) -> StandInRequest:
    """Read a request as it is now, with the sign-up, its shift and everybody it is about.

    :raises NotFound: if there is none
    """
    found = _whole().where(StandInRequest.id == request_id)
    return _one(found.execution_options(populate_existing=True))


def lock_request(request_id: int) -> StandInRequest:
    """Read a request as it is now, and let nobody else settle it meanwhile.

    :raises NotFound: if there is none
    """
    return _one(_whole().where(StandInRequest.id == request_id).with_for_update(of=StandInRequest))


def ids_asked_of(person_id: int) -> list[int]:
    """List the requests by which a person is asked right now."""
    asked = StandInRequest.invited_id == person_id, StandInRequest.state == "open"
    return list(db.session.scalars(select(StandInRequest.id).where(*asked)))


def find_open(signup_id: int) -> StandInRequest | None:
    """Find the request by which somebody is looked for now."""
    found = _whole().where(StandInRequest.signup_id == signup_id, StandInRequest.state == "open")
    return db.session.scalars(found).one_or_none()


def count_asks(signup_id: int) -> int:
    """Count how often somebody was looked for, for this place."""
    asked = StandInRequest.signup_id == signup_id
    return db.session.execute(select(func.count(StandInRequest.id)).where(asked)).scalar_one()


def count_waiting(signup: Signup) -> int:
    """Count who waits for this very place: in the line of its shift, for the same role."""
    line = select(func.count(Signup.id)).where(
        Signup.shift_id == signup.shift_id,
        Signup.state == "waitlisted",
        Signup.role_id.is_not_distinct_from(signup.role_id),
    )
    return db.session.execute(line).scalar_one()


def page_open(
    person_id: int, *, now: datetime, after: str | None, limit: int = PAGE
) -> Page[StandInRequest]:
    """Read one page of who looks for somebody, the next shift first: those open to everybody,
    the reader's own, and those by which the reader is asked."""
    mine = StandInRequest.invited_id == person_id, Signup.person_id == person_id
    shown = _whole().where(*_goes_on(now), or_(StandInRequest.invited_id.is_(None), *mine))
    found = shown.add_columns(Shift.starts_at, StandInRequest.id)
    keys = [Shift.starts_at, StandInRequest.id]
    page = read_page(found, keys=keys, after=after, limit=limit, scalars=False)
    return page.map(lambda row: row[0])


def lock_ended(*, now: datetime, limit: int) -> Sequence[StandInRequest]:
    """Hold open requests that nobody can answer any more; another worker's are left out."""
    open_ones = _whole().where(StandInRequest.state == "open")
    ended = or_(Signup.state != "confirmed", Shift.state != "published", Shift.starts_at <= now)
    found = open_ones.where(ended).order_by(StandInRequest.id).limit(limit)
    held = found.with_for_update(of=StandInRequest, skip_locked=True)
    return db.session.scalars(held).all()


def find_by_number(number: str) -> Person | None:
    """Find an open account by its whole volunteer number."""
    named = func.upper(Person.volunteer_no) == number.strip().upper(), Person.left_at.is_(None)
    return db.session.scalars(select(Person).where(*named)).one_or_none()


def _one(found: Select[StandInRequest]) -> StandInRequest:
    request = db.session.scalars(found).one_or_none()
    if request is None:
        raise NotFound
    return request


def _goes_on(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL: somebody is looked for, and can still come."""
    return (
        StandInRequest.state == "open",
        Signup.state == "confirmed",
        Shift.state == "published",
        Shift.starts_at > now,
    )


def _whole() -> Select[StandInRequest]:
    signup = contains_eager(StandInRequest.signup)
    shift = signup.contains_eager(Signup.shift)
    return (
        select(StandInRequest)
        .join(StandInRequest.signup)
        .join(Signup.shift)
        .options(
            signup.joinedload(Signup.person, innerjoin=True),
            signup.joinedload(Signup.role),
            shift.joinedload(Shift.place, innerjoin=True),
            shift.joinedload(Shift.activity, innerjoin=True).joinedload(Activity.project),
            joinedload(StandInRequest.invited),
        )
    )

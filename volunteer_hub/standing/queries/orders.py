"""Questions about standing orders: one's own, those of a series, and what came of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.paging import PAGE, Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.standing.models import StandingOrder, StandingTry

SHOWN = 6  # coming shifts below an order


class Coming(NamedTuple):
    """A coming shift that was tried for an order; `promise`: the state of the sign-up now."""

    tried: StandingTry
    shift: Shift
    promise: str | None


def get_order(order_id: int) -> StandingOrder:
    """Read an order as it is now, with its series and the series' place.

    :raises NotFound: if there is none
    """
    found = _whole().where(StandingOrder.id == order_id)
    order = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if order is None:
        raise NotFound
    return order


def ids_running(person_id: int) -> list[int]:
    """List the orders of a person that were not stopped."""
    return list(db.session.scalars(select(StandingOrder.id).where(*_running_of(person_id))))


def list_running(person_id: int, *, series_id: int) -> Sequence[StandingOrder]:
    """List the person's orders for a series: one for each task at most."""
    found = _whole().where(*_running_of(person_id), StandingOrder.series_id == series_id)
    return db.session.scalars(found.order_by(StandingOrder.id)).all()


def page_own(person_id: int, *, after: str | None, limit: int = PAGE) -> Page[StandingOrder]:
    """Read one page of the orders of a person that were not stopped, the newest first."""
    own = _whole().where(*_running_of(person_id))
    return read_page(own, keys=[StandingOrder.id], after=after, limit=limit, descending=True)


def page_people(series_id: int, *, after: str | None, limit: int = PAGE) -> Page[StandingOrder]:
    """Read one page of who helps with a series every time, who began first on top."""
    found = select(StandingOrder).options(joinedload(StandingOrder.person, innerjoin=True))
    found = found.where(StandingOrder.series_id == series_id, StandingOrder.state == "running")
    return read_page(found, keys=[StandingOrder.id], after=after, limit=limit)


def list_coming(
    order_ids: Collection[int], *, now: datetime, each: int = SHOWN
) -> dict[int, list[Coming]]:
    """List the next shifts that were tried for each order, in one question."""
    rank = func.row_number().over(
        partition_by=StandingTry.order_id, order_by=(Shift.starts_at, Shift.id)
    )
    ranked = (
        select(StandingTry.order_id, StandingTry.shift_id, rank.label("rank"))
        .join(Shift, Shift.id == StandingTry.shift_id)
        .where(StandingTry.order_id.in_(order_ids), Shift.starts_at > now)
        .subquery()
    )
    same = ranked.c.order_id == StandingTry.order_id, ranked.c.shift_id == StandingTry.shift_id
    found = (
        select(StandingTry, Shift, Signup.state)
        .join(ranked, and_(*same))
        .join(Shift, Shift.id == StandingTry.shift_id)
        .outerjoin(Signup, Signup.id == StandingTry.signup_id)
        .where(ranked.c.rank <= each)
        .order_by(StandingTry.order_id, ranked.c.rank)
    )
    coming: dict[int, list[Coming]] = {order_id: [] for order_id in order_ids}
    for tried, shift, promise in db.session.execute(found):
        coming[tried.order_id].append(Coming(tried, shift, promise))
    return coming


def ids_of_promises(
    order_id: int, *, now: datetime, since: date | None = None, until: date | None = None
) -> list[int]:
    """List the sign-ups an order made that stand and have not begun, by their shifts.

    :param since, until: only those that begin on these local days
    """
    stands = Signup.ended_at.is_(None), Shift.starts_at > now
    day = func.date(func.timezone(literal(zone().key, Text), Shift.starts_at))
    within = [day >= since] if since is not None else []
    within += [day <= until] if until is not None else []
    found = (
        select(Signup.id)
        .join(StandingTry, StandingTry.signup_id == Signup.id)
        .join(Shift, Shift.id == Signup.shift_id)
        .where(StandingTry.order_id == order_id, *stands, *within)
    )
    return list(db.session.scalars(found.order_by(Signup.shift_id)))


def _running_of(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return StandingOrder.person_id == person_id, StandingOrder.state == "running"


def _whole() -> Select[StandingOrder]:
    series = joinedload(StandingOrder.series, innerjoin=True)
    return select(StandingOrder).options(series.joinedload(Series.place, innerjoin=True))

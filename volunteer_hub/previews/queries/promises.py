"""Who promised to come every time, and who wants to hear where people are missing."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import db
from volunteer_hub.places.queries import within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.standing.models import StandingOrder, StandingTry
from volunteer_hub.watches.models import Watch

SHOWN = 4  # of what came of an order, the newest


def find_order(paths: Collection[str], *, rather: str = "joined") -> StandingOrder | None:
    """Find the newest order that was tried on some shift; one with this outcome comes first."""
    tried = select(StandingTry.order_id).where(StandingTry.order_id == StandingOrder.id)
    wanted = (
        select(StandingOrder)
        .join(StandingOrder.series)
        .join(Series.place)
        .options(
            joinedload(StandingOrder.person, innerjoin=True),
            joinedload(StandingOrder.series, innerjoin=True).joinedload(Series.place),
        )
        .where(within(paths), tried.exists())
    )
    first = tried.where(StandingTry.outcome == rather).exists().desc()
    return db.session.scalars(
        wanted.order_by(first, StandingOrder.id.desc()).limit(1)
    ).one_or_none()


def list_tries(
    order: StandingOrder, paths: Collection[str], *, rather: str = ""
) -> Sequence[tuple[StandingTry, Shift]]:
    """List what came of an order on its newest shifts there, the outcome named before others."""
    newest = ((StandingTry.outcome == rather).desc(), Shift.starts_at.desc(), Shift.id)
    wanted = (
        select(StandingTry, Shift)
        .join(Shift, Shift.id == StandingTry.shift_id)
        .join(Shift.place)
        .options(joinedload(Shift.activity), joinedload(Shift.place))
        .where(StandingTry.order_id == order.id, within(paths))
        .order_by(*newest)
    )
    return [(one, shift) for one, shift in db.session.execute(wanted.limit(SHOWN))]


def find_watch(paths: Collection[str]) -> Watch | None:
    """Find the newest watch of one of the places that has not ended."""
    wanted = (
        select(Watch)
        .join(Watch.place)
        .options(
            joinedload(Watch.person),
            joinedload(Watch.place),
            joinedload(Watch.series).joinedload(Series.place),
        )
        .where(within(paths), Watch.ended_at.is_(None))
    )
    return db.session.scalars(wanted.order_by(Watch.id.desc()).limit(1)).one_or_none()

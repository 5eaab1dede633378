"""What there is to preview in somebody's places, and what was composed a moment ago."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.database import db
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.messages.models import Message
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.watches.models import Watch

BEHIND, AHEAD, MOST = timedelta(days=14), timedelta(days=30), 40


def list_shifts(paths: Collection[str], *, now: datetime) -> Sequence[Shift]:
    """List shifts of the places, from a fortnight ago up to a month ahead."""
    wanted = (
        select(Shift)
        .join(Shift.place)
        .options(joinedload(Shift.activity), joinedload(Shift.place))
        .where(
            _within(paths),
            Shift.state != "draft",
            Shift.starts_at.between(now - BEHIND, now + AHEAD),
        )
    )
    return db.session.scalars(wanted.order_by(Shift.starts_at, Shift.id).limit(MOST)).all()


def find_signup(
    paths: Collection[str], *, states: Collection[str], shift_id: int | None
) -> Signup | None:
    """Find the newest sign-up in one of the states, on the shift if one is named."""
    shift = joinedload(Signup.shift, innerjoin=True)
    wanted = (
        select(Signup)
        .join(Signup.shift)
        .join(Shift.place)
        .options(
            joinedload(Signup.person, innerjoin=True),
            shift.joinedload(Shift.activity, innerjoin=True).joinedload(Activity.project),
            shift.joinedload(Shift.place, innerjoin=True),
        )
        .where(_within(paths), Signup.state.in_(states))
    )
    if shift_id is not None:
        wanted = wanted.where(Signup.shift_id == shift_id)
    return db.session.scalars(wanted.order_by(Signup.id.desc()).limit(1)).one_or_none()


def find_rejected(paths: Collection[str], *, shift_id: int | None) -> Hours | None:
    """Find the newest hours that were not accepted."""
    wanted = _of_shift(select(Hours).join(Hours.shift), paths, shift_id)
    wanted = wanted.where(Hours.state == "rejected").options(
        joinedload(Hours.person),
        joinedload(Hours.shift).joinedload(Shift.activity),
        joinedload(Hours.shift).joinedload(Shift.place),
    )
    return db.session.scalars(wanted.order_by(Hours.id.desc()).limit(1)).one_or_none()


def find_dispute(
    paths: Collection[str], *, states: Collection[str], shift_id: int | None
) -> Dispute | None:
    """Find the newest dispute about hours in one of the states."""
    wanted = select(Dispute).join(Dispute.hours).join(Hours.shift)
    hours = joinedload(Dispute.hours)
    shift = hours.joinedload(Hours.shift)
    wanted = _of_shift(wanted, paths, shift_id).where(Dispute.state.in_(states))
    wanted = wanted.options(
        hours.joinedload(Hours.person),
        shift.joinedload(Shift.activity),
        shift.joinedload(Shift.place),
    )
    return db.session.scalars(wanted.order_by(Dispute.id.desc()).limit(1)).one_or_none()


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
        .where(_within(paths), Watch.ended_at.is_(None))
    )
    return db.session.scalars(wanted.order_by(Watch.id.desc()).limit(1)).one_or_none()


def last_letter() -> int:
    """Give the number of the newest letter."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def list_composed(kind: str, *, after: int) -> Sequence[Message]:
    """List what was composed on trial: its numbers are negative, as no real letter's are."""
    ours = or_(Message.recipient_id < 0, Message.topic.like("hours-dispute:-%"))
    wanted = select(Message).where(Message.id > after, Message.kind == kind, ours)
    return db.session.scalars(wanted.order_by(Message.id)).all()


def _of_shift(wanted: Select[Any], paths: Collection[str], shift_id: int | None) -> Select[Any]:
    wanted = wanted.join(Shift.place).where(_within(paths))
    return wanted if shift_id is None else wanted.where(Shift.id == shift_id)


def _within(paths: Collection[str]) -> ColumnElement[bool]:
    return or_(false(), *(Place.path.startswith(path, autoescape=True) for path in paths))

"""What the outbox can be asked."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    values,
)
from sqlalchemy import Integer as Int

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.messages.models import Attempt, Message, Suppression
from volunteer_hub.messages.rules.kinds import ALWAYS_GO
from volunteer_hub.messages.rules.readers import address_hash
from volunteer_hub.messages.rules.states import LANE_BULK, LANE_CODES, LANE_OWN

LANES = (LANE_CODES, LANE_OWN, LANE_BULK)
LATELY = timedelta(days=7)
# Rooms upstairs know what people turned off: each gives a condition on a letter that is true then.
TURNED_OFF: set[Callable[[], ColumnElement[bool]]] = set()


def due(*, now: datetime, channels: Collection[str], limit: int) -> Select[Any]:
    """Name due letters, codes first, skipping what another drain has in hand; locks them.

    Asked lane by lane, so that each answer is the head of an index however long the outbox is.
    """
    lanes = values(column("lane", Int), name="lanes").data([(lane,) for lane in LANES])
    waiting = (
        select(Message.id, Message.try_at)
        .where(
            Message.state == "pending",
            Message.lane == lanes.c.lane,
            Message.try_at <= now,
            Message.expires_at > now,
            Message.channel.in_(channels),
        )
        .order_by(Message.try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .lateral("waiting")
    )
    heads = (
        select(waiting.c.id)
        .select_from(lanes.join(waiting, true()))
        .order_by(lanes.c.lane, waiting.c.try_at)
        .limit(limit)
    )
    return _once(heads)


def lease_over(state: str, *, now: datetime) -> Select[Any]:
    """Name the letters whose holder has been silent for too long."""
    return _free(Message.state == state, Message.lease_until <= now)


def may_be_resent(*, now: datetime) -> Select[Any]:
    """Name the unknown letters that were posted to be sent again, once grace is over."""
    return _free(
        Message.state == "unknown",
        Message.on_unknown == "resend-same-bytes",
        Message.try_at <= now,
        Message.expires_at > now,
    )


def too_late(*, now: datetime) -> Select[Any]:
    """Name the letters whose time went by while they waited."""
    return _free(Message.state == "pending", Message.try_at <= now, Message.expires_at <= now)


def is_suppressed(channel: str, address: str) -> ColumnElement[bool]:
    """Tell whether the address must not be written to."""
    return exists(literal(1)).where(
        Suppression.channel == channel, Suppression.address_hash == address_hash(channel, address)
    )


def is_turned_off() -> ColumnElement[bool]:
    """Tell whether its reader wants no such letters now, whenever it was posted."""
    return and_(Message.kind.not_in(ALWAYS_GO), or_(false(), *(ask() for ask in TURNED_OFF)))


def get_message(message_id: int) -> Message:
    """Read one letter."""
    message = db.session.get(Message, message_id)
    if message is None:
        raise NotFound
    return message


def lock_message(message_id: int) -> Message:
    """Read one letter as it is now and keep others from changing it."""
    wanted = select(Message).where(Message.id == message_id).with_for_update()
    message = db.session.scalars(
        wanted, execution_options={"populate_existing": True}
    ).one_or_none()
    if message is None:
        raise NotFound
    return message


def list_failed(*, now: datetime) -> Sequence[int]:
    """Name the failed letters whose time is not over, oldest first."""
    wanted = select(Message.id).where(Message.state == "failed", Message.expires_at > now)
    return db.session.scalars(wanted.order_by(Message.id)).all()


def list_attempts(message_id: int) -> Sequence[Attempt]:
    """List the tries of one letter, the first one first."""
    wanted = select(Attempt).where(Attempt.message_id == message_id)
    return db.session.scalars(wanted.order_by(Attempt.id)).all()


def page_letters(paths: Collection[str], *, after: str | None, **filters: str) -> Page[Message]:
    """Read one page of the letters of some places, the newest first; empty filters are none."""
    wanted = select(Message).where(within(paths))
    for name, value in filters.items():
        if value:
            wanted = wanted.where(getattr(Message, name) == value)
    return read_page(wanted, keys=[Message.id], after=after, descending=True)


def within(paths: Collection[str]) -> ColumnElement[bool]:
    """Letters that speak of these places or of what lies below them."""
    return or_(false(), *(Message.place_path.startswith(path, autoescape=True) for path in paths))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many letters of a kind are in a state."""

    kind: str
    channel: str
    state: str
    letters: int


@dataclass(frozen=True, slots=True)
class OutboxNumbers:
    """The outbox in numbers; `counted` covers what was due in the last seven days."""

    due: int
    planned: int
    at_work: int
    unknown: int
    oldest_due: datetime | None
    counted: Sequence[Counted]

    def total(self, state: str) -> int:
        return sum(line.letters for line in self.counted if line.state == state)


def outbox_numbers(*, now: datetime, paths: Collection[str] = ("/",)) -> OutboxNumbers:
    """Count the letters of some places; of all places by default."""
    mine = true() if "/" in paths else within(paths)
    waiting = select(
        func.count().filter(Message.try_at <= now),
        func.count().filter(Message.try_at > now),
        func.min(Message.due_at).filter(Message.due_at <= now),
    ).where(Message.state == "pending", mine)
    due, planned, oldest = db.session.execute(waiting).one()
    in_hand = select(func.count()).where(Message.state.in_(("claimed", "sending")), mine)
    unknown = select(func.count()).where(Message.state == "unknown", mine)
    by = (Message.kind, Message.channel, Message.state)
    lately = select(*by, func.count()).where(Message.due_at.between(now - LATELY, now), mine)
    return OutboxNumbers(
        due=due,
        planned=planned,
        at_work=db.session.scalar(in_hand) or 0,
        unknown=db.session.scalar(unknown) or 0,
        oldest_due=oldest,
        counted=[Counted(*row) for row in db.session.execute(lately.group_by(*by).order_by(*by))],
    )


def _free(*conditions: ColumnElement[bool]) -> Select[Any]:
    return _once(select(Message.id).where(*conditions).with_for_update(skip_locked=True))


def _once(ids: Select[Any]) -> Select[Any]:
    """Keep the planner from asking twice: a second answer would name other rows."""
    return select(ids.cte().c.id)

"""What the outbox can be asked."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SmallInteger,
    Subquery,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
)

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.messages.models import Attempt, Message
from volunteer_hub.messages.rules.kinds import ALWAYS_GO
from volunteer_hub.messages.rules.states import LANE_BULK, LANE_CODES, LANE_OWN

LANES = (LANE_CODES, LANE_OWN, LANE_BULK)
LATELY = timedelta(days=7)
# Rooms upstairs know what people turned off: each gives a condition on a letter that is true then.
TURNED_OFF: set[Callable[[], ColumnElement[bool]]] = set()
# They know what must wait, too: a letter stays in the outbox as long as one of these is true.
HELD_BACK: set[Callable[[], ColumnElement[bool]]] = set()


def due(
    *, now: datetime, channels: Collection[str], limit: int, lanes: Collection[int] = LANES
) -> Select[Any]:
    """Name due letters, codes first, skipping what another drain has in hand; locks them.

    Asked lane by lane, so that each answer is the head of an index however long the outbox is.
    Within a lane no topic takes more than half as long as others wait: beside the head of the
    line stands who would wait behind the topic at the head.
    """
    # An array, which may be compiled once, where a list of rows is written anew each time.
    each = func.unnest(cast(sorted(lanes), ARRAY(SmallInteger)))
    asked = select(each.label("lane")).subquery("lanes")
    mine = (
        Message.state == "pending",
        Message.lane == asked.c.lane,
        Message.try_at <= now,
        Message.expires_at > now,
        Message.channel.in_(channels),
        ~is_held_back(),
    )
    first = select(Message.topic).where(*mine).order_by(Message.try_at).limit(1).lateral("first")
    # Two comparisons, where "another topic" could not be found in the index alone.
    others = (Message.topic < first.c.topic, Message.topic > first.c.topic)
    heads = [_head(*mine, limit=limit), *(_head(*mine, one, limit=limit // 2) for one in others)]
    some = union(*map(select, heads)).lateral("some")
    place = func.row_number().over(
        partition_by=(asked.c.lane, some.c.topic), order_by=some.c.try_at
    )
    waiting = (
        select(some.c.id, asked.c.lane, some.c.try_at, (place > limit // 2).label("too_many"))
        .select_from(asked.join(first, true()).join(some, true()))
        .subquery()
    )
    by = (waiting.c.lane, waiting.c.too_many, waiting.c.try_at)
    return _once(select(waiting.c.id).order_by(*by).limit(limit))


def _head(*conditions: ColumnElement[bool], limit: int) -> Subquery:
    those = select(Message.id, Message.topic, Message.try_at).where(*conditions)
    head = those.order_by(Message.try_at).limit(limit).with_for_update(skip_locked=True)
    return head.correlate_except(Message).subquery()


def is_waiting(*, now: datetime, channels: Collection[str]) -> bool:
    """Tell whether anything is due on these channels."""
    due_now = (Message.state == "pending", Message.try_at <= now, Message.expires_at > now)
    may_leave = (Message.channel.in_(channels), ~is_held_back())
    wanted = select(literal(1)).where(*due_now, *may_leave).limit(1)
    return db.session.scalar(wanted) is not None


def lease_over(state: str, *, now: datetime) -> Select[Any]:
    """Name the letters whose holder has been silent for too long."""
    return _free(Message.state == state, Message.lease_until <= now)


def may_be_asked_again(*, now: datetime, carrier: str) -> Select[Any]:
    """Name an unknown letter that its carrier may be handed once more.

    Because that carrier acts only once on its uuid, as yet; or because its kind was posted to be
    sent again, once grace is over.
    """
    by_key = Message.key_until > now
    resent = and_(
        Message.on_unknown == "resend-same-bytes",
        or_(Message.key_until.is_(None), Message.key_until <= now),
    )
    asked = select(Message.id).where(
        Message.state == "unknown",
        Message.try_at <= now,
        Message.expires_at > now,
        Message.carrier == carrier,
        or_(by_key, resent),
        ~is_turned_off(),
    )
    return _once(asked.order_by(Message.try_at).limit(1).with_for_update(skip_locked=True))


def too_late(*, now: datetime) -> Select[Any]:
    """Name the letters whose time went by while they waited."""
    return _free(Message.state == "pending", Message.try_at <= now, Message.expires_at <= now)


def is_turned_off() -> ColumnElement[bool]:
    """Tell whether its reader wants no such letters now, whenever it was posted."""
    return and_(Message.kind.not_in(ALWAYS_GO), or_(false(), *(ask() for ask in TURNED_OFF)))


def is_held_back() -> ColumnElement[bool]:
    """Tell whether it must wait for something else than its time."""
    return or_(false(), *(ask() for ask in HELD_BACK))


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
        func.min(Message.due_at).filter(Message.due_at <= now, ~is_held_back()),
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

"""How late letters leave: from the moment they are due to the moment the other side has them.

Every letter counts that was to leave: what was called back, turned off or refused by the other side
is not late. Each question reads one stretch of the index on `due_at`, however long the outbox is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries.outbox import LATELY, Counted, within
from volunteer_hub.messages.rules.lateness import BUCKETS, PROMISED, SOON, WAITING

TO_LEAVE = (*WAITING, "missed", "sent", "delivered", "bounced", "complained")
HOURS, DAYS = 24, 14


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late the letters were that fell due in one hour or on one day, in seconds."""

    starts_at: datetime
    letters: int
    left: int
    soon: int  # within 10 s
    promised: int  # within 60 s
    median: float | None
    slowest: float | None  # 99 of 100 that left were faster

    @property
    def soon_percent(self) -> int:
        return 100 * self.soon // self.letters  # rounded down: 100 means every one

    @property
    def promised_percent(self) -> int:
        return 100 * self.promised // self.letters


@dataclass(frozen=True, slots=True)
class Standing:
    """The letters of a kind on a channel, by what became of them."""

    kind: str
    channel: str
    by_state: dict[str, int]

    def total(self, *states: str) -> int:
        return sum(self.by_state.get(state, 0) for state in states)


def by_hour(*, now: datetime, paths: Collection[str] = ("/",)) -> Sequence[Lateness]:
    """Read the last 24 hours on the clock of the place; hours in which nothing fell due are not
    there."""
    return _by("hour", now - timedelta(hours=HOURS - 1), now, paths)


def by_day(*, now: datetime, paths: Collection[str] = ("/",)) -> Sequence[Lateness]:
    """Read the last 14 local days; days on which nothing fell due are not there."""
    return _by("day", now - timedelta(days=DAYS - 1), now, paths)


def letters_within(*, now: datetime) -> tuple[dict[int, int], int]:
    """Count the letters due in the last 24 hours that left within so many seconds, and all."""
    last_day = [*_judged(now), Message.due_at >= now - timedelta(days=1)]
    counts = [func.count().filter(_left_within(seconds)) for seconds in BUCKETS]
    *left, letters = db.session.execute(select(*counts, func.count()).where(*last_day)).one()
    return dict(zip(BUCKETS, left, strict=True)), letters


def by_lane(*, now: datetime) -> Sequence[tuple[str, str, int, int]]:
    """Count what fell due in seven days: state, channel, lane, letters."""
    by = Message.state, Message.channel, Message.lane
    lately = select(*by, func.count()).where(Message.due_at.between(now - LATELY, now))
    rows = db.session.execute(lately.group_by(*by).order_by(*by))
    return [(state, channel, lane, letters) for state, channel, lane, letters in rows]


def by_kind(counted: Iterable[Counted]) -> list[Standing]:
    """Put the states of each kind and channel side by side."""
    found: dict[tuple[str, str], Standing] = {}
    for line in counted:
        name = line.kind, line.channel
        found.setdefault(name, Standing(*name, {})).by_state[line.state] = line.letters
    return list(found.values())


def _by(unit: str, since: datetime, now: datetime, paths: Collection[str]) -> Sequence[Lateness]:
    here = zone().key
    starts_at = func.date_trunc(unit, Message.due_at, here).label("starts_at")
    late = func.greatest(func.extract("epoch", Message.sent_at - Message.due_at), 0)
    left = Message.sent_at.is_not(None)
    wanted = (
        select(
            starts_at,
            func.count(),
            func.count().filter(left),
            func.count().filter(_left_within(SOON)),
            func.count().filter(_left_within(PROMISED)),
            func.percentile_disc(0.5).within_group(late).filter(left),
            func.percentile_disc(0.99).within_group(late).filter(left),
        )
        .where(
            *_judged(now),
            Message.due_at >= func.date_trunc(unit, since, here),
            true() if "/" in paths else within(paths),
        )
        .group_by(starts_at)
        .order_by(starts_at)
    )
    return [Lateness(*row[:5], *_seconds(row[5:])) for row in db.session.execute(wanted)]


def _judged(now: datetime) -> list[ColumnElement[bool]]:
    # Whether a letter keeps the promise is not known before its minute is over.
    return [Message.state.in_(TO_LEAVE), Message.due_at <= now - timedelta(seconds=PROMISED)]


def _left_within(seconds: int) -> ColumnElement[bool]:
    return and_(
        Message.sent_at.is_not(None),
        Message.sent_at <= Message.due_at + timedelta(seconds=seconds),
    )


def _seconds(values: Iterable[Any]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]

"""The drain: hand over what is due, so that no letter is lost and none is handed over twice.

1. reap    what a killed drain left: claimed is free again, sending becomes unknown
2. claim   a few due letters under a lease; committed
3. prepare connect, introduce, name the recipient; no transaction is open, failures are certain
4. mark    the point of no return: guarded by token, lease, expiry and suppression; committed
5. hand over, and record the answer by the same token

Every decision about time uses the clock given, which is the database's.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError

from volunteer_hub.carriers.channels.opening import open_channels
from volunteer_hub.carriers.channels.outcome import (
    Channel,
    HandOverFailed,
    NotNow,
    Parcel,
    Refused,
    Taken,
    Unclear,
)
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.actions import claiming, receiving, recording
from volunteer_hub.messages.rules.times import LEASE

log = logging.getLogger(__name__)
BATCH = 20
HALF_A_LEASE = LEASE.total_seconds() / 2
PAUSES = (0.2, 1.0, 3.0, 0.0)  # seconds between tries to reach the database with an answer

Clock = Callable[[], datetime]


@dataclass(slots=True)
class DeliveryCount:
    """What one run of the drain did."""

    sent: int = 0
    pending: int = 0  # put back for another try
    failed: int = 0
    unknown: int = 0
    missed: int = 0
    stopped: int = 0  # called back, suppressed or expired at the last moment

    def add(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def deliver(*, clock: Clock, seconds: float = 25.0) -> DeliveryCount:
    """Deliver until nothing is due or the time is over; any number may run at once.

    Opens and commits its own transactions: call it outside of any.
    """
    ends = time.monotonic() + seconds
    count = DeliveryCount()
    channels = open_channels(keep=receiving.keep_text)
    try:
        with transaction():
            reaped = claiming.reap(now=clock())
        count.unknown, count.missed = reaped["unknown"], reaped["missed"]
        able = set(channels)
        while able and time.monotonic() < ends:
            with transaction():
                parcels = claiming.claim(now=clock(), channels=able, limit=BATCH)
            if not parcels:
                break
            _deliver_batch(parcels, channels, able, clock, ends, count)
    finally:
        _close(channels, clock)
    return count


def _deliver_batch(
    parcels: list[Parcel],
    channels: dict[str, Channel],
    able: set[str],
    clock: Clock,
    ends: float,
    count: DeliveryCount,
) -> None:
    """Deliver what was claimed; give back what there is no time for or no channel."""
    ends = min(ends, time.monotonic() + HALF_A_LEASE)
    untried = []
    for parcel in parcels:
        if parcel.channel not in able or time.monotonic() >= ends:
            untried.append(parcel)
            continue
        channel = channels[parcel.channel]
        outcome, failure = _deliver_one(parcel, channel, clock)
        count.add(outcome)
        if isinstance(failure, NotNow) and failure.channel_is_down:
            able.discard(parcel.channel)
            log.warning("The channel %s is down: %s", parcel.channel, failure.answer)
        _note_receipts(channel, clock)
    if untried:
        with transaction():
            claiming.release(untried, now=clock())


def _deliver_one(
    parcel: Parcel, channel: Channel, clock: Clock
) -> tuple[str, HandOverFailed | None]:
    try:
        channel.prepare(parcel)
    except HandOverFailed as failure:
        return _record_failure(parcel, failure, clock), failure
    except Exception:  # this letter cannot be written, whoever tries
        log.exception("Message %s cannot be prepared", parcel.id)
        failure = Refused("The message could not be written")
        return _record_failure(parcel, failure, clock), failure
    began = time.monotonic()
    with transaction():
        marked = recording.mark(parcel, now=clock())
    if not marked:
        channel.abandon()
        return "stopped", None
    try:
        answer = _hand_over(parcel, channel, began)
    except HandOverFailed as failure:
        return _record_failure(parcel, failure, clock), failure
    except Exception:  # somewhere behind the point of no return
        log.exception("Message %s broke while it was handed over", parcel.id)
        failure = Unclear("The hand-over broke")
        return _record_failure(parcel, failure, clock), failure
    _insist(lambda: recording.record_taken(parcel, answer, now=clock()))
    return "sent", None


def _hand_over(parcel: Parcel, channel: Channel, began: float) -> Taken:
    if time.monotonic() - began > HALF_A_LEASE:
        channel.abandon()
        raise NotNow("This process stood still before the letter left")
    return channel.hand_over(parcel)


def _record_failure(parcel: Parcel, failure: HandOverFailed, clock: Clock) -> str:
    chance = random.random()  # noqa: S311
    states: list[str] = []
    _insist(
        lambda: states.append(recording.record_failure(parcel, failure, now=clock(), chance=chance))
    )
    return states[-1]


def _insist(write: Callable[[], None]) -> None:
    """Write an answer down even if the database goes away for a moment."""
    for pause in PAUSES:
        try:
            with transaction():
                write()
        except OperationalError:
            if not pause:
                raise
            db.session.remove()
            time.sleep(pause)
        else:
            return


def _note_receipts(channel: Channel, clock: Clock) -> None:
    receipts = channel.receipts()
    if receipts:
        with transaction():
            recording.note_receipts(receipts, now=clock())


def _close(channels: dict[str, Channel], clock: Clock) -> None:
    for channel in channels.values():
        channel.close()
        _note_receipts(channel, clock)

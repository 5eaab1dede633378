"""Carry one letter to its end: prepare, mark, hand over, write down; see delivery.py.

What certainly failed because its carrier is down goes to another carrier at once; what is unknown
never does.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy.exc import OperationalError

from volunteer_hub.carriers.channels.outcome import (
    Channel,
    HandOverFailed,
    NotNow,
    Parcel,
    Refused,
    Taken,
    Unclear,
    key_window,
)
from volunteer_hub.dispatch.actions import recording
from volunteer_hub.dispatch.actions.crew import Clock, Crew
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.rules.times import HALF_A_LEASE

log = logging.getLogger(__name__)
# Seconds for which receipts are gathered while letters leave: writing each one down, and waking
# somebody for it, cost as much as its letter. Until then the message centre still has them, and one
# that waits for our word brings no more.
RECEIPTS_EVERY = 0.1
STOOD_STILL, BROKE = "This process stood still before the letter left", "The hand-over broke"
PAUSES = (0.2, 1.0, 3.0, 0.0)  # seconds between tries to reach the database with an answer


@dataclass(slots=True)
class DeliveryCount:
    """What one run of the drain did."""

    sent: int = 0
    pending: int = 0  # put back for another try
    failed: int = 0
    unknown: int = 0
    missed: int = 0
    stopped: int = 0  # called back, suppressed or expired at the last moment

    def add(self, outcome: str, letters: int = 1) -> None:
        setattr(self, outcome, getattr(self, outcome) + letters)

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(slots=True)
class Drain:
    """One thread's work: its carriers, its clock and what it did."""

    clock: Clock
    crew: Crew
    count: DeliveryCount
    ends: float  # by time.monotonic()
    heard_at: float = 0.0  # when receipts were last written down; by time.monotonic()

    def is_over(self) -> bool:
        return time.monotonic() >= self.ends


def deliver_one(parcel: Parcel, drain: Drain, *, failed: HandOverFailed | None = None) -> str:
    """Carry a letter, by another carrier if the first is down; name what became of it.

    :param failed: how its first carrier was found to fail just now
    """
    while True:
        came, failed = failed or _carry(parcel, drain), None
        keep_what_was_heard(drain, every=RECEIPTS_EVERY)
        if came is None:
            return "stopped"
        if isinstance(came, Taken):
            return "sent"
        if isinstance(came, NotNow) and came.channel_is_down:
            other = drain.crew.beside(parcel, now=drain.clock())
            if other is not None:
                handed = _hand_on(parcel, came, other, drain.clock)
                drain.crew.note(parcel, came, clock=drain.clock)
                if handed is None:
                    return "stopped"
                parcel = handed
                continue
        return settle_failure(parcel, came, drain)


def settle_failure(parcel: Parcel, came: HandOverFailed, drain: Drain) -> str:
    """Write down that it did not get through; name what became of it."""
    state = _record_failure(parcel, came, drain.clock)
    drain.crew.note(parcel, came, clock=drain.clock)
    return state


def settle_taken(parcel: Parcel, came: Taken, drain: Drain) -> None:
    """Write down that the other side has it."""
    insist(lambda: recording.record_taken(parcel, came, now=drain.clock()))
    drain.crew.note(parcel, None, clock=drain.clock)


def _carry(parcel: Parcel, drain: Drain) -> Taken | HandOverFailed | None:
    """Go the whole way with one carrier; None if the letter may not leave any more."""
    channel, clock = drain.crew.channels[parcel.carrier], drain.clock
    try:
        channel.prepare(parcel)
    except HandOverFailed as failure:
        return failure
    except Exception:  # this letter cannot be written, whoever tries
        log.exception("Message %s cannot be prepared", parcel.id)
        return Refused("The message could not be written")
    began = time.monotonic()
    with transaction():
        marked = recording.mark(parcel, now=clock(), window=key_window(channel))
    if not marked:
        channel.abandon()
        return None
    came = _hand_over(parcel, channel, began)
    if isinstance(came, Taken):
        settle_taken(parcel, came, drain)
    return came


def ask_again(parcel: Parcel, drain: Drain) -> None:
    """Hand an unknown letter to its own carrier once more; whatever is not an answer is none."""
    channel = drain.crew.channels[parcel.carrier]
    came: Taken | HandOverFailed
    try:
        channel.prepare(parcel)
        came = _hand_over(parcel, channel, time.monotonic())
    except HandOverFailed as failure:
        came = failure
    if isinstance(came, Taken):
        settle_taken(parcel, came, drain)
        drain.count.add("sent")
        return
    known = came if isinstance(came, Refused) else Unclear(came.answer)
    drain.count.add(_record_failure(parcel, known, drain.clock))
    drain.crew.note(parcel, came, clock=drain.clock)


def _hand_over(parcel: Parcel, channel: Channel, began: float) -> Taken | HandOverFailed:
    """Take the last step, unless this process stood still before it."""
    if time.monotonic() - began > HALF_A_LEASE:
        channel.abandon()
        return NotNow(STOOD_STILL)
    try:
        return channel.hand_over(parcel)
    except HandOverFailed as failure:
        return failure
    except Exception:  # somewhere behind the point of no return
        log.exception("Message %s broke while it was handed over", parcel.id)
        return Unclear(BROKE)


def _hand_on(parcel: Parcel, failure: NotNow, to: str, clock: Clock) -> Parcel | None:
    handed: list[Parcel | None] = []
    insist(lambda: handed.append(recording.hand_on(parcel, failure, to=to, now=clock())))
    return handed[-1]


def _record_failure(parcel: Parcel, failure: HandOverFailed, clock: Clock) -> str:
    chance = random.random()  # noqa: S311
    states: list[str] = []
    insist(
        lambda: states.append(recording.record_failure(parcel, failure, now=clock(), chance=chance))
    )
    return states[-1]


def insist(write: Callable[[], None]) -> None:
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


def keep_what_was_heard(drain: Drain, *, every: float = 0.0) -> None:
    """Keep what was said of letters that left before, unless that was done just now."""
    if time.monotonic() >= drain.heard_at + every:
        drain.heard_at = time.monotonic()
        for channel in drain.crew.channels.values():
            channel.keep_heard()

"""Texts that people write: kept before the message centre forgets them, dealt with upstairs."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.carriers.channels.opening import open_listeners
from volunteer_hub.carriers.channels.outcome import NotNow, Receipt, Text
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.foundation.language import local_day
from volunteer_hub.messages.actions.ending import ended
from volunteer_hub.messages.models import IncomingSms, Message
from volunteer_hub.messages.rules.kinds import ALWAYS_GO
from volunteer_hub.messages.rules.states import BEFORE_NO_RETURN, LANE_CODES

log = logging.getLogger(__name__)
REMEMBERED = timedelta(days=90)  # how long a text is kept that was dealt with


class KeepsReceipts(Protocol):
    """Stores for good, in this transaction, what a message centre said."""

    def __call__(self, receipts: Sequence[Receipt], *, now: datetime) -> None: ...


# The room upstairs that keeps receipts hangs itself in here.
KEEPS_RECEIPTS: set[KeepsReceipts] = set()


def listen(*, clock: Callable[[], datetime], seconds: float = 3.0) -> None:
    """Take what the message centre has for us; any number may listen at once.

    Opens and commits its own transactions: call it outside of any.
    """
    keeps = {"keep": keep_text, "keep_receipts": partial(keep_receipts, clock=clock)}
    for channel in open_listeners(**keeps):
        try:
            channel.listen(seconds)
        except NotNow as failure:
            log.info("Nobody can be heard by SMS: %s", failure.answer)
        finally:
            channel.close()


def keep_text(text: Text) -> None:
    """Store a text for good; the same one brought again changes nothing.

    Commits: only afterwards is the message centre told that we have it.
    """
    with transaction():
        # A centre's numbers come round again: they tell texts of one day apart.
        reference = f"{local_day(database_now()).isoformat()}-{text.reference}"
        values = {"sender": text.sender, "text": text.text, "reference": reference}
        db.session.execute(insert(IncomingSms).values(**values).on_conflict_do_nothing())


def keep_receipts(receipts: Sequence[Receipt], *, clock: Callable[[], datetime]) -> None:
    """Store what the network said for good; the same said again changes nothing.

    Commits: only afterwards is the message centre told that we have it.
    """
    with transaction():
        note_receipts(receipts, now=clock())


def note_receipts(receipts: Sequence[Receipt], *, now: datetime) -> None:
    """Hand on what the network said later about letters it had taken; a room upstairs keeps it."""
    for keep in KEEPS_RECEIPTS:
        keep(receipts, now=now)


def settle_text(text: IncomingSms, *, outcome: str, now: datetime) -> None:
    """Write down that a text was dealt with, and what came of it."""
    text.handled_at, text.outcome = now, outcome


def stop_texts(address: str) -> int:
    """Let no text message leave for this number but those that always go; say how many stopped."""
    waiting = [Message.channel == "sms", Message.address == address]
    waiting += [
        Message.kind.not_in(ALWAYS_GO),
        Message.lane != LANE_CODES,
        Message.state.in_(BEFORE_NO_RETURN),
    ]
    stop = update(Message).where(*waiting)
    stop = stop.values(**ended("suppressed", at=func.clock_timestamp()))
    return len(db.session.execute(stop.returning(Message.id)).all())


def forget_texts(*, now: datetime) -> None:
    """Delete what people wrote long ago and was dealt with."""
    old = IncomingSms.received_at < now - REMEMBERED, IncomingSms.handled_at.is_not(None)
    db.session.execute(delete(IncomingSms).where(*old))

"""What people decide about letters, and what time does to them."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, null, or_, update

from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import db
from volunteer_hub.messages.actions.ending import WIPED, put_back, taken
from volunteer_hub.messages.actions.receiving import forget_texts
from volunteer_hub.messages.actions.suppressing import unsuppress
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.rules.states import (
    MessageCannotBeRetried,
    MessageIsTooOld,
    OutcomeIsKnown,
    ensure_may_retry,
)

REMEMBERED = timedelta(days=90)  # how long the text of a settled letter is kept


def settle_unknown(message_id: int, *, received: bool, now: datetime) -> Message:
    """Say what became of a letter whose answer never came: it arrived, or it is sent again.

    :raises OutcomeIsKnown: if it is no longer unknown
    :raises MessageIsTooOld: if it should be sent again after its time
    """
    message = queries.lock_message(message_id)
    if message.state != "unknown":
        raise OutcomeIsKnown
    if received:
        _write(message, **taken(at=now, reason="Staff found out that it arrived"))
        return message
    if message.expires_at <= now:
        raise MessageIsTooOld
    reason = "Staff sent the same bytes again"
    _write(message, **put_back(try_at=now, attempts=Message.attempts + 1, reason=reason))
    bells.ring("messages-due")
    return message


def retry(message_id: int, *, now: datetime) -> Message:
    """Put a failed letter back, and forget what was noted about its address.

    :raises MessageCannotBeRetried: if it did not fail, or was a secret and is forgotten
    :raises MessageIsTooOld: if its time is over
    """
    message = queries.lock_message(message_id)
    ensure_may_retry(message.state, secret=message.secret, expires_at=message.expires_at, now=now)
    unsuppress(message.channel, message.address)
    _write(message, **put_back(try_at=now, attempts=0), settled_at=None)
    bells.ring("messages-due")
    return message


def retry_all(*, now: datetime) -> int:
    """Put back every failed letter whose time is not over; say how many."""
    done = 0
    for message_id in queries.list_failed(now=now):
        try:
            retry(message_id, now=now)
        except (MessageCannotBeRetried, MessageIsTooOld):
            continue
        done += 1
    return done


def tidy(*, now: datetime) -> int:
    """Forget the text of letters settled long ago, secrets that nobody can use any more, and
    what people wrote long ago."""
    forget_texts(now=now)
    old = Message.settled_at < now - REMEMBERED
    sent_long_ago = (Message.state == "sent") & (Message.sent_at < now - REMEMBERED)
    forget = update(Message).where(
        or_(old, sent_long_ago), or_(Message.body_text != "", Message.subject != "")
    )
    empty = {"subject": "", "body_text": "", "body_html": null(), "attachments": [], "headers": {}}
    forgotten = db.session.execute(forget.values(**empty))
    useless = update(Message).where(
        Message.secret,
        Message.state == "unknown",
        Message.expires_at < now,
        Message.body_text != "",
    )
    db.session.execute(useless.values(**WIPED))
    assert isinstance(forgotten, CursorResult)
    return forgotten.rowcount


def _write(message: Message, **values: object) -> None:
    db.session.execute(
        update(Message).where(Message.id == message.id).values(**values),
        execution_options={"synchronize_session": False},
    )
    db.session.refresh(message)

"""Bring letters back that were suppressed because their readers had turned them off."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, update

from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.nights import after_the_night
from volunteer_hub.messages.actions.ending import put_back
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.queries.suppressions import list_not_stopped


def bring_back(*, recipients: Collection[int], channels: Collection[str], now: datetime) -> int:
    """Let planned letters leave after all that their readers want again; say how many.

    Only what was planned for a time, such as a reminder, and not what answered a moment that has
    gone by; nothing that is over, called back, or for an address that must not be written to. What
    was due meanwhile leaves now, a text message not before the morning.
    """
    awake = case((Message.channel == "sms", after_the_night(now, zone())), else_=now)
    wanted = (
        Message.state == "suppressed",
        Message.recipient_id.in_(recipients),
        Message.channel.in_(channels),
        Message.due_at > Message.posted_at,
        Message.expires_at > now,
        Message.secret.is_(False),
        ~queries.is_turned_off(),
    )
    values = put_back(try_at=now, attempts=Message.attempts)
    values |= {"try_at": func.greatest(Message.due_at, awake), "settled_at": None}
    back = update(Message).where(Message.id.in_(list_not_stopped(*wanted)), *wanted)
    options = {"synchronize_session": False}
    done = db.session.execute(
        back.values(**values).returning(Message.id), execution_options=options
    )
    number = len(done.all())
    if number:
        bells.ring("messages-due")
    return number

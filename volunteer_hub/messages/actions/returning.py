"""Bring letters back that were suppressed because their readers had turned them off."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, exists, func, literal, update

from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.language import zone
from volunteer_hub.messages.actions.ending import put_back
from volunteer_hub.messages.models import Message, Suppression
from volunteer_hub.messages.queries import outbox as queries
from volunteer_hub.messages.rules.times import after_the_night


def bring_back(*, recipients: Collection[int], channels: Collection[str], now: datetime) -> int:
    """Let planned letters leave after all that their readers want again; say how many.

    Only what was planned for a time, such as a reminder, and not what answered a moment that has
    gone by; nothing that is over, called back, or for an address that must not be written to. What
    was due meanwhile leaves now, a text message not before the morning.
    """
    named = func.concat(Message.channel, ":", func.lower(Message.address))
    hashed = func.encode(func.sha256(func.convert_to(named, "UTF8")), "hex")
    bad = exists(literal(1)).where(
        Suppression.channel == Message.channel, Suppression.address_hash == hashed
    )
    awake = case((Message.channel == "sms", after_the_night(now, zone())), else_=now)
    wanted = update(Message).where(
        Message.state == "suppressed",
        Message.recipient_id.in_(recipients),
        Message.channel.in_(channels),
        Message.due_at > Message.posted_at,
        Message.expires_at > now,
        Message.secret.is_(False),
        ~bad,
        ~queries.is_turned_off(),
    )
    try_at = func.greatest(Message.due_at, awake)
    values = put_back(try_at=now, attempts=Message.attempts)
    values |= {"try_at": try_at, "settled_at": None}
    options = {"synchronize_session": False}
    done = db.session.execute(
        wanted.values(**values).returning(Message.id), execution_options=options
    )
    number = len(done.all())
    if number:
        bells.ring("messages-due")
    return number

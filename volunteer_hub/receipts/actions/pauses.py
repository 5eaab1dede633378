"""Addresses that are not written to for a while, and how that ends."""

from datetime import datetime

from sqlalchemy import delete, update

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Suppression
from volunteer_hub.receipts import queries
from volunteer_hub.receipts.models import Receipt
from volunteer_hub.receipts.rules.outcomes import LIFT_WORDS, REMEMBERED, ReasonIsNeeded


def end_pauses(*, now: datetime) -> int:
    """Write again to the addresses whose pause is over, and forget receipts of long ago."""
    over = delete(Suppression).where(Suppression.until <= now).returning(Suppression.id)
    ended_now = len(db.session.execute(over).all())
    db.session.execute(delete(Receipt).where(Receipt.received_at < now - REMEMBERED))
    return ended_now


def lift(suppression_id: int, *, reason: str) -> Suppression:
    """Let an address be written to again; what came back so far counts no more.

    :raises ReasonIsNeeded: if none of the reasons was given
    """
    if reason not in LIFT_WORDS:
        raise ReasonIsNeeded
    found = queries.lock_address(suppression_id)
    forgive = update(Receipt).where(Receipt.address_hash == found.address_hash)
    db.session.execute(forgive.values(address_hash=None))
    db.session.delete(found)
    return found

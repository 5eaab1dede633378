"""What was composed a moment ago."""

from collections.abc import Sequence

from sqlalchemy import func, select

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Message


def last_letter() -> int:
    """Give the number of the newest letter."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def list_composed(kind: str, *, after: int) -> Sequence[Message]:
    """List what was composed on trial: its key has a negative number, as no real letter's has."""
    wanted = select(Message).where(
        Message.id > after, Message.kind == kind, Message.key.like("%:-%")
    )
    return db.session.scalars(wanted.order_by(Message.id)).all()

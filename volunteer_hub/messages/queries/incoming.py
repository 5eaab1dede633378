"""What people wrote, and what came of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import IncomingSms

ONE_AT_A_TIME = 0x7465787473  # the name of the lock


def lock_oldest() -> IncomingSms | None:
    """Take the oldest text that nobody has dealt with, unless somebody is at one right now.

    Texts are dealt with one by one, in the order they came: "2" after "1" means that the person
    cannot come, and "1" after "2" the contrary.
    """
    if not db.session.scalar(select(func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
        return None
    waiting = select(IncomingSms).where(IncomingSms.handled_at.is_(None))
    oldest = waiting.order_by(IncomingSms.id).limit(1).with_for_update()
    return db.session.scalars(oldest).one_or_none()


def find_last(
    sender: str, *, outcomes: Collection[str], since: datetime
) -> tuple[str, datetime] | None:
    """Find the last text of a phone since then that ended so: its outcome, and when it did."""
    found = select(IncomingSms.outcome, IncomingSms.handled_at).where(
        IncomingSms.sender == sender,
        IncomingSms.outcome.in_(outcomes),
        IncomingSms.received_at >= since,
    )
    row = db.session.execute(found.order_by(IncomingSms.id.desc()).limit(1)).one_or_none()
    return (row.outcome, row.handled_at) if row else None

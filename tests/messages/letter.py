"""Post the trial letter and look what became of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.messages.models import Attempt, Message
from volunteer_hub.messages.rules.readers import Reader

TEMPLATES = Path(__file__).parent / "templates"
MEI = Reader(
    recipient_id=7,
    name="陈晓梅",
    language="zh",
    email="mei@example.org",
    phone="+8613812345678",
    channels=frozenset({"email", "sms"}),
)


def post_trial(
    key: str = "trial",
    *,
    to: Reader = MEI,
    due_in: timedelta = timedelta(),
    lasts: timedelta = timedelta(days=1),
    **more: Any,
) -> int:
    """Post the letter trial/hello in a transaction of its own; by e-mail unless said otherwise."""
    with transaction():
        now = database_now()
        facts = {"title": "共享集市", "starts_at": now, "ends_at": now + timedelta(hours=4)}
        values: dict[str, Any] = {"kind": "trial", "topic": "trial:1", "channels": {"email"}}
        values |= {"due_at": now + due_in, "expires_at": now + due_in + lasts, "facts": facts}
        return post_letter("trial/hello", to=to, key=key, **(values | more))


def the_letter(key: str = "trial", channel: str = "email") -> Message:
    """Read a letter afresh."""
    db.session.rollback()
    wanted = select(Message).where(Message.key == f"{key}:{channel}")
    return db.session.scalars(wanted, execution_options={"populate_existing": True}).one()


def attempts(key: str = "trial", channel: str = "email") -> list[tuple[str, str]]:
    """Give phase and answer of each try of a letter, in order."""
    letter = the_letter(key, channel)
    wanted = select(Attempt).where(Attempt.message_id == letter.id).order_by(Attempt.id)
    found = db.session.scalars(wanted, execution_options={"populate_existing": True})
    return [(attempt.phase, attempt.answer) for attempt in found]


def later(**span: float) -> Callable[[], datetime]:
    """Give the database's clock moved on."""
    return lambda: database_now() + timedelta(**span)

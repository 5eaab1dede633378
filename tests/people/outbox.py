"""What lies in the outbox, so that a test can read its own letters."""

import re

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Message


def letters(kind: str = "") -> list[Message]:
    db.session.expire_all()
    found = db.session.query(Message).order_by(Message.id)
    return [letter for letter in found if letter.kind.startswith(kind)]


def newest_code() -> str:
    """Read the code from the newest letter, as the person would."""
    found = re.search(r"\b\d{6}\b", letters("code-sign-in")[-1].body_text)
    assert found, "no code was sent"
    return found.group()


def newest_link() -> str:
    found = re.search(r"/sign-in/link/(\S+)", letters("code-sign-in-link")[-1].body_text)
    assert found, "no link was sent"
    return found.group(1)

"""How a letter's way ends in the table."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, null

from volunteer_hub.messages.models import Message

# A code or a link is of no use once it was handed over: what it said is forgotten.
WIPED: dict[str, Any] = {
    "subject": case((Message.secret, ""), else_=Message.subject),
    "body_text": case((Message.secret, ""), else_=Message.body_text),
    "body_html": case((Message.secret, null()), else_=Message.body_html),
}
AT_REST: dict[str, Any] = {"lease_until": None, "token": None}


def ended(state: str, *, at: Any, **more: Any) -> dict[str, Any]:
    """Give the values of a letter in one of the final states."""
    return {"state": state, "settled_at": at, **AT_REST, **WIPED, **more}


def taken(*, at: datetime, reference: str | None = None, reason: str = "") -> dict[str, Any]:
    """Give the values of a letter that the other side has taken."""
    more = {"sent_at": at, "provider_ref": reference, "reason": reason}
    return {"state": "sent", **AT_REST, **WIPED, **more}


def put_back(*, try_at: datetime, attempts: Any, reason: str = "") -> dict[str, Any]:
    """Give the values of a letter that waits for another try."""
    return {"state": "pending", **AT_REST, "try_at": try_at, "attempts": attempts, "reason": reason}

"""Who did what, and who looked at what is sensitive.  Append-only: the database refuses changes."""

from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Id, Model, db
from volunteer_hub.foundation.doors import current_actor


class AuditEntry(Model):
    """One thing done or read: `verb` in the past tense, `thing` as room:id."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("verb <> '' and thing <> ''", name="says_what"),
        Index("ix_audit_entry_thing", "thing", "id"),
        Index("ix_audit_entry_place_path", "place_path", "id"),
    )

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor_id: Mapped[int | None]  # a person; empty for the service itself
    verb: Mapped[str]
    thing: Mapped[str]
    place_path: Mapped[str] = mapped_column(server_default="/")
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    request_id: Mapped[str | None]


def record(
    verb: str, thing: str, *, place_path: str = "/", actor_id: int | None = None, **facts: Any
) -> None:
    """Write one audit entry in this transaction; the actor is the one at the door by default.

    `facts` are plain values without personal data: ids, states, counts, reasons.
    """
    at_door = has_request_context()
    db.session.add(
        AuditEntry(
            actor_id=actor_id if actor_id or not at_door else current_actor().person_id,
            verb=verb,
            thing=thing,
            place_path=place_path,
            facts=facts,
            request_id=g.get("request_id") if at_door else None,
        )
    )

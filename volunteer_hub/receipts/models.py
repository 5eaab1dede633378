"""The receipts that came in: kept first, applied to their letters by a worker."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.receipts.rules.outcomes import BLAMES, SAYS

WAITS = "applied_at is null and given_up_at is null"


class Receipt(Model):
    """A later word about a letter that was handed over.

    It names its letter by our own uuid, or by the carrier's reference (or the Message-ID). What it
    says never changes; it is applied once its letter is found, or given up after a day.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("carrier", "event_id"),
        CheckConstraint(f"says in ({quoted(SAYS)})", name="says_is_known"),
        CheckConstraint(f"blame in ({quoted(BLAMES)})", name="blame_is_known"),
        CheckConstraint("uuid is not null or reference is not null", name="names_a_letter"),
        CheckConstraint("applied_at is null or given_up_at is null", name="ends_once"),
        CheckConstraint("(applied_at is null) = (message_id is null)", name="applied_to_a_letter"),
        Index("ix_receipt_waiting", "try_at", postgresql_where=text(WAITS)),
        Index(
            "ix_receipt_soft",
            "address_hash",
            "received_at",
            postgresql_where=text("address_hash is not null"),
        ),
        Index("ix_receipt_received_at", "received_at"),
        Index("ix_receipt_message_id", "message_id"),
    )

    id: Mapped[Id]
    carrier: Mapped[str]
    event_id: Mapped[str]
    uuid: Mapped[UUID | None]
    reference: Mapped[str | None]
    says: Mapped[str]
    blame: Mapped[str] = mapped_column(server_default="nobody")
    answer: Mapped[str] = mapped_column(server_default="")  # shortened, addresses masked
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    try_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    applied_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    address_hash: Mapped[str | None]  # of a soft bounce that counts towards a pause

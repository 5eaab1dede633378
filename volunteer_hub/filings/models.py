"""What became of each text at the provider."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.filings.rules import KINDS, STATES
from volunteer_hub.foundation.database import Id, Model, quoted


class Filing(Model):
    """A template of a text message as it was filed; its text stands in its file.

    `text_hash` names the wording that was filed. Who filed and decided stands in the audit.
    """

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("template"),
        CheckConstraint(f"kind in ({quoted(KINDS)})", name="kind_is_known"),
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint("(state = 'rejected') = (reason <> '')", name="rejected_says_why"),
        CheckConstraint("state <> 'approved' or vendor_code <> ''", name="approved_has_a_code"),
        CheckConstraint(
            "(state in ('approved', 'rejected')) = (decided_at is not null)",
            name="decided_has_a_time",
        ),
    )

    id: Mapped[Id]
    template: Mapped[str]  # such as signups/joined
    kind: Mapped[str]
    signature: Mapped[str]
    vendor_code: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="draft")
    reason: Mapped[str] = mapped_column(server_default="")
    text_hash: Mapped[str]  # SHA-256 of the wording
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

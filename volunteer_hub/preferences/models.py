"""The nights of those who chose one of their own."""

from datetime import time

from sqlalchemy import CheckConstraint, ForeignKey, Time
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Model


class QuietHours(Model):
    """When somebody gets no text that can wait: from `begins` up to `ends` on their wall.

    Who wants what everybody gets has no row.
    """

    __tablename__ = "quiet_hours"
    __table_args__ = (CheckConstraint("begins <> ends", name="some_hours_are_quiet"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    zone: Mapped[str | None]  # by its IANA name; None: wherever the installation is
    begins: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)

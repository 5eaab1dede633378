"""Spans of work and the places on them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.rules import SHIFT_STATES


class Setting(NamedTuple):
    """When and where a shift takes place: what everybody who signed up must know."""

    starts_at: datetime
    ends_at: datetime
    place: Place
    spot_zh: str
    spot_en: str | None


class ShiftWords:
    """What a shift says of itself and asks of people; a pattern of a shift says the same."""

    title_zh: Mapped[str]  # the role: guiding and check-in
    title_en: Mapped[str | None]
    spot_zh: Mapped[str] = mapped_column(server_default="")  # where at the place: the square
    spot_en: Mapped[str | None]
    tasks_zh: Mapped[str] = mapped_column(server_default="")
    tasks_en: Mapped[str | None]
    requirements_zh: Mapped[str] = mapped_column(server_default="")
    requirements_en: Mapped[str | None]
    risk_notice_zh: Mapped[str] = mapped_column(server_default="")
    risk_notice_en: Mapped[str | None]
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    is_dangerous: Mapped[bool] = mapped_column(server_default=text("false"))
    needs_insurance: Mapped[bool] = mapped_column(server_default=text("false"))
    need: Mapped[str | None] = mapped_column(ForeignKey("credential_type.code"))
    leave_cutoff: Mapped[int] = mapped_column(Integer, server_default="0")  # minutes before it
    minimum: Mapped[int] = mapped_column(Integer, server_default="0")
    capacity: Mapped[int] = mapped_column(Integer)


class Shift(ShiftWords, Model):
    """A span of work with its places. The counters are the truth about who fits in.

    Who has a place, whom one is offered to and for whom one is kept never pass the places: the
    check constraint holds it under any race. Staff overbook by raising `capacity_extra`.
    `revision` rises when the time or place changes, and calls back what was posted before.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(SHIFT_STATES)})", name="state_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "least(confirmed, offered, reserved, capacity_extra) >= 0"
            " and confirmed + offered + reserved <= capacity + capacity_extra",
            name="never_overbooked",
        ),
        CheckConstraint("waiting >= 0", name="waiting_is_counted"),
        CheckConstraint("minimum between 0 and capacity", name="minimum_fits"),
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("state <> 'published' or risk_notice_zh <> ''", name="states_its_risks"),
        CheckConstraint("state <> 'cancelled' or reason <> ''", name="cancelled_says_why"),
        CheckConstraint("closes_at <= starts_at", name="sign_up_closes_by_the_start"),
        CheckConstraint("leave_cutoff >= 0", name="cutoff_lies_before_the_start"),
        CheckConstraint(
            "state <> 'published' or not is_dangerous or (needs_insurance and need is not null)",
            name="dangerous_work_is_protected",
        ),
        Index(
            "ix_shift_coming",
            "starts_at",
            "id",
            postgresql_where=text("state <> 'draft'"),
        ),
        Index("ix_shift_fair_until", "fair_until", postgresql_where=text("fair_until is not null")),
        Index("ix_shift_place_id", "place_id", "starts_at", "id"),
        Index("ix_shift_activity_id", "activity_id", "starts_at"),
    )

    id: Mapped[Id]
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    opens_at: Mapped[datetime | None]  # sign-up, if not at once
    closes_at: Mapped[datetime | None]  # sign-up, if before the start
    fair_until: Mapped[datetime | None]  # until then all wait; then who served least is first
    by_role: Mapped[bool] = mapped_column(server_default=text("false"))  # places are its roles'
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity_extra: Mapped[int] = mapped_column(Integer, server_default="0")  # overbooked by staff
    confirmed: Mapped[int] = mapped_column(Integer, server_default="0")
    offered: Mapped[int] = mapped_column(Integer, server_default="0")  # freed, and held for one
    reserved: Mapped[int] = mapped_column(Integer, server_default="0")  # kept for a group or unit
    waiting: Mapped[int] = mapped_column(Integer, server_default="0")
    next_rank: Mapped[int] = mapped_column(Integer, server_default="1")
    state: Mapped[str] = mapped_column(server_default="draft")
    reason: Mapped[str | None]  # why it was cancelled
    revision: Mapped[int] = mapped_column(Integer, server_default="0")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    activity: Mapped[Activity] = relationship(lazy="raise")
    place: Mapped[Place] = relationship(lazy="raise")

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def setting(self) -> Setting:
        return Setting(self.starts_at, self.ends_at, self.place, self.spot_zh, self.spot_en)

    @property
    def free(self) -> int:
        """Count the places that nobody has, is offered, or is kept for."""
        return self.capacity + self.capacity_extra - self.taken

    @property
    def taken(self) -> int:
        return self.confirmed + self.offered + self.reserved

    def is_open(self, now: datetime) -> bool:
        """Tell whether the shift is published and has not begun."""
        return self.state == "published" and self.starts_at > now


class ShiftRole(Model):
    """One of several tasks on a shift, with places of its own; held under the shift's lock."""

    __tablename__ = "shift_role"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("minimum between 0 and capacity", name="minimum_fits"),
        CheckConstraint(
            "least(confirmed, offered) >= 0 and confirmed + offered <= capacity",
            name="never_overbooked",
        ),
        Index("ix_shift_role_shift_id", "shift_id", "id"),
    )

    id: Mapped[Id]
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str | None]
    minimum: Mapped[int] = mapped_column(Integer, server_default="0")
    capacity: Mapped[int] = mapped_column(Integer)
    confirmed: Mapped[int] = mapped_column(Integer, server_default="0")
    offered: Mapped[int] = mapped_column(Integer, server_default="0")
    need: Mapped[str | None] = mapped_column(ForeignKey("credential_type.code"))

    @property
    def free(self) -> int:
        return self.capacity - self.confirmed - self.offered

"""Spans of work, the places on them, and who promised to come."""

from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import Id, Model
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.rules import SHIFT_STATES, SIGNUP_STATES


class Words(TypedDict, total=False):
    """What a shift says of itself beyond its Chinese title."""

    title_en: str | None
    spot_zh: str
    spot_en: str | None
    tasks_zh: str
    tasks_en: str | None
    requirements_zh: str
    requirements_en: str | None
    risk_notice_zh: str
    risk_notice_en: str | None
    minimum_age: int | None


class Changes(Words, total=False):
    """All that staff may change on a shift."""

    title_zh: str
    place: Place
    starts_at: datetime
    ends_at: datetime
    minimum: int
    capacity: int


class Setting(NamedTuple):
    """When and where a shift takes place: what everybody who signed up must know."""

    starts_at: datetime
    ends_at: datetime
    place: Place
    spot_zh: str
    spot_en: str | None


class Shift(Model):
    """A span of work with its places. The counters are the truth about who fits in.

    `confirmed` can never pass `capacity`: the check constraint holds it under any race.
    `revision` rises when the time or place changes, and calls back what was posted before.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(map(repr, SHIFT_STATES))})", name="state_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("confirmed between 0 and capacity", name="never_overbooked"),
        CheckConstraint("waiting >= 0", name="waiting_is_counted"),
        CheckConstraint("minimum between 0 and capacity", name="minimum_fits"),
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("state <> 'published' or risk_notice_zh <> ''", name="states_its_risks"),
        CheckConstraint("state <> 'cancelled' or reason <> ''", name="cancelled_says_why"),
        Index(
            "ix_shift_coming",
            "starts_at",
            "id",
            postgresql_where=text("state <> 'draft'"),
        ),
        Index("ix_shift_place_id", "place_id", "starts_at", "id"),
        Index("ix_shift_activity_id", "activity_id", "starts_at"),
    )

    id: Mapped[Id]
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
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
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    minimum: Mapped[int] = mapped_column(Integer, server_default="0")
    capacity: Mapped[int] = mapped_column(Integer)
    confirmed: Mapped[int] = mapped_column(Integer, server_default="0")
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
        return self.capacity - self.confirmed

    def is_open(self, now: datetime) -> bool:
        """Tell whether people may join, or come up from the line."""
        return self.state == "published" and self.starts_at > now


class Signup(Model):
    """A promise by one person to serve on one shift, or a place in its line.

    `during` repeats the shift's span so that the database itself refuses overlapping promises.
    `rank` only ever grows along the line; the place in it is counted (`queries.position`).
    """

    __tablename__ = "signup"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(map(repr, SIGNUP_STATES))})", name="state_is_known"),
        CheckConstraint(
            "(state = 'waitlisted') = (rank is not null)", name="only_waiting_has_a_rank"
        ),
        CheckConstraint(
            "(state in ('confirmed', 'waitlisted')) = (ended_at is null)",
            name="live_until_it_ends",
        ),
        UniqueConstraint("shift_id", "rank"),
        Index(
            "uq_signup_live",
            "shift_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        ExcludeConstraint(
            ("person_id", "="),
            ("during", "&&"),
            name="ex_signup_no_overlap",
            using="gist",
            where=text("state = 'confirmed'"),
        ),
        Index("ix_signup_person_id", "person_id", "id"),
        Index("ix_signup_line", "shift_id", "rank", postgresql_where=text("state = 'waitlisted'")),
    )

    id: Mapped[Id]
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    rank: Mapped[int | None] = mapped_column(Integer)
    during: Mapped[Range[Any]] = mapped_column(TSTZRANGE)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # staff, for someone
    joined_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    shift: Mapped[Shift] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")

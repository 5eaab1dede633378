"""What happens where and when."""

from datetime import date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Time,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.rules.days_off import WORDS as DAYS_OFF
from volunteer_hub.activities.rules.life import CHOICES, SERIES_STATES, STATES
from volunteer_hub.activities.rules.recurrence import Recurrence, parse, span_on
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project

WAITS = "choice = 'waiting'"


class Words(TypedDict, total=False):
    """What an activity says of itself beyond its Chinese title."""

    title_en: str | None
    description_zh: str
    description_en: str | None


class Series(Model):
    """An activity that recurs by a rule in its zone's wall time; its occurrences are activities.

    `rule` is an RFC 5545 RRULE without DTSTART and UNTIL: FREQ=MONTHLY;BYMONTHDAY=5. `first_on`
    fits it, so that the two are the RRULE and DTSTART of a calendar.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("minutes between 1 and 10080", name="lasts_a_week_at_most"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        CheckConstraint(f"state in ({quoted(SERIES_STATES)})", name="state_is_known"),
        Index("ix_series_place_id", "place_id", "id"),
    )

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str | None]
    description_zh: Mapped[str] = mapped_column(server_default="")
    description_en: Mapped[str | None]
    rule: Mapped[str]
    first_on: Mapped[date] = mapped_column(Date)  # the first nominal day
    last_on: Mapped[date | None] = mapped_column(Date)  # the last nominal day that may be, or open
    begins: Mapped[time] = mapped_column(Time)  # on the wall
    minutes: Mapped[int] = mapped_column(Integer)
    zone: Mapped[str]  # IANA
    publishes: Mapped[bool] = mapped_column(server_default=text("false"))  # days as they are made
    state: Mapped[str] = mapped_column(server_default="running")
    expanded_to: Mapped[date | None] = mapped_column(Date)  # nominal days before this one are made
    revision: Mapped[int] = mapped_column(Integer, server_default="0")  # SEQUENCE in calendars
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    place: Mapped[Place] = relationship(lazy="raise")
    project: Mapped[Project | None] = relationship(lazy="raise")

    @property
    def recurrence(self) -> Recurrence:
        return parse(self.rule)

    def span_on(self, day: date) -> Span:
        """Give the span of the occurrence of a nominal day, as the series has it now."""
        return span_on(day, begins=self.begins, minutes=self.minutes, zone=ZoneInfo(self.zone))


class Activity(Model):
    """An event at a place, for a project or for itself; its shifts say who is needed when.

    One of a series keeps its nominal day, under which it is counted, wherever it is moved to.
    `edited` ones go their own way: what is changed about the series leaves them as they are.
    """

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("state <> 'cancelled' or reason <> ''", name="cancelled_says_why"),
        CheckConstraint(
            "(series_id is null) = (nominal_on is null)", name="of_a_series_has_a_nominal_day"
        ),
        CheckConstraint(f"choice in ({quoted(CHOICES)})", name="choice_is_known"),
        CheckConstraint(f"day_off in ({quoted(DAYS_OFF)})", name="day_off_is_known"),
        CheckConstraint("(choice = 'none') = (day_off is null)", name="chooses_on_days_off"),
        CheckConstraint("day_off is null or nominal_on is not null", name="day_off_is_nominal"),
        UniqueConstraint("series_id", "nominal_on"),
        Index("ix_activity_waiting", "starts_at", "id", postgresql_where=text(WAITS)),
        Index("ix_activity_starts_at", "starts_at", "id"),
        Index("ix_activity_place_id", "place_id", "starts_at"),
        Index("ix_activity_project_id", "project_id", "starts_at"),
    )

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str | None]
    description_zh: Mapped[str] = mapped_column(server_default="")
    description_en: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="draft")
    reason: Mapped[str | None]  # why it was cancelled, shown to everybody
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    nominal_on: Mapped[date | None] = mapped_column(Date)  # the day its rule names
    day_off: Mapped[str | None]  # which holiday or make-up workday the nominal day is
    choice: Mapped[str] = mapped_column(server_default="none")  # what staff chose about the day off
    edited: Mapped[bool] = mapped_column(server_default=text("false"))  # goes its own way since
    revision: Mapped[int] = mapped_column(Integer, server_default="0")  # SEQUENCE in calendars
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    place: Mapped[Place] = relationship(lazy="raise")
    project: Mapped[Project | None] = relationship(lazy="raise")
    creator: Mapped[Person | None] = relationship(lazy="raise")
    series: Mapped[Series | None] = relationship(lazy="raise")

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

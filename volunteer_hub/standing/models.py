"""Who helps every time until they stop, and what came of it on each shift."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.standing.rules import OUTCOMES, STATES, stands

RUNNING = text("state = 'running'")


class StandingOrder(Model):
    """A promise for every time: the person is signed up for each shift of the series it covers.

    Empty `title_zh`, `role_zh` and `weekdays` mean any. A pause is a span of days, both included.
    """

    __tablename__ = "standing_order"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint("(state = 'stopped') = (stopped_at is not null)", name="stopped_then"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_it_begins"),
        CheckConstraint("role_zh is null or title_zh is not null", name="role_is_of_a_shift"),
        CheckConstraint(
            "weekdays <@ array[0, 1, 2, 3, 4, 5, 6]::smallint[] and cardinality(weekdays) > 0",
            name="weekdays_are_known",
        ),
        CheckConstraint("(away_from is null) = (away_to is null)", name="away_in_whole"),
        CheckConstraint("away_to >= away_from", name="away_ends_after_it_begins"),
        Index(
            "uq_standing_order_running",
            *("person_id", "series_id", "title_zh", "role_zh"),
            unique=True,
            postgresql_where=RUNNING,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_standing_order_person_id", "person_id", "id"),
        Index("ix_standing_order_series_id", "series_id", "id", postgresql_where=RUNNING),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    title_zh: Mapped[str | None]  # of the shifts it is for
    title_en: Mapped[str | None]
    role_zh: Mapped[str | None]  # on these shifts
    role_en: Mapped[str | None]
    weekdays: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))  # 0 is Monday
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)  # included; empty: until stopped
    away_from: Mapped[date | None] = mapped_column(Date)
    away_to: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(server_default="running")
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    stopped_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    series: Mapped[Series] = relationship(lazy="raise")

    def stands_on(self, day: date) -> str:
        """Name how it stands on a day; see `rules.stands`."""
        return stands(
            day,
            state=self.state,
            begins_on=self.begins_on,
            ends_on=self.ends_on,
            away=(self.away_from, self.away_to),
        )


class StandingTry(Model):
    """What came of an order on one shift. It is never changed: a place that was given back, or
    refused, is not taken a second time."""

    __tablename__ = "standing_try"
    __table_args__ = (
        CheckConstraint(f"outcome in ({quoted(OUTCOMES)})", name="outcome_is_known"),
        CheckConstraint("(outcome = 'refused') = (reason is not null)", name="refused_says_why"),
        CheckConstraint("(outcome = 'refused') = (signup_id is null)", name="else_is_signed_up"),
        Index("ix_standing_try_shift_id", "shift_id"),
    )

    order_id: Mapped[int] = mapped_column(
        ForeignKey("standing_order.id"), primary_key=True, autoincrement=False
    )
    shift_id: Mapped[int] = mapped_column(
        ForeignKey("shift.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[str]
    reason: Mapped[str | None]  # the code of the refusal
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signup.id"))
    at: Mapped[datetime]

"""What shifts look like before there are any: patterns, of a series or of a template."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import Id, Model
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project
from volunteer_hub.shifts.models import ShiftWords


class ActivityTemplate(Model):
    """An activity to begin with, under a name; staff of its place and of places below use it."""

    __tablename__ = "activity_template"
    __table_args__ = (
        CheckConstraint("minutes between 1 and 10080", name="lasts_a_week_at_most"),
        CheckConstraint("name <> ''", name="has_a_name"),
        UniqueConstraint("place_id", "name"),
    )

    id: Mapped[Id]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str]
    title_zh: Mapped[str]
    title_en: Mapped[str | None]
    description_zh: Mapped[str] = mapped_column(server_default="")
    description_en: Mapped[str | None]
    minutes: Mapped[int] = mapped_column(Integer)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    place: Mapped[Place] = relationship(lazy="raise")
    project: Mapped[Project | None] = relationship(lazy="raise")


class ShiftPattern(ShiftWords, Model):
    """A shift that every activity of a series, or made from a template, begins with.

    Times count from where they hang: `begins_after` from the start of the activity; how long
    before the start of the shift sign-up opens, closes, and is fair. No place: the activity's.
    """

    __tablename__ = "shift_pattern"
    __table_args__ = (
        CheckConstraint("num_nonnulls(series_id, template_id) = 1", name="belongs_to_one"),
        CheckConstraint("begins_after between -10080 and 10080", name="begins_within_a_week"),
        CheckConstraint("minutes between 1 and 10080", name="lasts_a_week_at_most"),
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("minimum between 0 and capacity", name="minimum_fits"),
        CheckConstraint(
            "least(opens_before, closes_before, fair_before, leave_cutoff) >= 0",
            name="windows_lie_before_the_start",
        ),
        Index("ix_shift_pattern_series_id", "series_id", "begins_after", "id"),
        Index("ix_shift_pattern_template_id", "template_id", "begins_after", "id"),
    )

    id: Mapped[Id]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("activity_template.id", ondelete="CASCADE")
    )
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    begins_after: Mapped[int] = mapped_column(Integer)  # minutes; before 0: it is set up
    minutes: Mapped[int] = mapped_column(Integer)
    opens_before: Mapped[int | None] = mapped_column(Integer)  # minutes before the shift begins
    closes_before: Mapped[int | None] = mapped_column(Integer)
    fair_before: Mapped[int | None] = mapped_column(Integer)
    roles: Mapped[list[Any]] = mapped_column(server_default="[]")  # as shifts' RoleWords, no ids

    series: Mapped[Series | None] = relationship(lazy="raise")
    template: Mapped[ActivityTemplate | None] = relationship(lazy="raise")
    place: Mapped[Place | None] = relationship(lazy="raise")

    def span_from(self, begins: datetime) -> Span:
        """Give the span of the shift of an activity that begins then."""
        starts_at = begins + timedelta(minutes=self.begins_after)
        return Span(starts_at, starts_at + timedelta(minutes=self.minutes))

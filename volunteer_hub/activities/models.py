"""What happens where and when."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.rules import STATES
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import Id, Model
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.projects.models import Project


class Words(TypedDict, total=False):
    """What an activity says of itself beyond its Chinese title."""

    title_en: str | None
    description_zh: str
    description_en: str | None


class Activity(Model):
    """An event at a place, for a project or for itself; its shifts say who is needed when."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint(f"state in ({', '.join(map(repr, STATES))})", name="state_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("state <> 'cancelled' or reason <> ''", name="cancelled_says_why"),
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
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    place: Mapped[Place] = relationship(lazy="raise")
    project: Mapped[Project | None] = relationship(lazy="raise")
    creator: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

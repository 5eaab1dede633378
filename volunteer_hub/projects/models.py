"""Micro-philanthropy projects: what they want, for whom, and how far they are."""

from datetime import date, datetime
from decimal import Decimal
from typing import Required, TypedDict

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.projects.rules import BENEFICIARY_GROUPS, STATES


class Plan(TypedDict, total=False):
    """What a project says of itself; all of it may be edited until it is closed."""

    title_zh: Required[str]
    title_en: str | None
    goal_zh: str
    goal_en: str | None
    story_zh: str
    story_en: str | None
    beneficiary_group: Required[str]
    starts_on: date | None
    ends_on: date | None


class Project(Model):
    """One micro-philanthropy project at a place: draft → published → closed."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint(
            f"beneficiary_group in ({quoted(BENEFICIARY_GROUPS)})", name="group_is_known"
        ),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_is_plain"),
        CheckConstraint(
            "state = 'draft' or (goal_zh <> '' and story_zh <> ''"
            " and starts_on is not null and ends_on is not null)",
            name="published_is_complete",
        ),
        Index("ix_project_state", "state", "id"),
        Index("ix_project_place_id", "place_id"),
    )

    id: Mapped[Id]
    slug: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str | None]
    goal_zh: Mapped[str] = mapped_column(server_default="")
    goal_en: Mapped[str | None]
    story_zh: Mapped[str] = mapped_column(server_default="")
    story_en: Mapped[str | None]
    programme: Mapped[str] = mapped_column(server_default="micro_philanthropy")
    beneficiary_group: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship(lazy="raise")
    creator: Mapped[Person | None] = relationship(lazy="raise")
    indicators: Mapped[list["Indicator"]] = relationship(
        back_populates="project", lazy="raise", order_by="Indicator.id"
    )
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="project", lazy="raise", order_by="Milestone.due_on, Milestone.id"
    )


class Indicator(Model):
    """What a project promises to reach, with its unit: never a bare number."""

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint("target > 0", name="target_is_positive"),
        CheckConstraint("unit_zh <> ''", name="has_a_unit"),
        Index("ix_indicator_project_id", "project_id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    name_zh: Mapped[str]
    name_en: Mapped[str | None]
    unit_zh: Mapped[str]
    unit_en: Mapped[str | None]
    target: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    measure: Mapped[str | None]  # the key of the measure that tells how far it is

    project: Mapped[Project] = relationship(back_populates="indicators", lazy="raise")


class Milestone(Model):
    """A step of a project with its due date and the day it was reached."""

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_project_id", "project_id", "due_on"),)

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    title_zh: Mapped[str]
    title_en: Mapped[str | None]
    due_on: Mapped[date] = mapped_column(Date)
    reached_on: Mapped[date | None] = mapped_column(Date)

    project: Mapped[Project] = relationship(back_populates="milestones", lazy="raise")

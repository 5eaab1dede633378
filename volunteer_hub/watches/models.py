"""Who watches what, and what was told of each shift last."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place
from volunteer_hub.watches.rules import CONDITIONS, ENOUGH, WISHES, Subject

LIVE = text("ended_at is null")
KNOWN = quoted(CONDITIONS)


class Watch(Model):
    """A person wants to hear how the shifts of a series stand, or those at a place and below it."""

    __tablename__ = "watch"
    __table_args__ = (
        CheckConstraint("num_nonnulls(place_id, series_id) = 1", name="watches_one_thing"),
        CheckConstraint("understaffed or all_clear or almost_full", name="wants_something"),
        CheckConstraint("ended_at >= created_at", name="ends_after_it_begins"),
        Index("uq_watch_place", "person_id", "place_id", unique=True, postgresql_where=LIVE),
        Index("uq_watch_series", "person_id", "series_id", unique=True, postgresql_where=LIVE),
        Index("ix_watch_person_id", "person_id", "id", postgresql_where=LIVE),
        Index("ix_watch_place_id", "place_id", postgresql_where=LIVE),
        Index("ix_watch_series_id", "series_id", postgresql_where=LIVE),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    understaffed: Mapped[bool]
    all_clear: Mapped[bool]
    almost_full: Mapped[bool]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
    place: Mapped[Place | None] = relationship(lazy="raise")
    series: Mapped[Series | None] = relationship(lazy="raise")

    @property
    def wishes(self) -> tuple[str, ...]:
        """List what the person wants to hear of."""
        return tuple(wish for wish in WISHES if getattr(self, wish))

    @property
    def subject(self) -> Subject:
        return Subject(self.place.path if self.place else None, self.series_id)


class ShiftCondition(Model):
    """How a coming shift was seen last, since when, and what of it was told last.

    A shift without one always had enough people. `revision` counts what was told.
    """

    __tablename__ = "shift_condition"
    __table_args__ = (
        CheckConstraint(f"seen in ({KNOWN})", name="seen_is_known"),
        CheckConstraint(f"told in ({KNOWN})", name="told_is_known"),
        CheckConstraint("revision >= 0", name="revision_is_counted"),
        CheckConstraint(f"revision > 0 or told = '{ENOUGH}'", name="begins_with_enough"),
    )

    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), primary_key=True)
    seen: Mapped[str]
    since: Mapped[datetime]
    told: Mapped[str] = mapped_column(server_default=ENOUGH)
    revision: Mapped[int] = mapped_column(server_default="0")

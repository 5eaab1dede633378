"""What volunteers dispute, and the thresholds of the stars."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.attendance.models import Hours
from volunteer_hub.foundation.database import Id, Model
from volunteer_hub.hours.rules import disputes as dispute_rules

_OPEN = text("state = 'open'")


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(repr, words))


class Dispute(Model):
    """A volunteer's objection to settled hours, and the answer by somebody who had no part in them.

    Triggers keep it so, and keep what was answered or withdrawn from ever changing.
    """

    __tablename__ = "hours_dispute"
    __table_args__ = (
        CheckConstraint(f"state in ({_words(dispute_rules.STATES)})", name="state_is_known"),
        CheckConstraint("says <> ''", name="says_what"),
        CheckConstraint(
            f"(state in ({_words(dispute_rules.ANSWERS)})) = (answered_at is not null)"
            " and (answered_at is null) = (answered_by is null)"
            " and (answered_at is not null) = (coalesce(answer, '') <> '')",
            name="answered_says_why",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn_has_a_time"
        ),
        CheckConstraint("answered_by <> opened_by", name="answered_by_someone_else"),
        Index("uq_hours_dispute_open", "hours_id", unique=True, postgresql_where=_OPEN),
        Index("ix_hours_dispute_due", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_hours_dispute_hours_id", "hours_id", "id"),
    )

    id: Mapped[Id]
    hours_id: Mapped[int] = mapped_column(ForeignKey("hours.id"))
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    says: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)  # the local day by which it is answered
    state: Mapped[str] = mapped_column(server_default="open")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]  # the volunteer reads it
    withdrawn_at: Mapped[datetime | None]

    hours: Mapped[Hours] = relationship(lazy="raise")

    @property
    def state_word(self) -> str:
        return dispute_rules.STATE_WORDS[self.state]


class StarLevel(Model):
    """How many verified minutes a star takes. Data, because places differ."""

    __tablename__ = "star_level"
    __table_args__ = (
        CheckConstraint("stars between 1 and 5", name="one_to_five"),
        CheckConstraint("minutes > 0", name="takes_time"),
    )

    stars: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    minutes: Mapped[int] = mapped_column(Integer, unique=True)

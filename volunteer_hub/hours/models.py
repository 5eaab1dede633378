"""Minutes served and what became of them: verified, disputed, counted for stars."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.hours.rules import disputes as dispute_rules
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift

_OPEN = text("state = 'open'")


class Hours(Model):
    """Minutes that count of those served. Locked once a second person verified them.

    A settled row never changes (a trigger refuses it); a reversing row with negative minutes
    takes a locked one back, and a new row may follow.
    """

    __tablename__ = "hours"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(hours_rules.STATES)})", name="state_is_known"),
        CheckConstraint(f"source in ({quoted(hours_rules.SOURCES)})", name="source_is_known"),
        CheckConstraint(
            "(reverses_id is null and minutes between 1 and 1440)"
            " or (reverses_id is not null and minutes between -1440 and -1)",
            name="at_most_a_day",
        ),
        CheckConstraint(
            "minutes * served_minutes > 0 and abs(served_minutes) between abs(minutes) and 1440",
            name="counts_what_was_served",
        ),
        CheckConstraint(
            "minutes = served_minutes or state = 'locked' or reverses_id is not null",
            name="shortened_when_verified",
        ),
        CheckConstraint(
            "not below_presence_rule or source = 'clocked'", name="only_the_clock_falls_short"
        ),
        CheckConstraint("verified_by <> person_id", name="verified_by_someone_else"),
        CheckConstraint(
            "verified_by <> recorded_by or (source = 'clocked' and reverses_id is null)",
            name="verified_by_a_second_person",
        ),
        CheckConstraint(
            "(state = 'locked') = (verified_at is not null)", name="locked_means_verified"
        ),
        CheckConstraint(
            "(state = 'rejected') = (rejected_at is not null)"
            " and (state = 'rejected') = (rejected_because is not null)",
            name="rejected_says_why",
        ),
        CheckConstraint(
            "(source = 'clocked' and reverses_id is null) or coalesce(reason, '') <> ''",
            name="says_why",
        ),
        Index(
            "uq_hours_reverses_id",
            "reverses_id",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
        Index(
            "uq_hours_waiting_once",
            "shift_id",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'recorded' and reverses_id is null"),
        ),
        Index("ix_hours_person_id", "person_id", "served_on", "id"),
        Index("ix_hours_shift_id", "shift_id"),
        Index("ix_hours_waiting", "id", postgresql_where=text("state = 'recorded'")),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    served_on: Mapped[date] = mapped_column(Date)  # the local day the shift began
    minutes: Mapped[int] = mapped_column(Integer)  # what counts
    served_minutes: Mapped[int] = mapped_column(
        Integer, default=lambda row: row.get_current_parameters()["minutes"]
    )
    below_presence_rule: Mapped[bool] = mapped_column(server_default=text("false"))
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signup.id"))  # the promise behind it
    source: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="recorded")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    rejected_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rejected_at: Mapped[datetime | None]
    rejected_because: Mapped[str | None]  # the volunteer reads it
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("hours.id"))
    reason: Mapped[str | None]  # why it was not clocked, or why it is taken back

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    shift: Mapped[Shift] = relationship(lazy="raise")
    recorder: Mapped[Person | None] = relationship(foreign_keys=[recorded_by], lazy="raise")
    verifier: Mapped[Person | None] = relationship(foreign_keys=[verified_by], lazy="raise")

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None

    @property
    def vouched_by(self) -> int | None:
        """Name the person on whose word the row rests, where it does not rest on the clock."""
        return None if self.source == "clocked" and not self.is_reversal else self.recorded_by

    @property
    def is_forgotten(self) -> bool:
        """Tell whether the service itself closed a check-out that was forgotten."""
        return self.reason == hours_rules.FORGOTTEN

    @property
    def state_word(self) -> str:
        return hours_rules.STATE_WORDS[self.state]

    @property
    def source_word(self) -> str:
        return hours_rules.SOURCE_WORDS[self.source]


class Dispute(Model):
    """A volunteer's objection to settled hours, and the answer by somebody who had no part in them.

    Triggers keep it so, and keep what was answered or withdrawn from ever changing.
    """

    __tablename__ = "hours_dispute"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(dispute_rules.STATES)})", name="state_is_known"),
        CheckConstraint("says <> ''", name="says_what"),
        CheckConstraint(
            f"(state in ({quoted(dispute_rules.ANSWERS)})) = (answered_at is not null)"
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

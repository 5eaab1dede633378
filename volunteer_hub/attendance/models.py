"""Who came, and the hours that follow from it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.attendance.rules import hours as hours_rules
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation.database import Id, Model
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

_OPEN = text("state = 'open'")


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(repr, words))


class Presence(Model):
    """One person on one shift's day: arrived, gone, or not come. A walk-in has no sign-up.

    The database itself refuses two places at once, and steps that rules.presence does not know.
    """

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint(f"state in ({_words(presence_rules.STATES)})", name="state_is_known"),
        CheckConstraint(f"method in ({_words(presence_rules.METHODS)})", name="method_is_known"),
        CheckConstraint("checked_out_at > checked_in_at", name="leaves_after_arriving"),
        CheckConstraint(
            "(state in ('no_show', 'excused')) = (checked_in_at is null)", name="came_or_did_not"
        ),
        CheckConstraint("(state = 'left') = (checked_out_at is not null)", name="left_has_a_time"),
        ExcludeConstraint(
            ("person_id", "="),
            (text("tstzrange(checked_in_at, checked_out_at)"), "&&"),
            name="ex_presence_no_overlap",
            using="gist",
            where=text("checked_in_at is not null"),
        ),
        Index("uq_presence_shift_person", "shift_id", "person_id", unique=True),
        Index("ix_presence_person_id", "person_id", "id"),
        Index("ix_presence_present", "shift_id", postgresql_where=text("state = 'present'")),
    )

    id: Mapped[Id]
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signup.id"))
    state: Mapped[str]
    checked_in_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(server_default="board")
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    shift: Mapped[Shift] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    signup: Mapped[Signup | None] = relationship(lazy="raise")


class PosterCode(Model):
    """The fixed code of a shift's poster; switched off and on again, older prints are void."""

    __tablename__ = "poster_code"
    __table_args__ = (CheckConstraint("revoked_at >= made_at", name="revoked_after_made"),)

    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), primary_key=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Hours(Model):
    """Minutes that count of those served. Locked once a second person verified them.

    A settled row never changes (a trigger refuses it); a reversing row with negative minutes
    takes a locked one back, and a new row may follow.
    """

    __tablename__ = "hours"
    __table_args__ = (
        CheckConstraint(f"state in ({_words(hours_rules.STATES)})", name="state_is_known"),
        CheckConstraint(f"source in ({_words(hours_rules.SOURCES)})", name="source_is_known"),
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

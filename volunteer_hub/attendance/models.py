"""Who came, and the hours that follow from it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

_OPEN = text("state = 'open'")


class Presence(Model):
    """One person on one shift's day: arrived, gone, or not come. A walk-in has no sign-up.

    The database itself refuses two places at once, and steps that rules.presence does not know.
    """

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(presence_rules.STATES)})", name="state_is_known"),
        CheckConstraint(f"method in ({quoted(presence_rules.METHODS)})", name="method_is_known"),
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

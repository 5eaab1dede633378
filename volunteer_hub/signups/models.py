"""Who promised to come, who waits, and every move between."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.signups.rules.line import SIGNUP_STATES


class Signup(Model):
    """A promise by one person to serve on one shift, or a place in its line.

    `during` repeats the shift's span so that the database itself refuses overlapping promises.
    `rank` only ever grows along the line; the place in it is counted (`queries.position`).
    """

    __tablename__ = "signup"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(SIGNUP_STATES)})", name="state_is_known"),
        CheckConstraint(
            "(state in ('waitlisted', 'offered')) = (rank is not null)",
            name="only_in_line_has_a_rank",
        ),
        CheckConstraint(
            "(state = 'offered') = (offer_until is not null)", name="an_offer_has_a_deadline"
        ),
        CheckConstraint(
            "(state in ('confirmed', 'waitlisted', 'offered')) = (ended_at is null)",
            name="live_until_it_ends",
        ),
        UniqueConstraint("shift_id", "rank"),
        Index(
            "uq_signup_live",
            "shift_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        ExcludeConstraint(
            ("person_id", "="),
            ("during", "&&"),
            name="ex_signup_no_overlap",
            using="gist",
            where=text("state = 'confirmed'"),
        ),
        Index("ix_signup_person_id", "person_id", "id"),
        Index("ix_signup_line", "shift_id", "rank", postgresql_where=text("state = 'waitlisted'")),
        Index("ix_signup_offers", "offer_until", postgresql_where=text("state = 'offered'")),
    )

    id: Mapped[Id]
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role_id: Mapped[int | None] = mapped_column(ForeignKey("shift_role.id"))
    state: Mapped[str]
    instant: Mapped[bool] = mapped_column(server_default=text("false"))  # takes a place unasked
    rank: Mapped[int | None] = mapped_column(Integer)
    during: Mapped[Range[Any]] = mapped_column(TSTZRANGE)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # for someone else
    joined_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    offer_until: Mapped[datetime | None]
    coming_at: Mapped[datetime | None]  # when they said that they come, from a reminder
    late: Mapped[bool] = mapped_column(server_default=text("false"))  # gave back after the cut-off
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    role: Mapped[ShiftRole | None] = relationship(lazy="raise")
    shift: Mapped[Shift] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class SignupMove(Model):
    """Every move of every promise, written by the database itself (trigger signup_steps)."""

    __tablename__ = "signup_move"
    __table_args__ = (Index("ix_signup_move_signup_id", "signup_id", "id"),)

    id: Mapped[Id]
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"))
    state_before: Mapped[str | None]
    state: Mapped[str]
    rank: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

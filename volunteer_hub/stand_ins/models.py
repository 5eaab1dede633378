"""Who looks for somebody to take their place over."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person
from volunteer_hub.signups.models import Signup
from volunteer_hub.stand_ins.rules import LONGEST_NOTE, STATES

OPEN = text("state = 'open'")


class StandInRequest(Model):
    """A person with a place looks for somebody: anybody, or the one who is invited.

    The place stays theirs until it is taken; shifts guard their requests: whoever writes one
    holds its shift.
    """

    __tablename__ = "stand_in_request"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint("(state = 'open') = (settled_at is null)", name="open_until_it_is_settled"),
        CheckConstraint("(state = 'taken') = (taken_by is not null)", name="taken_by_somebody"),
        CheckConstraint(
            "state <> 'declined' or invited_id is not null", name="declined_by_the_invited"
        ),
        CheckConstraint(f"length(note) <= {LONGEST_NOTE}", name="note_is_short"),
        Index("uq_stand_in_request_open", "signup_id", unique=True, postgresql_where=OPEN),
        Index("ix_stand_in_request_signup_id", "signup_id", "id"),
        Index("ix_stand_in_request_invited_id", "invited_id", postgresql_where=OPEN),
    )

    id: Mapped[Id]
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"))
    invited_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # else: anybody
    note: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="open")
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    signup: Mapped[Signup] = relationship(lazy="raise")
    invited: Mapped[Person | None] = relationship(foreign_keys=[invited_id], lazy="raise")

"""Whom somebody signs up, with the consent on record, and places kept for a group."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.groups.rules.companions import CONSENTS, RELATIONS
from volunteer_hub.groups.rules.reservations import LONGEST_NAME, STATES
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift

LIVE = text("ended_at is null")
OPEN = text("state = 'open'")


class Companion(Model):
    """A person without an account of their own, whom the helper signs up.

    What was agreed to stands as it was shown; a guardian's consent is a credential too, for the
    rules of age. The right lasts until `ended_at`, not a moment longer.
    """

    __tablename__ = "companion"
    __table_args__ = (
        CheckConstraint(f"relation in ({quoted(RELATIONS)})", name="relation_is_known"),
        CheckConstraint(f"consent_by in ({quoted(CONSENTS)})", name="consent_is_known"),
        CheckConstraint("consent_text <> ''", name="says_what_was_agreed"),
        CheckConstraint(
            "(consent_by = 'guardian') = (credential_id is not null)", name="guardian_has_agreed"
        ),
        CheckConstraint("person_id not in (helper_id, recorded_by)", name="helps_another"),
        CheckConstraint("num_nulls(ended_at, ended_by) in (0, 2)", name="ended_in_whole"),
        Index("uq_companion_live", "helper_id", "person_id", unique=True, postgresql_where=LIVE),
        Index("ix_companion_helper_id", "helper_id", "id", postgresql_where=LIVE),
        Index("ix_companion_person_id", "person_id", postgresql_where=LIVE),
    )

    id: Mapped[Id]
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str]
    consent_by: Mapped[str]
    consent_text: Mapped[str]
    consented_at: Mapped[datetime]
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    credential: Mapped[Credential | None] = relationship(lazy="raise")


class Reservation(Model):
    """Places of a shift kept for a group until a deadline.

    While it is open, `places - taken` of the shift's `reserved` are its own. Who gives such a
    place back later gives it to everybody: it goes to the shift's line, not to the group.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint(f"state in ({quoted(STATES)})", name="state_is_known"),
        CheckConstraint("(state = 'open') = (ended_at is null)", name="open_until_it_ends"),
        CheckConstraint("places > 0 and taken between 0 and places", name="taken_fit"),
        CheckConstraint(
            f"name_zh <> '' and length(name_zh) <= {LONGEST_NAME}", name="is_named_shortly"
        ),
        UniqueConstraint("token_digest"),
        Index("ix_reservation_shift_id", "shift_id", "id"),
        Index("ix_reservation_due", "until", postgresql_where=OPEN),
    )

    id: Mapped[Id]
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    name_zh: Mapped[str]  # the group's
    name_en: Mapped[str | None]
    contact_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    places: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, server_default="0")
    until: Mapped[datetime]  # not included; at the shift's start at the latest
    state: Mapped[str] = mapped_column(server_default="open")
    token_digest: Mapped[str]  # of the link's secret, which stands in the letter alone
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    shift: Mapped[Shift] = relationship(lazy="raise")
    contact: Mapped[Person] = relationship(foreign_keys=[contact_id], lazy="raise")

    @property
    def left(self) -> int:
        """Count the kept places that nobody has taken."""
        return self.places - self.taken

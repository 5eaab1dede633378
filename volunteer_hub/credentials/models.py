"""What people can show: trainings, qualifications, insurance and a guardian's consent."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.credentials import rules
from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.people.models import Person


class CredentialType(Model):
    """A training or a qualification that coordinators choose from, and shifts ask for by code."""

    __tablename__ = "credential_type"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("code", "kind"),
        CheckConstraint(f"kind in ({quoted(rules.LEARNT)})", name="kind_is_learnt"),
        CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="code_is_a_slug"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    kind: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]


class Credential(Model):
    """One paper of one person, as a coordinator saw it. It is never changed, only revoked."""

    __tablename__ = "credential"
    __table_args__ = (
        # Both columns: a qualification is never recorded as a training.
        ForeignKeyConstraint(["code", "kind"], ["credential_type.code", "credential_type.kind"]),
        CheckConstraint(f"kind in ({quoted(rules.KINDS)})", name="kind_is_known"),
        CheckConstraint(
            f"(kind in ({quoted(rules.LEARNT)})) = (code is not null)", name="learnt_has_a_type"
        ),
        CheckConstraint(
            "(kind = 'guardian_consent') = (guardian_id is not null)", name="consent_has_a_guardian"
        ),
        CheckConstraint("guardian_id <> person_id", name="guardian_is_another"),
        CheckConstraint("valid_until >= valid_from", name="ends_after_it_begins"),
        CheckConstraint(
            f"kind not in ({quoted(rules.ALWAYS_ENDING)}) or valid_until is not null",
            name="insurance_and_consent_end",
        ),
        CheckConstraint("recorded_by <> person_id", name="recorded_by_another"),
        CheckConstraint(
            "num_nulls(revoked_at, revoked_by, revoked_because) in (0, 3)", name="revoked_in_whole"
        ),
        CheckConstraint("revoked_because <> ''", name="revoked_says_why"),
        CheckConstraint(
            f"told_days in ({', '.join(str(notice) for notice, *_ in rules.NOTICES)})",
            name="told_days_are_known",
        ),
        Index(
            "uq_credential_standing",
            *("person_id", "kind", "code", "guardian_id", "number", "valid_from", "valid_until"),
            unique=True,
            postgresql_where=text("revoked_at is null"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_credential_person_id", "person_id", "id"),
        Index(
            "ix_credential_ends", "valid_until", "id", postgresql_where=text("revoked_at is null")
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    code: Mapped[str | None]
    number: Mapped[str] = mapped_column(server_default="")  # of the certificate or the policy
    issuer: Mapped[str] = mapped_column(server_default="")  # who trained, certified or insures
    note: Mapped[str] = mapped_column(server_default="")
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)  # included; empty: for good
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_because: Mapped[str | None]  # the person reads it
    told_days: Mapped[int | None]  # the last notice sent: 30, 7 or 0 days before the end

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    type: Mapped[CredentialType | None] = relationship(lazy="raise", viewonly=True)
    guardian: Mapped[Person | None] = relationship(foreign_keys=[guardian_id], lazy="raise")
    recorder: Mapped[Person] = relationship(foreign_keys=[recorded_by], lazy="raise")

    @property
    def kind_word(self) -> str:
        return rules.KIND_WORDS[self.kind]

    def state_on(self, day: date) -> str:
        """Name its state on the day; see `rules.state_on`."""
        return rules.state_on(
            day,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            is_revoked=self.revoked_at is not None,
        )

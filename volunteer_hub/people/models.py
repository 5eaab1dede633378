"""Accounts, how they sign in, what they may do where, and what they agreed to."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.foundation.policy import ROLES
from volunteer_hub.people.rules.addresses import write_phone
from volunteer_hub.places.models import Place


class Person(Model):
    """Someone with an account: a resident, a volunteer, staff.

    A phone or an e-mail at least, or somebody who passes messages on: a child is reached through
    a guardian, an old neighbour through the grid worker.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("phone"),
        UniqueConstraint("email"),
        UniqueConstraint("volunteer_no"),
        CheckConstraint(
            "left_at is not null or phone is not null or email is not null"
            " or reached_through_id is not null",
            name="can_be_reached",
        ),
        CheckConstraint("reached_through_id <> id", name="reached_through_another"),
        CheckConstraint("phone ~ '^[+][1-9][0-9]{6,14}$'", name="phone_is_e164"),
        CheckConstraint("language in ('zh', 'en')", name="language_is_known"),
        Index("ix_person_sort_key", "sort_key", "id"),
        Index("ix_person_home_place_id", "home_place_id"),
        Index("ix_person_reached_through_id", "reached_through_id"),
    )

    id: Mapped[Id]
    name: Mapped[str]
    sort_key: Mapped[str]  # pinyin
    volunteer_no: Mapped[str]  # BYL-2026-00318: shown instead of ID numbers
    phone: Mapped[str | None]  # E.164
    email: Mapped[str | None] = mapped_column(CITEXT)
    reached_through_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    password_hash: Mapped[str | None]  # argon2id
    birth_date: Mapped[date | None] = mapped_column(Date)
    home_place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    language: Mapped[str] = mapped_column(server_default="zh")
    elder_mode: Mapped[bool] = mapped_column(server_default=text("false"))
    remind_by: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{email,sms}")
    session_epoch: Mapped[int] = mapped_column(server_default="0")  # raised to end all sessions
    calendar_token: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    left_at: Mapped[datetime | None]

    home_place: Mapped[Place | None] = relationship(lazy="raise")

    @property
    def written_phone(self) -> str | None:
        """The number in groups, as people read it out."""
        return write_phone(self.phone) if self.phone else None

    @property
    def go_between_id(self) -> int | None:
        """Name whose addresses letters take; nobody's while there is one of its own."""
        return None if self.phone or self.email else self.reached_through_id

    # What Flask-Login asks of whoever is signed in.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def is_active(self) -> bool:
        return self.left_at is None

    def get_id(self) -> str:
        """Name the session: raising the epoch makes every name given out before worthless."""
        return f"{self.id}:{self.session_epoch}"


class RoleGrant(Model):
    """A role held at a place and everywhere below it, for a time."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(f"role in ({quoted(ROLES)})", name="role_is_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(
            "uq_role_grant_live",
            "person_id",
            "role",
            "place_id",
            unique=True,
            postgresql_where=text("ends_at is null"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    starts_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    place: Mapped[Place] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class SignInCode(Model):
    """A one-time code or link on its way to an address; only its hash is kept."""

    __tablename__ = "sign_in_code"
    __table_args__ = (
        CheckConstraint("channel in ('email', 'sms', 'link')", name="channel_is_known"),
        CheckConstraint("tries >= 0", name="tries_are_counted"),
        Index("ix_sign_in_code_address", "address", "made_at"),
    )

    id: Mapped[Id]
    channel: Mapped[str]
    address: Mapped[str]  # a phone in E.164, an e-mail address, or person:<id> for a link
    code_hash: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # also when a newer one replaced it
    tries: Mapped[int] = mapped_column(server_default="0")


class Consent(Model):
    """What a person agreed to, in which version and language, and when it was taken back."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person_id", "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str]  # privacy-notice, …
    version: Mapped[str]
    language: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ApiToken(Model):
    """A program's key to the API in a person's name; only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("scopes <@ array['read', 'write']", name="scopes_are_known"),
        Index("ix_api_token_person_id", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    token_hash: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None] = mapped_column(Date)

    person: Mapped[Person] = relationship(lazy="raise")


class NumberSeries(Model):
    """The last number given out in a series, such as the volunteer numbers of a year."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Preference(Model):
    """What a person does not want to hear of: one kind of letter on one channel."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("person_id", "kind", "channel"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    channel: Mapped[str]
    wanted: Mapped[bool]

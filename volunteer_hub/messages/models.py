"""The outbox and what became of each letter.  The post office knows addresses, not people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_hub.foundation.database import Id, Model
from volunteer_hub.messages.rules.states import CHANNELS, FINAL_STATES, ON_UNKNOWN, PHASES, STATES


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


class Message(Model):
    """One letter to one address on one channel, sealed when it was posted.

    `key` makes posting idempotent. `topic` and `revision` say what it speaks of, so that a moved
    or cancelled thing can call its letters back. `due_at` is the promise, `try_at` the next try.
    `token` names the attempt that is under way, or whose answer never came: only its owner may
    say what became of it, however late.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("uuid"),  # receipts name it so
        CheckConstraint(_one_of("channel", CHANNELS), name="channel_is_known"),
        CheckConstraint(_one_of("state", STATES), name="state_is_known"),
        CheckConstraint("expires_at > due_at", name="expires_after_due"),
        CheckConstraint(_one_of("on_unknown", ON_UNKNOWN), name="on_unknown_is_known"),
        CheckConstraint(
            "(state in ('claimed', 'sending')) = (lease_until is not null)",
            name="at_work_has_a_lease",
        ),
        CheckConstraint(
            "(state in ('claimed', 'sending', 'unknown')) = (token is not null)",
            name="open_attempt_has_a_token",
        ),
        CheckConstraint("state <> 'sent' or sent_at is not null", name="sent_has_a_time"),
        Index(
            "ix_message_waiting",
            "lane",
            "try_at",
            "topic",
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_message_expiring", "expires_at", postgresql_where=text("state = 'pending'")),
        Index(
            "ix_message_at_work",
            "lease_until",
            postgresql_where=text("state in ('claimed', 'sending')"),
        ),
        Index("ix_message_unknown", "try_at", postgresql_where=text("state = 'unknown'")),
        Index("ix_message_due_at", "due_at", "id"),
        Index("ix_message_topic", "topic"),
        Index("ix_message_recipient", "recipient_id", "id"),
        Index("ix_message_place_path", "place_path", "id"),
        Index("ix_message_provider_ref", "provider_ref"),
        Index("ix_message_message_id", "message_id"),  # what came back names it so
    )

    id: Mapped[Id]
    uuid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    key: Mapped[str]
    kind: Mapped[str]  # room-specific, such as shift-reminder-24h
    channel: Mapped[str]
    template: Mapped[str | None]  # such as signups/joined; None: posted before it was noted
    lane: Mapped[int] = mapped_column(SmallInteger, server_default="1")  # 0 codes, 1 own, 2 bulk
    topic: Mapped[str]  # such as shift:7 or person:3
    revision: Mapped[int] = mapped_column(server_default="0")

    recipient_id: Mapped[int | None]  # the sender's own number for the reader; opaque here
    place_path: Mapped[str] = mapped_column(server_default="/")  # who among staff may see it
    address: Mapped[str]  # an e-mail address or a phone number in E.164
    address_name: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str]

    subject: Mapped[str] = mapped_column(server_default="")
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    attachments: Mapped[list[Any]] = mapped_column(server_default="[]")
    headers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    secret: Mapped[bool] = mapped_column(server_default=text("false"))  # wiped once it is final

    posted_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    due_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]  # when it was due before its reader's night moved it
    expires_at: Mapped[datetime]
    try_at: Mapped[datetime]

    state: Mapped[str] = mapped_column(server_default="pending")
    reason: Mapped[str] = mapped_column(server_default="")
    on_unknown: Mapped[str] = mapped_column(server_default="hold")  # hold or resend-same-bytes
    attempts: Mapped[int] = mapped_column(server_default="0")
    lease_until: Mapped[datetime | None]
    token: Mapped[UUID | None]
    message_id: Mapped[str]  # RFC 5322, the same on every attempt
    dated_at: Mapped[datetime]  # the Date header, the same on every attempt
    provider_ref: Mapped[str | None]
    carrier: Mapped[str | None]  # who was handed it last, by the name in the settings
    key_until: Mapped[datetime | None]  # until then that carrier acts only once on its uuid
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES


class Attempt(Model):
    """One try to hand a message over: how far it got and what was answered."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("token"),
        CheckConstraint(_one_of("phase", PHASES), name="phase_is_known"),
        Index("ix_attempt_message_id", "message_id", "id"),
    )

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))
    token: Mapped[UUID]
    started_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    carrier: Mapped[str | None]
    phase: Mapped[str]  # the furthest it got
    answer: Mapped[str] = mapped_column(server_default="")
    finished_at: Mapped[datetime | None]


class Suppression(Model):
    """An address that must not be written to on a channel, and why.

    Soft bounces only pause it; then `until` says how long. `message_id` is the letter by which it
    was noticed, `place_path` that letter's.
    """

    __tablename__ = "suppression"
    __table_args__ = (
        UniqueConstraint("channel", "address_hash"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel_is_known"),
        CheckConstraint("(reason = 'soft-bounces') = (until is not null)", name="pause_ends"),
    )

    id: Mapped[Id]
    channel: Mapped[str]
    address_hash: Mapped[str]  # SHA-256 of the address: kept after the person has left
    reason: Mapped[str]  # hard-bounce, complaint, opted-out, soft-bounces
    since: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    until: Mapped[datetime | None]
    masked: Mapped[str] = mapped_column(server_default="")  # the address as staff may see it
    place_path: Mapped[str] = mapped_column(server_default="/")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))


class IncomingSms(Model):
    """A text that somebody wrote to us, kept before the message centre is told that we have it.

    `reference` tells the same text brought twice from a second one. `outcome` is what came of it,
    in the words of the room that deals with it.
    """

    __tablename__ = "incoming_sms"
    __table_args__ = (
        UniqueConstraint("sender", "reference"),
        CheckConstraint("sender ~ '^[+][1-9][0-9]{6,14}$'", name="sender_is_e164"),
        CheckConstraint(
            "(handled_at is null) = (outcome is null)", name="handled_says_what_came_of_it"
        ),
        Index("ix_incoming_sms_waiting", "id", postgresql_where=text("handled_at is null")),
        Index("ix_incoming_sms_received_at", "received_at"),
    )

    id: Mapped[Id]
    sender: Mapped[str]  # E.164
    reference: Mapped[str]
    text: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

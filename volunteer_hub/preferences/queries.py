"""What people turned off, asked page by page and letter by letter."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, any_, case, cast, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries import nights
from volunteer_hub.messages.rules.kinds import EVERY_KIND
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.preferences.models import QuietHours
from volunteer_hub.preferences.rules import USUAL, Choice, Night


def stopped_by(person_id: int) -> frozenset[Choice]:
    """Read what somebody turned off."""
    said = select(Preference.kind, Preference.channel)
    said = said.where(Preference.person_id == person_id, Preference.wanted.is_(False))
    return frozenset(Choice(*row) for row in db.session.execute(said))


def has_stopped(person_id: int, *, kind: str, channel: str) -> bool:
    """Tell whether somebody turned off this very kind on this channel."""
    return Choice(kind, channel) in stopped_by(person_id)


def lock_choices(person_id: int) -> frozenset[Choice]:
    """Read the same, and let whoever else chooses for the person wait."""
    db.session.execute(
        select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    )
    return stopped_by(person_id)


def night_of(person_id: int) -> Night:
    """Read somebody's night; the usual one if they chose none."""
    said = select(QuietHours.zone, QuietHours.begins, QuietHours.ends)
    row = db.session.execute(said.where(QuietHours.person_id == person_id)).one_or_none()
    return Night(*row) if row else USUAL


def own_hours(recipient: ColumnElement[int]) -> ColumnElement[Any]:
    """Say which night whoever a letter reaches chose: zone, begin and end, or null."""
    asked = aliased(Person)
    through = and_(asked.phone.is_(None), asked.email.is_(None))
    end = case((through, asked.reached_through_id), else_=asked.id)
    hours = (cast(QuietHours.begins, Text), cast(QuietHours.ends, Text))
    said = select(array([QuietHours.zone, *hours]))
    return said.where(asked.id == recipient, QuietHours.person_id == end).scalar_subquery()


def lock_movable(recipients: Collection[int], *, now: datetime) -> Sequence[Any]:
    """Read texts that wait, or stay away because of a night, and keep drains from taking them."""
    asleep = and_(Message.state == "suppressed", Message.reason == nights.ASLEEP)
    wanted = select(Message, nights.own_hours()).where(
        Message.recipient_id.in_(recipients),
        Message.channel == "sms",
        Message.expires_at > now,
        or_(Message.state == "pending", asleep),
    )
    options = {"populate_existing": True}
    return db.session.execute(wanted.with_for_update(), execution_options=options).all()


def ids_reached(person_id: int) -> list[int]:
    """List whose letters go to the person: their own, and of those without an address."""
    through = and_(
        Person.reached_through_id == person_id, Person.phone.is_(None), Person.email.is_(None)
    )
    return list(db.session.scalars(select(Person.id).where(or_(Person.id == person_id, through))))


def is_turned_off() -> ColumnElement[bool]:
    """Say of a letter that whom it reaches does not want its kind, or any, on its channel."""
    recipient, end = aliased(Person), aliased(Person)
    through = and_(recipient.phone.is_(None), recipient.email.is_(None))
    reached = or_(end.id == recipient.id, and_(through, end.id == recipient.reached_through_id))
    kinds = or_(Preference.kind == Message.kind, Preference.kind == EVERY_KIND)
    said = exists(literal(1)).where(
        Preference.person_id == end.id,
        Preference.channel == Message.channel,
        Preference.wanted.is_(False),
        kinds,
    )
    no_more = or_(~(Message.channel == any_(end.remind_by)), said.correlate(Message, end))
    found = exists(literal(1)).where(recipient.id == Message.recipient_id, reached, no_more)
    return found.correlate(Message)

"""What people turned off, asked page by page and letter by letter."""

from sqlalchemy import ColumnElement, and_, any_, exists, literal, or_, select
from sqlalchemy.orm import aliased

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.kinds import EVERY_KIND
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.preferences.rules import Choice


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

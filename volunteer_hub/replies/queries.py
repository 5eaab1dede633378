"""Which sign-up a link speaks of, who is reached on a phone, and what was asked there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person
from volunteer_hub.replies.rules import stopping
from volunteer_hub.replies.rules.texts import ASKED_WITHIN, Asked
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import get_signup
from volunteer_hub.signups.rules.answers import LinkIsUnknown, ensure_proven, read_token

ASKS_PLACE, ASKS_OFFER = ("shift-reminder-24h", "shift-reminder-2h"), ("shift-offered",)
ASKS_AGAIN = "reply-help"  # names the shift that is still open
ON_A_PHONE = ("sending", "sent", "delivered", "unknown")  # an answer proves that it arrived


def get_claimed(token: str, *, key: str) -> tuple[Signup, str]:
    """Read the sign-up that a link speaks of, and what the link says: come, leave, ...

    :raises LinkIsUnknown: if the link was not written here
    """
    claim = read_token(token)
    try:
        signup = get_signup(claim.signup_id)
    except NotFound as missing:
        raise LinkIsUnknown from missing
    ensure_proven(claim, person_id=signup.person_id, key=key)
    return signup, claim.verb


def get_stopping(token: str, *, key: str) -> tuple[Person, str, str]:
    """Read who may turn off which kind on which channel: the one whom such letters reach.

    :raises LinkIsOfNoLetter: if the link was not written here, or its reader has left
    """
    person_id, kind, channel = stopping.read(token, key=key)
    person = db.session.get(Person, person_id)
    if person is not None and person.go_between_id:
        person = db.session.get(Person, person.go_between_id)
    if person is None or person.left_at:
        raise stopping.LinkIsOfNoLetter
    return person, kind, channel


def find_owner(phone: str) -> Person | None:
    """Find whose phone it is."""
    owner = select(Person).where(Person.phone == phone, Person.left_at.is_(None))
    return db.session.scalars(owner).one_or_none()


def ids_reached_on(phone: str) -> Sequence[int]:
    """List who is reached on a phone: its owner, and whom the owner passes messages on to."""
    owner = aliased(Person)
    of_others = and_(Person.phone.is_(None), Person.email.is_(None), owner.phone == phone)
    reached = (
        select(Person.id)
        .outerjoin(owner, and_(Person.reached_through_id == owner.id, owner.left_at.is_(None)))
        .where(Person.left_at.is_(None), or_(Person.phone == phone, of_others))
    )
    return db.session.scalars(reached.order_by(Person.id)).all()


def list_asked(phone: str, persons: Sequence[int], *, now: datetime) -> list[Asked]:
    """List the coming places and open offers of these people that the phone was asked about."""
    asked = _questions(phone, persons, since=now - ASKED_WITHIN).subquery()
    fits = or_(
        and_(_open_place(), asked.c.kind.in_((*ASKS_PLACE, ASKS_AGAIN))),
        and_(_open_offer(now), asked.c.kind.in_((*ASKS_OFFER, ASKS_AGAIN))),
    )
    found = (
        select(Signup, Shift.starts_at, func.max(asked.c.at))
        .join(Shift, Shift.id == Signup.shift_id)
        .join(asked, asked.c.topic == literal("shift:") + cast(Signup.shift_id, String))
        .where(Signup.person_id.in_(persons), Signup.ended_at.is_(None), fits)
        .where(Shift.state == "published", Shift.starts_at > now)
        .group_by(Signup.id, Shift.starts_at)
        .order_by(Signup.id)
        .execution_options(populate_existing=True)
    )
    return [
        Asked(s.id, s.shift_id, s.state, starts_at, asked_at, s.coming_at is not None)
        for s, starts_at, asked_at in db.session.execute(found)
    ]


def _questions(
    phone: str, persons: Sequence[int], *, since: datetime
) -> Select[str, str, datetime]:
    """Select what was asked on a phone by SMS since then: the kind, the topic and when."""
    at = func.coalesce(Message.sent_at, Message.due_at)
    return select(Message.kind, Message.topic, at.label("at")).where(
        Message.recipient_id.in_(persons),
        Message.address == phone,
        Message.channel == "sms",
        Message.kind.in_((*ASKS_PLACE, *ASKS_OFFER, ASKS_AGAIN)),
        Message.state.in_(ON_A_PHONE),
        at >= since,
    )


def _open_place() -> ColumnElement[bool]:
    return Signup.state == "confirmed"


def _open_offer(now: datetime) -> ColumnElement[bool]:
    return and_(Signup.state == "offered", Signup.offer_until > now)

"""Every select() on mailings: whom they go to, what was sent today, what became of the letters."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.paging import Page, read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.mailings.rules import DRAFT, SENDING, SIGNED_UP, VOLUNTEERS, verdict
from volunteer_hub.messages.models import Message, Suppression
from volunteer_hub.messages.rules.readers import Reader, address_hash
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.readers import readers_of
from volunteer_hub.places.queries import ids_within
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

KIND = "mailing"


@dataclass(frozen=True, slots=True)
class Today:
    """What a place has sent since the local midnight."""

    mailings: int
    letters: int


def get_mailing(mailing_id: int) -> Mailing:
    """Read a mailing with its place, what it is about, and who wrote it."""
    return _one(_whole().where(Mailing.id == mailing_id))


def lock_mailing(mailing_id: int) -> Mailing:
    """Hold the same."""
    return _one(_held(_whole().where(Mailing.id == mailing_id).with_for_update(of=Mailing)))


def lock_next() -> Mailing | None:
    """Hold the oldest mailing that is being sent and that no other worker has in hand."""
    wanted = _whole().where(Mailing.state == SENDING).order_by(Mailing.id).limit(1)
    wanted = wanted.with_for_update(of=Mailing, skip_locked=True)
    return db.session.scalars(_held(wanted)).one_or_none()


def page_mailings(paths: Collection[str], *, after: str | None) -> Page[Mailing]:
    """Read one page of the mailings of some places, the newest first."""
    wanted = _whole().where(Mailing.place_id.in_(ids_within(paths)))
    return read_page(wanted, keys=[Mailing.id], after=after, descending=True)


def lock_day(place_id: int, *, since: datetime) -> Today:
    """Count what a place has sent since then; whoever else sends there waits."""
    key = func.hashtextextended(f"mailings:{place_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(key)))
    sent = select(func.count(), func.coalesce(func.sum(Mailing.letters), 0))
    sent = sent.where(Mailing.place_id == place_id, Mailing.state != DRAFT)
    mailings, letters = db.session.execute(sent.where(Mailing.sent_at >= since)).one()
    return Today(mailings, int(letters))


def list_readers(mailing: Mailing, *, behind: int = 0, limit: int | None = None) -> list[Reader]:
    """List whom a mailing goes to, and how they want to be written to, by their ids."""
    wanted = select(Person).where(_addressed(mailing), Person.id > behind).order_by(Person.id)
    people = db.session.scalars(wanted.limit(limit)).all()
    readers = readers_of(people, kind=KIND, place_path=mailing.place.path)
    return [readers[person.id] for person in people]


def verdicts(mailing: Mailing, readers: Sequence[Reader]) -> Iterator[dict[str, str | None]]:
    """Say of each reader, by channel chosen, what keeps the letter from them; None if nothing."""
    ways = [("email", "email"), ("sms", "phone")]
    chosen = [(channel, name) for channel, name in ways if channel in mailing.channels]
    addresses = {
        (channel, address): address_hash(channel, address)
        for reader in readers
        for channel, name in chosen
        if (address := getattr(reader, name))
    }
    bad = _suppressed(addresses.values())
    for reader in readers:
        yield {
            channel: verdict(
                address=getattr(reader, name),
                wanted=channel in reader.channels,
                suppressed=addresses.get((channel, getattr(reader, name) or "")) in bad,
            )
            for channel, name in chosen
        }


def count_states(mailing: Mailing) -> list[tuple[str, str, int]]:
    """Count a mailing's letters by channel and state."""
    by = (Message.channel, Message.state)
    wanted = select(*by, func.count()).where(Message.topic == mailing.topic)
    found = db.session.execute(wanted.group_by(*by).order_by(*by))
    return [(channel, state, number) for channel, state, number in found]


def page_letters(mailing: Mailing, *, after: str | None) -> Page[Message]:
    """Read one page of a mailing's letters."""
    wanted = select(Message).where(Message.topic == mailing.topic)
    return read_page(wanted, keys=[Message.id], after=after)


def _suppressed(hashes: Collection[str]) -> set[str]:
    if not hashes:
        return set()
    wanted = select(Suppression.address_hash)
    return set(db.session.scalars(wanted.where(Suppression.address_hash.in_(list(hashes)))))


def _addressed(mailing: Mailing) -> ColumnElement[bool]:
    """Say in SQL: the person has an account and belongs to those whom the mailing is for."""
    if mailing.audience == VOLUNTEERS:
        there = Person.home_place_id.in_(ids_within([mailing.place.path]))
    else:
        signed = select(Signup.person_id).join(Shift, Shift.id == Signup.shift_id)
        about = or_(Shift.id == mailing.shift_id, Shift.activity_id == mailing.activity_id)
        live = Signup.ended_at.is_(None), Signup.state.in_(SIGNED_UP[mailing.audience])
        there = Person.id.in_(signed.where(about, *live))
    return and_(Person.left_at.is_(None), there)


def _whole() -> Select[Mailing]:
    return select(Mailing).options(
        joinedload(Mailing.place),
        joinedload(Mailing.maker),
        joinedload(Mailing.activity),
        joinedload(Mailing.shift).options(joinedload(Shift.activity), joinedload(Shift.place)),
    )


def _held(wanted: Select[Mailing]) -> Select[Mailing]:
    return wanted.execution_options(populate_existing=True)


def _one(wanted: Select[Mailing]) -> Mailing:
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def about(mailing: Mailing) -> Activity | None:
    """Give the activity that a mailing is about, if it is about one."""
    return mailing.shift.activity if mailing.shift else mailing.activity

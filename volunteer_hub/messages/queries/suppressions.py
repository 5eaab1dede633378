"""Addresses that must not be written to."""

from sqlalchemy import ColumnElement, exists, func, literal, select

from volunteer_hub.foundation.database import db
from volunteer_hub.messages.models import Message, Suppression
from volunteer_hub.messages.rules.readers import address_hash


def place_of(message_id: int | None) -> ColumnElement[str]:
    """Give the place that a letter speaks of, to be read by the statement that notes it."""
    place = select(Message.place_path).where(Message.id == message_id).scalar_subquery()
    return func.coalesce(place, "/")


def is_suppressed(hashed: ColumnElement[str]) -> ColumnElement[bool]:
    """Tell of a letter whether its address, given as its hash, must not be written to."""
    noted = exists(literal(1)).where(
        Suppression.channel == Message.channel, Suppression.address_hash == hashed
    )
    return noted.correlate_except(Suppression)


def list_not_stopped(*wanted: ColumnElement[bool]) -> list[int]:
    """Name those of these letters whose address may be written to."""
    found = db.session.execute(select(Message.id, Message.channel, Message.address).where(*wanted))
    hashes = {row.id: address_hash(row.channel, row.address) for row in found}
    stopped = select(Suppression.address_hash)
    stopped = stopped.where(Suppression.address_hash.in_(set(hashes.values())))
    bad = set(db.session.scalars(stopped))
    return [letter_id for letter_id, hashed in hashes.items() if hashed not in bad]

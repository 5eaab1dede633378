"""Addresses that must not be written to."""

from sqlalchemy import ColumnElement, exists, func, literal, select

from volunteer_hub.messages.models import Message, Suppression


def place_of(message_id: int | None) -> ColumnElement[str]:
    """Give the place that a letter speaks of, to be read by the statement that notes it."""
    place = select(Message.place_path).where(Message.id == message_id).scalar_subquery()
    return func.coalesce(place, "/")


def is_suppressed(hashed: ColumnElement[str]) -> ColumnElement[bool]:
    """Tell of a letter whether its address, given as its hash, must not be written to."""
    noted = exists(literal(1)).where(
        Suppression.channel == Message.channel, Suppression.address_hash == hashed
    )
    return noted.correlate(Message)

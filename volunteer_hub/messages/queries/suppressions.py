"""What is noted beside an address that must not be written to."""

from sqlalchemy import ColumnElement, func, select

from volunteer_hub.messages.models import Message


def place_of(message_id: int | None) -> ColumnElement[str]:
    """Give the place that a letter speaks of, to be read by the statement that notes it."""
    place = select(Message.place_path).where(Message.id == message_id).scalar_subquery()
    return func.coalesce(place, "/")

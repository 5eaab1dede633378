"""What the outbox can learn of its readers' nights, with the statement that reads a letter."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, case, func, literal_column, null

# Why a text stays away that could leave only while its reader sleeps.
ASLEEP = "Its reader sleeps until it is over"
# The room upstairs that knows which hours people chose says so of a letter's reader: an array of
# zone, begin and end, of which the zone may be missing; null if they chose none.
OWN_HOURS: set[Callable[[ColumnElement[int]], ColumnElement[Any]]] = set()


def own_hours() -> ColumnElement[Any]:
    """Say of a text which hours its reader chose, also while it is being written."""
    # By name: of a row that is only being written, no table can be joined.
    channel, recipient = (literal_column(f"message.{name}") for name in ("channel", "recipient_id"))
    said = [ask(recipient) for ask in OWN_HOURS]
    found = func.coalesce(null(), *said, type_=ARRAY(Text))
    return case((channel == "sms", found)).label("own_hours")

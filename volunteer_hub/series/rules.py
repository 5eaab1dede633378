"""How far series reach.  Pure."""

from datetime import date, timedelta

from volunteer_hub.foundation.refusal import BrokenInput, sentence
from volunteer_hub.planning.rules import TOO_FAR, WITHIN

AHEAD = timedelta(days=90)  # how far days of a series are made without being asked for
MOST_AHEAD = timedelta(days=400)  # a year, and the holidays at its end
MOST_BACK = timedelta(days=366)

TOO_LONG_AGO = sentence("A series begins a year ago at the earliest.")
TOO_FAR_AHEAD = sentence("Days are made 400 days ahead at most.")
WHAT_WAS_STAYS = sentence("Choose today or a later day: what has been stays as it is.")


def ensure_begins_soon(first_on: date, *, today: date) -> None:
    """Refuse a series whose days nobody could look through.

    :raises BrokenInput: naming first_on
    """
    if first_on < today - MOST_BACK:
        raise BrokenInput([("first_on", TOO_LONG_AGO)])
    if first_on > today + WITHIN:
        raise BrokenInput([("first_on", TOO_FAR)])


def ensure_is_near(until: date, *, today: date, field: str = "until") -> None:
    """Refuse to make more days than one plans ahead.

    :raises BrokenInput: naming the field
    """
    if until > today + MOST_AHEAD:
        raise BrokenInput([(field, TOO_FAR_AHEAD)])


def ensure_is_to_come(day: date, *, today: date, field: str) -> None:
    """Refuse to change what people have come to already.

    :raises BrokenInput: naming the field
    """
    if day < today:
        raise BrokenInput([(field, WHAT_WAS_STAYS)])

"""How far series reach, and what patterns may be.  Pure."""

from datetime import date, datetime, timedelta

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput, sentence

AHEAD = timedelta(days=90)  # how far days of a series are made without being asked for
MOST_AHEAD = timedelta(days=400)  # a year, and the holidays at its end
MOST_BACK = timedelta(days=366)
WITHIN = timedelta(days=730)
A_WEEK = 7 * 24 * 60  # minutes

TOO_LONG_AGO = sentence("A series begins a year ago at the earliest.")
TOO_FAR = sentence("Choose a day within two years.")
TOO_FAR_AHEAD = sentence("Days are made 400 days ahead at most.")
LASTS_WRONG = sentence("From one minute to a week, please: 1 to 10080 minutes.")
BEGINS_WRONG = sentence("A shift begins within a week of its activity: -10080 to 10080 minutes.")
WHAT_WAS_STAYS = sentence("Choose today or a later day: what has been stays as it is.")
NAME_IS_TAKEN = sentence("A template of this place has this name already.")


def ensure_begins_soon(first_on: date, *, today: date) -> None:
    """Refuse a series whose days nobody could look through.

    :raises BrokenInput: naming first_on
    """
    if first_on < today - MOST_BACK:
        raise BrokenInput([("first_on", TOO_LONG_AGO)])
    if first_on > today + WITHIN:
        raise BrokenInput([("first_on", TOO_FAR)])


def ensure_lasts(minutes: int) -> None:
    """Refuse an activity without length, or longer than a week.

    :raises BrokenInput: naming minutes
    """
    if not 1 <= minutes <= A_WEEK:
        raise BrokenInput([("minutes", LASTS_WRONG)])


def ensure_hangs_together(*, begins_after: int, minutes: int, minimum: int, capacity: int) -> None:
    """Refuse a pattern of a shift that lies far from its activity, or could never be staffed.

    :raises BrokenInput: naming every bad field
    """
    faults = []
    if not -A_WEEK <= begins_after <= A_WEEK:
        faults.append(("begins_after", BEGINS_WRONG))
    if not 1 <= minutes <= A_WEEK:
        faults.append(("minutes", LASTS_WRONG))
    if capacity < 1:
        faults.append(("capacity", sentence("There must be one place at least.")))
    if not 0 <= minimum <= max(capacity, 0):
        faults.append(("minimum", sentence("Not fewer than 0 and not more than the places.")))
    if faults:
        raise BrokenInput(faults)


def ensure_begins_later(starts_at: datetime, *, now: datetime) -> None:
    """Refuse to plan what has begun.

    :raises BrokenInput: naming starts_at
    """
    if starts_at <= now:
        raise BrokenInput([("starts_at", sentence("The start must be in the future."))])


def ensure_is_soon(span: Span, *, now: datetime) -> None:
    """Refuse to move an activity beyond what anybody plans.

    :raises BrokenInput: naming starts_at or ends_at
    """
    late = [name for name, at in zip(span._fields, span, strict=True) if at > now + WITHIN]
    if late:
        raise BrokenInput([(name, TOO_FAR) for name in late])


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

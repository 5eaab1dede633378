"""How far one plans ahead, and what patterns may be.  Pure."""

from datetime import datetime, timedelta

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput, sentence
from volunteer_hub.shifts.rules import faults_of_places, faults_of_window

WITHIN = timedelta(days=730)
A_WEEK = 7 * 24 * 60  # minutes

TOO_FAR = sentence("Choose a day within two years.")
LASTS_WRONG = sentence("From one minute to a week, please: 1 to 10080 minutes.")
BEGINS_WRONG = sentence("A shift begins within a week of its activity: -10080 to 10080 minutes.")
NAME_IS_TAKEN = sentence("A template of this place has this name already.")


def ensure_lasts(minutes: int) -> None:
    """Refuse an activity without length, or longer than a week.

    :raises BrokenInput: naming minutes
    """
    if not 1 <= minutes <= A_WEEK:
        raise BrokenInput([("minutes", LASTS_WRONG)])


def ensure_hangs_together(
    *,
    begins_after: int,
    minutes: int,
    minimum: int,
    capacity: int,
    opens_before: int | None = None,
    closes_before: int | None = None,
    fair_before: int | None = None,
) -> None:
    """Refuse a pattern of a shift that lies far from its activity, could never be staffed, or
    opens to nobody.

    :param opens_before, closes_before, fair_before: minutes before the start of the shift
    :raises BrokenInput: naming every bad field
    """
    faults = []
    if not -A_WEEK <= begins_after <= A_WEEK:
        faults.append(("begins_after", BEGINS_WRONG))
    if not 1 <= minutes <= A_WEEK:
        faults.append(("minutes", LASTS_WRONG))
    faults += faults_of_places(minimum=minimum, capacity=capacity)
    given = {"opens": opens_before, "closes": closes_before, "fair": fair_before}
    before = {
        word: None if span is None else timedelta(minutes=span) for word, span in given.items()
    }
    faults += [(f"{word}_before", said) for word, said in faults_of_window(**before)]
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

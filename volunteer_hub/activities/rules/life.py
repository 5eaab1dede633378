"""The life of an activity, and of a series of them.  Pure."""

from datetime import datetime

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

# What staff chose about an occurrence whose nominal day is a holiday or a make-up workday.
CHOICES = ("none", "waiting", "kept", "moved", "cancelled")
STATES = ("draft", "published", "cancelled")
SERIES_STATES = ("running", "ended")
STEPS = {"draft": ("published", "cancelled"), "published": ("cancelled",), "cancelled": ()}


class ActivityStepIsForbidden(Refusal):
    """An activity's life goes draft → published → cancelled."""

    said = sentence("This step is not open to the activity: it was published or cancelled before.")


class ActivityIsOver(Refusal):
    """What is over is neither published nor called off."""

    said = sentence("This activity is over.")


class ActivityHasBegun(Refusal):
    """What people have come to is not moved."""

    said = sentence("This activity has begun; it cannot be moved any more.")


class ActivityIsCancelled(Refusal):
    """Nothing is changed about a cancelled activity, and nothing is added to it."""

    said = sentence("This activity was cancelled; nothing can be changed about it.")


class DayIsOff(Refusal):
    """What falls on a day off is not published before staff have chosen."""

    said = sentence("This is a day off: choose first to keep, move or cancel it.")


class NothingToChoose(Refusal):
    """Only an occurrence on a day off that nobody has chosen about waits for a choice."""

    said = sentence("Nothing waits for a choice here: the day is no holiday, or it was chosen.")


class SeriesHasEnded(Refusal):
    """A series that staff ended makes no more days, and is not changed."""

    said = sentence("This series was ended; nothing can be changed about it.")


def ensure_may_become(state: str, wanted: str) -> None:
    """Refuse a step that the activity's life does not have.

    :raises ActivityStepIsForbidden: see STEPS
    """
    if wanted not in STEPS[state]:
        raise ActivityStepIsForbidden


def ensure_goes_on(state: str) -> None:
    """Refuse to touch what was cancelled.

    :raises ActivityIsCancelled: nobody is told twice
    """
    if state == "cancelled":
        raise ActivityIsCancelled


def ensure_not_over(span: Span, *, now: datetime) -> None:
    """Refuse to announce, or to call off, what has been.

    :raises ActivityIsOver: from its end on
    """
    if span.ends_at <= now:
        raise ActivityIsOver


def ensure_may_move(span: Span, *, to: Span, now: datetime) -> None:
    """Refuse to move what has begun, to where it is, or to where nobody can come any more.

    :raises ActivityHasBegun: from its first moment on
    :raises BrokenInput: naming starts_at or ends_at
    """
    if span.starts_at <= now:
        raise ActivityHasBegun
    ensure_ends_after_it_starts(to)
    if to.starts_at <= now:
        raise BrokenInput([("starts_at", sentence("The start must be in the future."))])
    if to == span:
        raise BrokenInput([("starts_at", sentence("This is when it takes place already."))])


def ensure_ends_after_it_starts(span: Span) -> None:
    """Refuse a span without length.

    :raises BrokenInput: naming ends_at, if it ends at or before its start
    """
    if span.ends_at <= span.starts_at:
        raise BrokenInput([("ends_at", sentence("The end must be after the start."))])


def ensure_says_why(reason: str) -> None:
    """Refuse to cancel without a reason: everybody who planned to come reads it.

    :raises BrokenInput: naming reason, if it is blank
    """
    if not reason.strip():
        raise BrokenInput([("reason", sentence("Say why: everybody who signed up reads it."))])


def ensure_is_chosen(choice: str) -> None:
    """Refuse to publish what still waits for a choice.

    :raises DayIsOff: the nominal day is a holiday or a make-up workday
    """
    if choice == "waiting":
        raise DayIsOff


def ensure_waits(choice: str) -> None:
    """Refuse to choose where nothing was asked.

    :raises NothingToChoose: unless a day off waits for a choice
    """
    if choice != "waiting":
        raise NothingToChoose


def ensure_runs(state: str) -> None:
    """Refuse to change a series that staff ended.

    :raises SeriesHasEnded: its days were called off, and everybody was told
    """
    if state != "running":
        raise SeriesHasEnded

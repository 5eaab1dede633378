"""The life of an activity.  Pure."""

from datetime import datetime

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

# What staff chose about an occurrence whose nominal day is a holiday or a make-up workday.
CHOICES = ("none", "waiting", "kept", "moved", "cancelled")
STATES = ("draft", "published", "cancelled")
STEPS = {"draft": ("published", "cancelled"), "published": ("cancelled",), "cancelled": ()}


class ActivityStepIsForbidden(Refusal):
    """An activity's life goes draft → published → cancelled."""

    said = sentence("This step is not open to the activity: it was published or cancelled before.")


class ActivityIsOver(Refusal):
    """What is over is neither published nor called off."""

    said = sentence("This activity is over.")


class ActivityIsCancelled(Refusal):
    """Nothing is changed about a cancelled activity, and nothing is added to it."""

    said = sentence("This activity was cancelled; nothing can be changed about it.")


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

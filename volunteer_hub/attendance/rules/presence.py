"""What may be marked on a shift's day, and what may follow it.  Pure."""

from datetime import datetime, timedelta

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import Refusal, sentence

EXPECTED = "expected"  # nothing was marked yet: there is no row
STATES = ("present", "left", "no_show", "excused")
METHODS = ("board", "qr", "paper")

# What may follow what; undoing goes one step back. The database refuses every other step itself
# (trigger presence_follows_its_steps), so a change here needs a migration.
STEPS = {
    EXPECTED: ("present", "no_show", "excused"),
    "present": ("left",),
    "left": (),
    "no_show": ("present", "excused"),
    "excused": ("present", "no_show"),
}
BACK = {"present": EXPECTED, "left": "present", "no_show": EXPECTED, "excused": EXPECTED}
# From these a whole stay may be written in at once, arrival and departure, with method paper.
WRITTEN_IN = (EXPECTED, "no_show", "excused", "left")

# How the day board puts people in order; the first three have no mark yet.
ORDER = ("late", "missing", "expected", "present", "left", "no_show", "excused")

WORDS = {
    "late": sentence("not here yet"),
    "missing": sentence("not marked"),
    "expected": sentence("expected"),
    "present": sentence("here"),
    "left": sentence("has left"),
    "no_show": sentence("did not come"),
    "excused": sentence("excused"),
}

OPENS_BEFORE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=4)
SHORTEST_STAY, LONGEST_STAY = timedelta(minutes=1), timedelta(hours=24)


class CheckInIsNotOpen(Refusal):
    """Check-in is open from a quarter of an hour before the start until the end."""

    said = sentence("Check-in is open from 15 minutes before the shift begins until it ends.")


class ShiftDoesNotRun(Refusal):
    """The shift is a draft or was cancelled."""

    said = sentence("This shift does not take place; nobody can be marked on it.")


class NotSignedUp(Refusal):
    """Only who holds a place checks in alone; walk-ins go through the coordinator."""

    said = sentence("You have no place on this shift. The coordinator can add you on the spot.")


class HasNoPlace(Refusal):
    """Only who promised to come can have stayed away."""

    said = sentence("%(name)s has no place on this shift.")


class AlreadyCheckedIn(Refusal):
    """The person came already."""

    said = sentence("%(name)s is checked in already.")


class PresentElsewhere(Refusal):
    """Nobody serves at two places at once."""

    said = sentence("%(name)s is checked in on another shift at that time.")


class NotCheckedIn(Refusal):
    """Nobody can leave who is not there."""

    said = sentence("%(name)s is not checked in.")


class NothingToUndo(Refusal):
    """Nothing was marked for the person."""

    said = sentence("Nothing is marked for %(name)s.")


class MarkedMeanwhile(Refusal):
    """Somebody else marked the person after this page was read: the last mark is another one."""

    said = sentence("%(name)s has been marked by somebody else meanwhile. Please look again.")


class PersonCame(Refusal):
    """Who was checked in cannot be marked as absent."""

    said = sentence("%(name)s was checked in and cannot be marked as absent.")


class AlreadyMarked(Refusal):
    """The person has this mark."""

    said = sentence("%(name)s is marked like this already.")


class NobodyIsLateYet(Refusal):
    """Before the start nobody has failed to come."""

    said = sentence("The shift has not begun: nobody has missed it yet.")


def ensure_check_in_is_open(span: Span, *, now: datetime) -> None:
    """Refuse a check-in long before the start or after the end.

    :raises CheckInIsNotOpen: outside [start − 15 min, end)
    """
    if not check_in_is_open(span, now=now):
        raise CheckInIsNotOpen


def check_in_is_open(span: Span, *, now: datetime) -> bool:
    """Tell whether somebody may be checked in now: [start − 15 min, end)."""
    return span.starts_at - OPENS_BEFORE <= now < span.ends_at


def ensure_runs(shift_state: str) -> None:
    """Refuse a shift that is not published.

    :raises ShiftDoesNotRun: a draft or a cancelled one
    """
    if shift_state != "published":
        raise ShiftDoesNotRun


def ensure_may_become(state: str, wanted: str, *, name: str) -> None:
    """Refuse a mark that cannot follow the one before.

    :raises AlreadyCheckedIn, PersonCame, NotCheckedIn, AlreadyMarked: see STEPS
    """
    if wanted in STEPS[state]:
        return
    if wanted == "left":
        raise NotCheckedIn(name=name)
    if wanted == "present":
        raise AlreadyCheckedIn(name=name)
    if state == wanted:
        raise AlreadyMarked(name=name)
    raise PersonCame(name=name)


def ensure_begun(span: Span, *, now: datetime) -> None:
    """Refuse to call somebody absent before the shift begins.

    :raises NobodyIsLateYet: before its first moment
    """
    if now < span.starts_at:
        raise NobodyIsLateYet


def standing(state: str, *, span: Span, now: datetime) -> str:
    """Say where somebody stands on the board: who is expected becomes late, then missing."""
    if state != EXPECTED or now < span.starts_at:
        return state
    return "late" if now < span.ends_at else "missing"


def open_marks(state: str, *, span: Span, now: datetime) -> tuple[str, ...]:
    """List what may be marked next, in the order of the buttons."""
    possible = {
        "check_in": "present" in STEPS[state] and check_in_is_open(span, now=now),
        "check_out": "left" in STEPS[state],
        "no_show": "no_show" in STEPS[state] and now >= span.starts_at,
        "excused": "excused" in STEPS[state],
        "undo": state in BACK,
    }
    return tuple(mark for mark, is_open in possible.items() if is_open)


def step_back(state: str, *, name: str) -> str:
    """Say which state an undone mark leads back to.

    :raises NothingToUndo: if nothing was marked
    """
    if state not in BACK:
        raise NothingToUndo(name=name)
    return BACK[state]


def ensure_still(state: str, seen: str, *, name: str) -> None:
    """Refuse to undo a mark other than the one the reader saw.

    :raises MarkedMeanwhile: if another one has taken its place
    """
    if state != seen:
        raise MarkedMeanwhile(name=name)


def forgotten_check_out(checked_in_at: datetime, *, span: Span) -> datetime:
    """Say when somebody left who forgot to check out: at the shift's end.

    A shift may have been moved after the check-in; the stay is kept between a minute and a day.
    """
    earliest, latest = checked_in_at + SHORTEST_STAY, checked_in_at + LONGEST_STAY
    return min(max(span.ends_at, earliest), latest)

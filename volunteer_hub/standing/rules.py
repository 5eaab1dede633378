"""What a standing order may be, how it stands on a day, and why a shift did not work.  Pure."""

from collections.abc import Sequence
from datetime import date

from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

# An order runs until its person stops it; the database refuses to run a stopped one again.
STEPS = {"running": ("stopped",), "stopped": ()}
STATES = tuple(STEPS)
OUTCOMES = ("joined", "waiting", "refused")  # of the one try on each shift
DAYS_OF_WEEK = (0, 1, 2, 3, 4, 5, 6)  # 0 is Monday

# These mean: not now. Nothing is written down, and the shift is tried again.
NOT_YET = frozenset({"signup-opens-later", "shift-is-not-open", "shift-is-over", "refusal"})
# Whoever signed up without the order knows it.
OWN = "already-signed-up"
REASONS = {
    OWN: sentence("You had signed up yourself."),
    "shifts-overlap": sentence("You serve elsewhere at that time."),
    "signup-has-closed": sentence("Sign-up had closed already."),
    "line-is-closed": sentence("Every place was taken, and it was too late to wait for one."),
    "too-young": sentence("It asks for a greater age on that day."),
    "birth-date-is-needed": sentence("It has an age limit. Add your birth date to your profile."),
    "consent-is-missing": sentence("A guardian must agree first. Ask the coordinator."),
    "not-for-minors": sentence("The work can be dangerous: nobody under 18 may take part."),
    "insurance-is-missing": sentence("You must be insured until it ends. Ask the coordinator."),
    "training-is-missing": sentence("It asks for a training that you do not have on that day."),
    "day-is-full": sentence("You would serve too many hours on that day."),
}
OTHERWISE = sentence("It was not possible on that day.")


class OrderRunsAlready(Refusal):
    """One order for each task of a series is enough."""

    said = sentence("You help here every time already.")


class OrderIsStopped(Refusal):
    """What was stopped is begun anew, not changed."""

    said = sentence("You stopped this before. Begin again on the page of the activity.")


class NotAway(Refusal):
    """There is no pause to end."""

    said = sentence("There is no pause to end.")


def ensure_span(begins_on: date, ends_on: date | None, *, today: date) -> None:
    """Refuse an order that begins in the past or ends before it begins.

    :raises BrokenInput: naming begins_on or ends_on
    """
    faults = []
    if begins_on < today:
        faults.append(("begins_on", sentence("Choose today or a later day.")))
    if ends_on is not None and ends_on < max(begins_on, today):
        faults.append(("ends_on", sentence("The last day must not be before the first.")))
    if faults:
        raise BrokenInput(faults)


def ensure_weekdays(weekdays: Sequence[int], *, offered: Sequence[int]) -> None:
    """Refuse days of the week on which the series never takes place.

    :raises BrokenInput: naming weekdays
    """
    if not set(weekdays) <= set(offered):
        raise BrokenInput([("weekdays", sentence("It does not take place on these days."))])


def ensure_away(away_from: date, away_to: date, *, today: date) -> None:
    """Refuse a pause that is over, or ends before it begins.

    :raises BrokenInput: naming away_to
    """
    if away_to < away_from:
        fault = sentence("The last day must not be before the first.")
        raise BrokenInput([("away_to", fault)])
    if away_to < today:
        raise BrokenInput([("away_to", sentence("Choose today or a later day."))])


def ensure_runs(state: str) -> None:
    """Refuse to change what was stopped.

    :raises OrderIsStopped:
    """
    if state != "running":
        raise OrderIsStopped


def stands(
    day: date,
    *,
    state: str,
    begins_on: date,
    ends_on: date | None = None,
    away: tuple[date | None, date | None] = (None, None),
) -> str:
    """Name how an order stands on a day: later, running, away, over or stopped.

    :param away: the first and the last day of a pause
    """
    away_from, away_to = away
    if state == "stopped":
        return "stopped"
    if ends_on is not None and day > ends_on:
        return "over"
    if away_from is not None and away_to is not None and away_from <= day <= away_to:
        return "away"
    return "later" if day < begins_on else "running"


def weekdays_of(frequency: str, weekdays: Sequence[int]) -> tuple[int, ...]:
    """List the days of the week one may choose from; none where there is no choice."""
    if frequency == "DAILY":
        return DAYS_OF_WEEK
    return tuple(weekdays) if frequency == "WEEKLY" and len(weekdays) > 1 else ()

"""Places kept for a group: how many, until when, and what becomes of them.  Pure."""

from datetime import datetime, timedelta

from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

# Which state may follow which; the database refuses the rest (trigger reservation_steps).
MOVES: dict[str, frozenset[str]] = {"open": frozenset({"ended"}), "ended": frozenset()}
STATES = tuple(MOVES)
LONGEST_NAME = 60  # characters

# When the deadline is set unless staff say otherwise: before the start, the first that is left.
SUGGESTED = (timedelta(days=2), timedelta(hours=12), timedelta(hours=2))


class ReservationHasEnded(Refusal):
    """The places were given to everybody."""

    said = sentence("These places are kept no more. Look whether the shift has others.")


class NotSoManyKept(Refusal):
    """Fewer places of the group's are left than people want to come."""

    said = sentence(
        "Kept places that are left: %(left)s. You are %(persons)s. Nobody was signed up."
        " Choose fewer people."
    )


class TaskIsFull(Refusal):
    """The group's places are of any task, and this one has none."""

    said = sentence("No place is free for this task. Nobody was signed up. Choose another task.")


def suggested_until(starts_at: datetime, *, now: datetime) -> datetime | None:
    """Propose a deadline that leaves the line time to move; none if the shift begins too soon."""
    return next((starts_at - ahead for ahead in SUGGESTED if starts_at - ahead > now), None)


def ensure_may_keep(
    *,
    name_zh: str,
    places: int,
    contact: int | None,
    until: datetime,
    starts_at: datetime,
    now: datetime,
) -> int:
    """Refuse what cannot be kept for anybody; answer whom to tell.

    :param contact: the person whom the typed phone, e-mail or number belongs to
    :raises BrokenInput: naming every bad field
    """
    faults = []
    if not name_zh.strip():
        faults.append(("name_zh", sentence("Please fill this in.")))
    if places < 1:
        faults.append(("places", sentence("Keep one place at least.")))
    if contact is None:
        faults.append(("contact", sentence("Nobody here has this phone, e-mail or number.")))
    if until <= now:
        faults.append(("until", sentence("The deadline must be in the future.")))
    elif until > starts_at:
        faults.append(("until", sentence("The deadline must not be after the shift's start.")))
    if faults or contact is None:
        raise BrokenInput(faults)
    return contact


def goes_on(state: str, *, until: datetime, now: datetime) -> bool:
    """Tell whether the places are still the group's: up to, not including, the deadline."""
    return state == "open" and now < until


def ensure_goes_on(state: str, *, until: datetime, now: datetime) -> None:
    """Refuse what is over.

    :raises ReservationHasEnded:
    """
    if not goes_on(state, until=until, now=now):
        raise ReservationHasEnded


def ensure_are_left(*, left: int, persons: int) -> None:
    """Refuse more people than kept places are left.

    :raises NotSoManyKept:
    """
    if left < persons:
        raise NotSoManyKept(left=left, persons=persons)

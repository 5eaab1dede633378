"""Who may look for a stand-in, who may take the place, and what becomes of the asking.  Pure."""

from datetime import datetime

from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

# Which state may follow which; the database refuses the rest (trigger stand_in_request_steps).
MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"taken", "declined", "withdrawn", "closed"}),
    "taken": frozenset(),
    "declined": frozenset(),  # the one person who was asked said no
    "withdrawn": frozenset(),
    "closed": frozenset(),  # the shift began, or the place was lost or given back
}
STATES = tuple(MOVES)
LONGEST_NOTE = 200  # characters
MOST_ASKS = 5  # for one place: who asks more often pesters people

# What everybody is told of a request that is over.
ENDED = {
    "taken": sentence("Somebody has taken this place."),
    "declined": sentence("The person who was asked cannot come."),
    "withdrawn": sentence("Nobody is looked for any more."),
    "closed": sentence("Nobody is looked for any more."),
}


class PlaceIsNeeded(Refusal):
    """Only who has a place can hand it on."""

    said = sentence("You have no place on this shift to hand on.")


class LooksAlready(Refusal):
    """One open request for one place."""

    said = sentence("You are looking for somebody already.")


class AsksTooOften(Refusal):
    """Enough people were asked for this place."""

    said = sentence("You have asked %(most)s times for this shift. Give your place back instead.")


class LineGoesFirst(Refusal):
    """Whoever waits for the shift goes first."""

    said = sentence(
        "Neighbours wait for this shift: %(waiting)s."
        " Give your place back: the first of them gets it."
    )


class RequestIsOver(Refusal):
    """Somebody else was quicker, or the asking has ended otherwise."""

    said = sentence("You are too late: nobody is looked for here any more.")


def ensure_has_a_place(state: str | None) -> None:
    """Refuse who has no place, or only one in line.

    :raises PlaceIsNeeded:
    """
    if state != "confirmed":
        raise PlaceIsNeeded


def ensure_may_ask(*, asked_before: int, is_open: bool) -> None:
    """Refuse a second request beside an open one, and asking without an end.

    :raises LooksAlready, AsksTooOften:
    """
    if is_open:
        raise LooksAlready
    if asked_before >= MOST_ASKS:
        raise AsksTooOften(most=MOST_ASKS)


def ensure_nobody_waits(*, waiting: int, line_closes_at: datetime, now: datetime) -> None:
    """Refuse to pass by the line, as long as it still moves.

    :param waiting: who waits for this very place
    :raises LineGoesFirst:
    """
    if waiting and now < line_closes_at:
        raise LineGoesFirst(waiting=waiting)


def ensure_open(state: str) -> None:
    """Refuse what is over.

    :raises RequestIsOver:
    """
    if state != "open":
        raise RequestIsOver


def ensure_can_be_asked(*, invited: int | None, by: int) -> int:
    """Refuse an invitation that reaches nobody, or oneself.

    :param invited: the person who has the number that was typed
    :raises BrokenInput: naming number
    """
    if invited is None:
        fault = sentence("Nobody has this number. Please check it.")
        raise BrokenInput([("number", fault)])
    if invited == by:
        raise BrokenInput([("number", sentence("This is your own number."))])
    return invited


def may_see(person_id: int, *, owner_id: int, invited_id: int | None, taken_by: int | None) -> bool:
    """Tell whether the person may look at a request: everybody, unless one person was asked."""
    return invited_id is None or person_id in (owner_id, invited_id, taken_by)

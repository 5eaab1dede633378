"""When hours may be disputed, and who may answer.  Pure."""

from collections.abc import Collection

from volunteer_hub.foundation.refusal import Refusal, sentence

STATES = ("open", "upheld", "turned_down", "withdrawn")
ANSWERS = ("upheld", "turned_down")
STATE_WORDS = {
    "open": sentence("disputed"),
    "upheld": sentence("dispute upheld"),
    "turned_down": sentence("dispute turned down"),
    "withdrawn": sentence("dispute withdrawn"),
}


class CannotBeDisputed(Refusal):
    """Only the last settled hours of a shift: what waits is looked at anyway."""

    said = sentence("Only verified or rejected hours can be disputed, the newest of their shift.")


class DisputedAlready(Refusal):
    """One question at a time."""

    said = sentence("You dispute these hours already. The answer is on its way.")


class DisputeIsSettled(Refusal):
    """A dispute is answered or withdrawn once."""

    said = sentence("This dispute has been settled already.")


class AnswererIsInvolved(Refusal):
    """Whoever wrote the hours in, verified or rejected them does not judge them again."""

    said = sentence("Somebody else must answer: you wrote these hours in or settled them.")


class NothingWouldChange(Refusal):
    """An upheld dispute leads to other minutes."""

    status = 422
    said = sentence("These minutes stand already. Write the right ones, or turn the dispute down.")


def may_dispute(*, state: str, is_reversal: bool, is_last: bool, is_open: bool) -> bool:
    """Tell whether the volunteer may dispute the row: settled, the newest, and not disputed yet."""
    return state != "recorded" and not is_reversal and is_last and not is_open


def ensure_may_dispute(*, state: str, is_reversal: bool, is_last: bool, is_open: bool) -> None:
    """Refuse a dispute about what still waits, was replaced, or is disputed.

    :raises DisputedAlready, CannotBeDisputed: see may_dispute
    """
    if is_open:
        raise DisputedAlready
    if not may_dispute(state=state, is_reversal=is_reversal, is_last=is_last, is_open=is_open):
        raise CannotBeDisputed


def ensure_open(state: str) -> None:
    """Refuse a second end.

    :raises DisputeIsSettled: unless it is open
    """
    if state != "open":
        raise DisputeIsSettled


def ensure_outside(by: int, *, involved: Collection[int | None]) -> None:
    """Refuse an answer from whoever recorded, verified or rejected the hours.

    :raises AnswererIsInvolved: separation of duty
    """
    if by in involved:
        raise AnswererIsInvolved


def ensure_changes(minutes: int, *, standing: int) -> None:
    """Refuse to uphold a dispute by what stands already.

    :raises NothingWouldChange: if the minutes are the same
    """
    if minutes == standing:
        raise NothingWouldChange

"""What staff may do with a shift.  Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

SHIFT_STATES = ("draft", "published", "cancelled")
Fault = tuple[str, str]  # a field, and the sentence about it
DRAWN_BEFORE = timedelta(hours=3)  # the start: then who served least has a place, and must hear it


class ShiftIsOver(Refusal):
    """The shift has begun or is over."""

    said = sentence("This shift has already begun.")


class RiskNoticeIsMissing(Refusal):
    """No risk notice, no publication (志愿服务条例 art. 12)."""

    said = sentence("Write the risk notice first: volunteers must know the risks before they sign.")


class ShiftIsCancelled(Refusal):
    """Nothing is changed about a cancelled shift."""

    said = sentence("This shift was cancelled; nothing can be changed about it.")


class ShiftIsNoDraft(Refusal):
    """Only a draft is published."""

    said = sentence("Only a draft can be published.")


class ActivityIsCalledOff(Refusal):
    """A cancelled activity has no shifts that people could take."""

    said = sentence("The activity was cancelled; its shifts cannot be published.")


class PeopleWouldOverlap(Refusal):
    """At the new time some of the people serve elsewhere."""

    said = sentence("At that time these people serve elsewhere: %(names)s. Remove them first.")


class ProtectionIsMissing(Refusal):
    """Dangerous work needs insurance and training before it is published (条例 art. 16, 17)."""

    said = sentence(
        "Dangerous work needs insurance and a training that people must hold."
        " Set both before you publish."
    )


class RoleIsTaken(Refusal):
    """A role that people hold cannot be removed, nor hold fewer than they are."""

    said = sentence(
        "%(persons)s people hold the role %(role)s. Remove people first, then lower its places."
    )


class RolesComeTooLate(Refusal):
    """Who signed up without a role cannot be given one."""

    said = sentence("People are signed up already: roles can only be set before that.")


class PlacesAreKept(Refusal):
    """Places that are kept for groups are released first."""

    said = sentence("%(places)s places are kept for groups. Release them first.")


class NotSoManyFree(Refusal):
    """Only free places can be kept for somebody."""

    said = sentence("Only %(free)s places are free.")


def faults_of_places(*, minimum: int, capacity: int) -> list[Fault]:
    """Name what keeps a shift from ever having enough people; nothing if all is well."""
    faults = []
    if capacity < 1:
        faults.append(("capacity", sentence("There must be one place at least.")))
    if not 0 <= minimum <= max(capacity, 0):
        faults.append(("minimum", sentence("Not fewer than 0 and not more than the places.")))
    return faults


def ensure_is_sound(span: Span, *, minimum: int, capacity: int) -> None:
    """Refuse a shift without length, or that could never have enough people.

    :raises BrokenInput: naming every bad field
    """
    faults = []
    if span.ends_at <= span.starts_at:
        faults.append(("ends_at", sentence("The end must be after the start.")))
    faults += faults_of_places(minimum=minimum, capacity=capacity)
    if faults:
        raise BrokenInput(faults)


def ensure_begins_later(span: Span, *, now: datetime) -> None:
    """Refuse to announce what has begun.

    :raises BrokenInput: naming starts_at
    """
    if span.starts_at <= now:
        raise BrokenInput([("starts_at", sentence("The start must be in the future."))])


def ensure_goes_on(*, state: str, span: Span, now: datetime) -> None:
    """Refuse to change what was cancelled or is over.

    :raises ShiftIsCancelled: everybody was told that nothing will be
    :raises ShiftIsOver: once it has ended
    """
    if state == "cancelled":
        raise ShiftIsCancelled
    if span.ends_at <= now:
        raise ShiftIsOver


def ensure_may_publish(*, state: str, activity_state: str, span: Span, now: datetime) -> None:
    """Refuse to publish anything but a coming draft of an activity that takes place.

    :raises ShiftIsNoDraft: if it was published or cancelled before
    :raises ActivityIsCalledOff: if its activity was cancelled
    :raises BrokenInput: naming starts_at, if it has begun
    """
    if state != "draft":
        raise ShiftIsNoDraft
    if activity_state == "cancelled":
        raise ActivityIsCalledOff
    ensure_begins_later(span, now=now)


def ensure_says_why(reason: str) -> None:
    """Refuse to cancel without a reason: everybody who planned to come reads it.

    :raises BrokenInput: naming reason, if it is blank
    """
    if not reason.strip():
        raise BrokenInput([("reason", sentence("Say why: everybody who signed up reads it."))])


def ensure_states_its_risks(risk_notice: str) -> None:
    """Refuse to publish without a risk notice.

    :raises RiskNoticeIsMissing: if it is blank
    """
    if not risk_notice.strip():
        raise RiskNoticeIsMissing


def ensure_protects(*, is_dangerous: bool, needs_insurance: bool, need: str | None) -> None:
    """Refuse to publish dangerous work without insurance and training.

    :raises ProtectionIsMissing: 志愿服务条例 art. 16 and 17
    """
    if is_dangerous and not (needs_insurance and need):
        raise ProtectionIsMissing


def faults_of_window(
    *, opens: timedelta | None, closes: timedelta | None, fair: timedelta | None
) -> list[Fault]:
    """Name what is wrong with the hours of sign-up: opens, closes or fair.

    :param opens, closes, fair: each how long before the start; None if it is not limited
    """
    faults = []
    if opens is not None and opens <= timedelta():
        faults.append(("opens", sentence("Sign-up must open before the shift begins.")))
    if closes is not None and closes < timedelta():
        faults.append(("closes", sentence("Sign-up closes at the start at the latest.")))
    elif closes is not None and opens is not None and closes >= opens:
        faults.append(("closes", sentence("Sign-up must close after it opens.")))
    if fair is not None and fair < DRAWN_BEFORE:
        fault = sentence("Places must be given out three hours before the start at the latest.")
        faults.append(("fair", fault))
    elif fair is not None and opens is not None and fair >= opens:
        faults.append(("fair", sentence("Places are given out after sign-up opens.")))
    return faults


def ensure_window(
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    fair_until: datetime | None,
    starts_at: datetime,
) -> None:
    """Refuse hours of sign-up that close before they open, or give places out too late.

    :raises BrokenInput: naming opens_at, closes_at or fair_until
    """
    given = {"opens": opens_at, "closes": closes_at, "fair": fair_until}
    before = {word: None if at is None else starts_at - at for word, at in given.items()}
    fields = {"opens": "opens_at", "closes": "closes_at", "fair": "fair_until"}
    faults = [(fields[word], said) for word, said in faults_of_window(**before)]
    if faults:
        raise BrokenInput(faults)


def ensure_keeps_fit(*, places: int, reserved: int) -> None:
    """Refuse fewer places than are kept for groups.

    :raises PlacesAreKept:
    """
    if places < reserved:
        raise PlacesAreKept(places=reserved)


def ensure_may_divide(*, by_role: bool, wanted: bool, live: int) -> None:
    """Refuse to begin or end giving places by role once people are signed up.

    :raises RolesComeTooLate:
    """
    if by_role != wanted and live:
        raise RolesComeTooLate


def ensure_roles_are_sound(roles: Sequence[tuple[int, int]]) -> None:
    """Refuse a role without a place, or that could never have enough people.

    :param roles: least number of people and places of each
    :raises BrokenInput: naming each field as roles-N-capacity or roles-N-minimum
    """
    faults = []
    for number, (minimum, capacity) in enumerate(roles):
        if capacity < 1:
            fault = sentence("There must be one place at least.")
            faults.append((f"roles-{number}-capacity", fault))
        elif not 0 <= minimum <= capacity:
            fault = sentence("Not fewer than 0 and not more than the places.")
            faults.append((f"roles-{number}-minimum", fault))
    if faults:
        raise BrokenInput(faults)

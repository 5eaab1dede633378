"""When may someone take or give back a place?  Pure: no database, no clock, no Flask."""

from datetime import date, datetime, timedelta

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

SHIFT_STATES = ("draft", "published", "cancelled")
SIGNUP_STATES = ("confirmed", "waitlisted", "cancelled_by_volunteer", "cancelled_by_org")
LIVE = frozenset({"confirmed", "waitlisted"})
REMINDERS = {"24h": timedelta(hours=24), "2h": timedelta(hours=2)}  # how long before the start


class ShiftIsOver(Refusal):
    """The shift has begun or is over."""

    said = sentence("This shift has already begun.")


class ShiftIsNotOpen(Refusal):
    """The shift is a draft or was cancelled."""

    said = sentence("This shift is not open for sign-up.")


class ShiftsOverlap(Refusal):
    """The person already serves at that time."""

    said = sentence("You already serve at that time: %(other)s.")


class AlreadySignedUp(Refusal):
    """The person has a place, or stands in line, already."""

    said = sentence("You are signed up for this shift already.")


class TooYoung(Refusal):
    """The person is younger than the shift asks for on its day."""

    said = sentence("This shift asks for an age of %(minimum_age)s years on its day.")


class BirthDateIsNeeded(Refusal):
    """The shift has an age limit and the person's birth date is not known."""

    said = sentence("This shift has an age limit. Add your birth date to your profile first.")


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


class SignupIsOver(Refusal):
    """The place was given back before."""

    said = sentence("This sign-up has ended already.")


class CapacityBelowConfirmed(Refusal):
    """More people are confirmed than the new capacity holds."""

    said = sentence(
        "%(confirmed)s people are confirmed. Remove people first, then lower the places."
    )


def age_on(day: date, birth_date: date) -> int:
    """Count full years on the day."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def ensure_is_sound(span: Span, *, minimum: int, capacity: int) -> None:
    """Refuse a shift without length, or that could never have enough people.

    :raises BrokenInput: naming every bad field
    """
    faults = []
    if span.ends_at <= span.starts_at:
        faults.append(("ends_at", sentence("The end must be after the start.")))
    if capacity < 1:
        faults.append(("capacity", sentence("There must be one place at least.")))
    if not 0 <= minimum <= max(capacity, 0):
        faults.append(("minimum", sentence("Not fewer than 0 and not more than the places.")))
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


def ensure_open(*, state: str, span: Span, now: datetime) -> None:
    """Refuse a shift that is not published or has begun.

    :raises ShiftIsNotOpen: unless it is published
    :raises ShiftIsOver: from its first moment on
    """
    if state != "published":
        raise ShiftIsNotOpen
    ensure_not_begun(span, now=now)


def ensure_not_begun(span: Span, *, now: datetime) -> None:
    """Refuse to give or take back places once people are at work.

    :raises ShiftIsOver: from its first moment on
    """
    if span.starts_at <= now:
        raise ShiftIsOver


def ensure_old_enough(*, minimum_age: int | None, birth_date: date | None, day: date) -> None:
    """Refuse who is too young on the shift's local day.

    :raises BirthDateIsNeeded: if there is a limit and the age cannot be known
    :raises TooYoung: below the limit
    """
    if minimum_age is None:
        return
    if birth_date is None:
        raise BirthDateIsNeeded
    if age_on(day, birth_date) < minimum_age:
        raise TooYoung(minimum_age=minimum_age)


def ensure_free_then(*, already: bool, other: str | None) -> None:
    """Refuse a second place on the same shift, or a place at a time already promised.

    :raises AlreadySignedUp: if the person has a place here, or stands in line
    :raises ShiftsOverlap: if the person serves on the `other` shift at that time
    """
    if already:
        raise AlreadySignedUp
    if other is not None:
        raise ShiftsOverlap(other=other)


def ensure_live(state: str) -> None:
    """Refuse to end what has ended.

    :raises SignupIsOver: the place was given back before
    """
    if state not in LIVE:
        raise SignupIsOver


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


def ensure_capacity_holds(*, capacity: int, confirmed: int) -> None:
    """Refuse fewer places than people who hold one.

    :raises CapacityBelowConfirmed: staff choose who leaves first
    """
    if capacity < confirmed:
        raise CapacityBelowConfirmed(confirmed=confirmed)


def coming_reminders(starts_at: datetime, *, now: datetime) -> dict[str, datetime]:
    """Say when each reminder falls due; those whose moment has passed are left out."""
    due = {kind: starts_at - before for kind, before in REMINDERS.items()}
    return {kind: at for kind, at in due.items() if at > now}


def week_of(day: date, *, today: date) -> str:
    """Say which group of the list a day belongs to: this week, the next, or later."""
    monday = today - timedelta(days=today.weekday())
    weeks = (day - monday).days // 7
    return "this" if weeks <= 0 else "next" if weeks == 1 else "later"

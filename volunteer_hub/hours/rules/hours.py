"""Which hours may be counted, and who may say so.  Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple, get_args

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import Refusal, sentence

STATES = ("recorded", "locked", "rejected")
Source = Literal["clocked", "confirmed_by_leader", "back_filled", "self_declared"]
SOURCES: tuple[Source, ...] = get_args(Source)
STATE_WORDS = {
    "recorded": sentence("waits for verification"),
    "locked": sentence("verified"),
    "rejected": sentence("not counted"),
}
SOURCE_WORDS = {
    "clocked": sentence("clocked in and out"),
    "confirmed_by_leader": sentence("confirmed by the coordinator"),
    "back_filled": sentence("written in later"),
    "self_declared": sentence("declared by the volunteer"),
}
LONGEST_DAY = 24 * 60  # minutes
FORGOTTEN = sentence("forgotten check-out")


class Limits(NamedTuple):
    """What the operator set; README.md lists the settings."""

    presence_share: int  # percent of the shift that a clocked stay must cover
    day_cap: int  # minutes of one person's local day that may count
    declare_within: timedelta  # after the shift's end
    dispute_days: int


class LeavesBeforeArriving(Refusal):
    """The check-out is not after the check-in."""

    said = sentence("The check-out must be after the check-in, and within 24 hours of it.")


class NothingWasServed(Refusal):
    """Less than a minute of the shift was served."""

    said = sentence("Not a minute of the shift was served. Undo the check-in instead.")


class NotOverYet(Refusal):
    """Nobody can write in hours that have not been served yet."""

    said = sentence("These hours lie in the future. Write them in once they are served.")


class ReasonIsMissing(Refusal):
    """Whoever writes in, rejects or reverses hours says why."""

    status = 422
    said = sentence("Say why: the volunteer will read it.")


class HoursStandAlready(Refusal):
    """A person has one standing row for a shift."""

    said = sentence(
        "%(name)s has hours for this shift already. They must be rejected or reversed first."
    )


class HoursAreThere(Refusal):
    """Whoever has hours for a shift does not declare them, but disputes them."""

    said = sentence("There are hours of yours for this shift. Dispute them if they are wrong.")


class TooLateToDeclare(Refusal):
    """After some days nobody remembers well."""

    said = sentence(
        "Hours can be declared within %(days)s days of the shift. Ask the coordinator to write"
        " them in."
    )


class MinutesDoNotFit(Refusal):
    """More minutes than there can have been, or none."""

    status = 422
    said = sentence("Give a number of minutes from %(least)s to %(most)s.")


class DayIsFull(Refusal):
    """Of one person's day no more than the cap counts."""

    said = sentence(
        "No more than %(cap)s h of one day count. Of these %(minutes)s min, %(fits)s min still fit."
    )


class OwnHours(Refusal):
    """Nobody writes in or reverses the hours of their own."""

    said = sentence("These are hours of your own. Ask another coordinator.")


class VerifierServed(Refusal):
    """Nobody verifies the hours of their own."""

    said = sentence("A second person must verify these hours: they are your own.")


class VerifierRecorded(Refusal):
    """Nobody verifies what they wrote in or reversed themselves."""

    said = sentence("A second person must verify these hours: you wrote them in yourself.")


class HoursAreSettled(Refusal):
    """Hours are verified or rejected once."""

    said = sentence("These hours have been settled already. Locked hours can only be reversed.")


class HoursCannotBeReversed(Refusal):
    """Only locked hours that were not reversed before can be taken back."""

    said = sentence("Only locked hours can be reversed, and only once.")


def served_minutes(checked_in_at: datetime, checked_out_at: datetime, *, span: Span) -> int:
    """Count minutes from the shift's start, or a later check-in, to the check-out.

    Travel and waiting before the start do not count; clearing up after the end does.

    :raises LeavesBeforeArriving: if the end is not after the start, or a day later
    :raises NothingWasServed: below a minute
    """
    if not timedelta(0) < checked_out_at - checked_in_at <= timedelta(minutes=LONGEST_DAY):
        raise LeavesBeforeArriving
    begun_at = max(checked_in_at, span.starts_at)
    minutes = Span(begun_at, max(checked_out_at, begun_at)).minutes
    if minutes < 1:
        raise NothingWasServed
    return minutes


def is_short(stay: Span, *, shift: Span, share: int) -> bool:
    """Tell whether the stay covers less of the shift than the share asks for, in percent."""
    covered = min(stay.ends_at, shift.ends_at) - max(stay.starts_at, shift.starts_at)
    return covered * 100 < (shift.ends_at - shift.starts_at) * share


def counted_minutes(served: int, *, locked: int, cap: int, agreed: int | None = None) -> int:
    """Count what was served, or the part that the day still holds if the verifier agreed to it.

    :param locked: minutes of the person's day that count already
    :raises DayIsFull: naming how many minutes still fit
    """
    fits = max(min(served, cap - locked), 0)
    if fits == 0 or fits not in (served, agreed):
        raise DayIsFull(cap=cap // 60, minutes=served, fits=fits)
    return fits


def ensure_minutes(minutes: int, *, most: int, least: int = 1) -> None:
    """Refuse minutes that nobody can have served.

    :raises MinutesDoNotFit: outside least to most
    """
    if not least <= minutes <= most:
        raise MinutesDoNotFit(least=least, most=most)


def ensure_may_declare(ends_at: datetime, *, within: timedelta, now: datetime) -> None:
    """Refuse a declaration before the shift's end, and long after it.

    :raises NotOverYet, TooLateToDeclare: outside [end, end + within]
    """
    if now < ends_at:
        raise NotOverYet
    if now > ends_at + within:
        raise TooLateToDeclare(days=within.days)


def ensure_reason(reason: str) -> None:
    """Refuse a step without a reason.

    :raises ReasonIsMissing: if it is blank
    """
    if not reason.strip():
        raise ReasonIsMissing


def ensure_not_own(*, person: int, by: int) -> None:
    """Refuse to write in or reverse one's own hours.

    :raises OwnHours: separation of duty
    """
    if person == by:
        raise OwnHours


def ensure_may_settle(*, state: str, person: int, vouched_by: int | None, verifier: int) -> None:
    """Refuse a second settling, one's own hours, and what one wrote in oneself.

    :param vouched_by: on whose word the hours rest, where they do not rest on the clock
    :raises HoursAreSettled: unless they wait
    :raises VerifierServed, VerifierRecorded: separation of duty
    """
    if state != "recorded":
        raise HoursAreSettled
    if person == verifier:
        raise VerifierServed
    if vouched_by == verifier:
        raise VerifierRecorded


def open_steps(
    *,
    state: str,
    is_reversal: bool,
    is_reversed: bool,
    person: int,
    vouched_by: int | None,
    viewer: int | None,
) -> tuple[str, ...]:
    """List what a coordinator in scope may do next with the row, in the order of the buttons."""
    if person == viewer:
        return ()
    if state == "recorded":
        return ("reject",) if vouched_by == viewer else ("verify", "reject")
    stands = state == "locked" and not is_reversal and not is_reversed
    return ("reverse",) if stands else ()


def ensure_may_reverse(*, state: str, is_reversal: bool, is_reversed: bool) -> None:
    """Refuse to reverse what does not stand.

    :raises HoursCannotBeReversed: unless locked, no reversal itself and not reversed before
    """
    if state != "locked" or is_reversal or is_reversed:
        raise HoursCannotBeReversed

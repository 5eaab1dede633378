"""Who may take a place, or a place in line?  Pure: no database, no clock, no Flask."""

from datetime import date, datetime

from volunteer_hub.credentials.rules import is_minor
from volunteer_hub.foundation.clock import Span, age_on
from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.shifts.rules import ShiftIsOver


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


class SignupOpensLater(Refusal):
    """The window for signing up has not opened yet."""

    said = sentence("Sign-up for this shift has not opened yet.")


class SignupHasClosed(Refusal):
    """The window for signing up has closed."""

    said = sentence("Sign-up for this shift has closed.")


class LineIsClosed(Refusal):
    """So shortly before the start nobody can be offered a place any more."""

    said = sentence(
        "Every place is taken, and it is too late to wait for one."
        " If a place becomes free, whoever comes first gets it."
    )


class RoleIsNeeded(Refusal):
    """Places of this shift are given by role."""

    status = 422
    said = sentence("Choose what you want to do on this shift.")


class ConsentIsMissing(Refusal):
    """Whoever is under 18 needs a guardian's consent that holds on the day (民法典 19, PIPL 31)."""

    said = sentence(
        "Under 18, a guardian must agree first. Ask the coordinator to record the consent."
    )


class NotForMinors(Refusal):
    """Nobody under 18 does dangerous work (domain: invariant 13)."""

    said = sentence("This work can be dangerous: nobody under 18 may take part.")


class InsuranceIsMissing(Refusal):
    """The accident insurance must hold for the whole shift (条例 art. 17)."""

    said = sentence(
        "For this shift you must be insured until it ends. Ask the coordinator about it."
    )


class TrainingIsMissing(Refusal):
    """The training or qualification must hold for the whole shift (条例 art. 16)."""

    said = sentence("This shift asks for %(what)s, valid until it ends. Ask the coordinator.")


class DayIsFull(Refusal):
    """Nobody promises more hours a day than is good for them."""

    said = sentence("With this shift you would serve more than %(hours)s hours on that day.")


class NoReservedPlace(Refusal):
    """The places kept for the group are given out."""

    said = sentence("Every place that was kept for you is taken.")


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


def ensure_in_window(
    *, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> None:
    """Refuse who comes before sign-up opens or after it closed.

    :raises SignupOpensLater, SignupHasClosed:
    """
    if opens_at is not None and now < opens_at:
        raise SignupOpensLater
    if closes_at is not None and now >= closes_at:
        raise SignupHasClosed


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


def ensure_may_do_it(
    *, is_dangerous: bool, birth_date: date | None, day: date, consented: bool
) -> None:
    """Refuse minors dangerous work, and any work without a guardian's consent for the day.

    :raises BirthDateIsNeeded: for dangerous work, if the age cannot be known
    :raises NotForMinors, ConsentIsMissing:
    """
    if is_dangerous and birth_date is None:
        raise BirthDateIsNeeded
    if not is_minor(birth_date, day):
        return
    if is_dangerous:
        raise NotForMinors
    if not consented:
        raise ConsentIsMissing


def ensure_protected(*, needs_insurance: bool, insured: bool) -> None:
    """Refuse who is not insured for the whole shift, where that is needed.

    :raises InsuranceIsMissing:
    """
    if needs_insurance and not insured:
        raise InsuranceIsMissing


def ensure_qualified(*, what: str | None, held: bool) -> None:
    """Refuse who lacks the training or qualification that is needed for the whole shift.

    :param what: its name in the reader's language; None if nothing is needed
    :raises TrainingIsMissing:
    """
    if what is not None and not held:
        raise TrainingIsMissing(what=what)


def ensure_within_the_day(*, minutes: int, hours: int) -> None:
    """Refuse more promised minutes on one local day than the cap allows.

    :param minutes: all promises of the day, this shift included
    :raises DayIsFull:
    """
    if minutes > hours * 60:
        raise DayIsFull(hours=hours)


def ensure_free_then(*, already: bool, other: str | None) -> None:
    """Refuse a second place on the same shift, or a place at a time already promised.

    :raises AlreadySignedUp: if the person has a place here, or stands in line
    :raises ShiftsOverlap: if the person serves on the `other` shift at that time
    """
    if already:
        raise AlreadySignedUp
    if other is not None:
        raise ShiftsOverlap(other=other)

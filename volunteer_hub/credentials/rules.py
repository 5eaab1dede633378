"""What somebody can show, and on which days it holds.  Pure; days are whole local days.

Sources: 志愿服务条例 art. 12 and 13 (what is asked of volunteers and what may happen is said), 16
(training, and a qualification where the law wants one), 17 (accident insurance before anything
dangerous); PIPL 28 and 31 (a guardian's consent below 14). In this house it is needed below 18.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from volunteer_hub.foundation.clock import age_on
from volunteer_hub.foundation.refusal import Refusal, sentence

KINDS = ("training", "qualification", "insurance", "guardian_consent")
LEARNT = ("training", "qualification")  # each of a type that coordinators choose from a list
ALWAYS_ENDING = ("insurance", "guardian_consent")  # nobody is insured, or agrees, for good
ADULT = 18  # years
SOON = 30  # days before its end from which something runs out
DAY = timedelta(days=1)

# When people are told: the notice's name in days before the end, and between which days before
# it is sent. A worker that slept catches up, and two days late is still worth reading.
NOTICES = ((30, 8, 30), (7, 1, 7), (0, -2, 0))

KIND_WORDS = {
    "training": sentence("Training"),
    "qualification": sentence("Qualification"),
    "insurance": sentence("Accident insurance"),
    "guardian_consent": sentence("Guardian's consent"),
}


class Validity(NamedTuple):
    """From `since` to `until`, both included; no `until`: for good."""

    since: date
    until: date | None


@dataclass(frozen=True)
class Held:
    """All that stands for one person: days of insurance and consent, and days by code of type."""

    insurances: tuple[Validity, ...] = ()
    guardian_consents: tuple[Validity, ...] = ()
    codes: Mapping[str, tuple[Validity, ...]] = field(default_factory=dict)

    def insured(self, first: date, last: date) -> bool:
        """Tell whether every day from first to last is insured; policies may follow each other."""
        return all_covered(self.insurances, first, last)

    def consented(self, day: date) -> bool:
        """Tell whether a guardian's consent is valid on the day."""
        return all_covered(self.guardian_consents, day, day)

    def has(self, code: str, first: date, last: date) -> bool:
        """Tell whether the training or qualification is valid on every day from first to last."""
        return all_covered(self.codes.get(code, ()), first, last)


class EndIsNeeded(Refusal):
    """Insurance and consent are never for good."""

    status = 422
    said = sentence("Insurance and a guardian's consent need a last day.")


class EndsBeforeItBegins(Refusal):
    """The last day lies before the first."""

    status = 422
    said = sentence("The last day must not lie before the first.")


class OwnWordIsNotEnough(Refusal):
    """Nobody vouches for themselves."""

    said = sentence("Another coordinator must record your own papers.")


class GuardianIsThePerson(Refusal):
    """Nobody is their own guardian."""

    said = sentence("Nobody can be their own guardian.")


class GuardianIsUnderAge(Refusal):
    """A guardian is of age."""

    said = sentence("A guardian must be at least 18 years old.")


class GuardianHasLeft(Refusal):
    """The guardian's account is closed."""

    said = sentence("The guardian's account is closed.")


class NoConsentIsNeeded(Refusal):
    """Whoever is of age decides alone."""

    said = sentence("This person is of age by then; no guardian's consent is needed.")


class ReasonIsNeeded(Refusal):
    """Whoever reads it later must know why."""

    status = 422
    said = sentence("Say why, so that the person can read it.")


class CredentialIsRevoked(Refusal):
    """It was taken back before."""

    said = sentence("This was revoked before.")


def covers(valid_from: date, valid_until: date | None, first_day: date, last_day: date) -> bool:
    """Tell whether every day from the first to the last lies within; all four ends included."""
    ends_late_enough = valid_until is None or last_day <= valid_until
    return valid_from <= first_day <= last_day and ends_late_enough


def all_covered(spans: Iterable[Validity], first: date, last: date) -> bool:
    """Tell the same of several together: the next may begin the day after one ends."""
    open_from = first
    for since, until in sorted(spans, key=lambda span: span.since):
        if covers(since, until, open_from, last):
            return True
        if until is not None and since <= open_from <= until < last:
            open_from = until + DAY
    return False


def is_minor(birth_date: date | None, day: date) -> bool:
    """Tell whether somebody is known to be below 18 on the day; the birthday itself counts."""
    return birth_date is not None and age_on(day, birth_date) < ADULT


def state_on(
    day: date, *, valid_from: date, valid_until: date | None, is_revoked: bool = False
) -> str:
    """Name the state: revoked, coming, valid, ending (within 30 days) or over."""
    if is_revoked:
        return "revoked"
    if day < valid_from:
        return "coming"
    if valid_until is None or valid_until > day + SOON * DAY:
        return "valid"
    return "ending" if day <= valid_until else "over"


def notice_due(valid_until: date, today: date) -> int | None:
    """Name the notice whose time it is: 30, 7 or 0; nothing long before or after the end."""
    left = (valid_until - today).days
    return next((notice for notice, low, high in NOTICES if low <= left <= high), None)


def ensure_dates(kind: str, *, valid_from: date, valid_until: date | None) -> None:
    """Refuse days that cannot be.

    :raises EndIsNeeded: if insurance or consent were for good
    :raises EndsBeforeItBegins: if not one day is left
    """
    if valid_until is None and kind in ALWAYS_ENDING:
        raise EndIsNeeded
    if valid_until is not None and valid_until < valid_from:
        raise EndsBeforeItBegins


def ensure_vouched(*, person_id: int, by: int) -> None:
    """Refuse one's own word on oneself.

    :raises OwnWordIsNotEnough: see there
    """
    if person_id == by:
        raise OwnWordIsNotEnough


def ensure_guardian(
    *,
    is_the_child: bool,
    has_left: bool,
    guardian_born: date | None,
    child_born: date | None,
    valid_from: date,
) -> None:
    """Refuse whoever cannot agree for the child; unknown birth dates are checked on paper.

    :raises GuardianIsThePerson: nobody agrees for themselves
    :raises GuardianHasLeft: the account is closed
    :raises GuardianIsUnderAge: below 18 on the first day
    :raises NoConsentIsNeeded: the child is none any more on the first day
    """
    if is_the_child:
        raise GuardianIsThePerson
    if has_left:
        raise GuardianHasLeft
    if is_minor(guardian_born, valid_from):
        raise GuardianIsUnderAge
    if child_born is not None and not is_minor(child_born, valid_from):
        raise NoConsentIsNeeded


def ensure_may_revoke(*, is_revoked: bool, reason: str) -> None:
    """Refuse a second time, and one without a reason.

    :raises CredentialIsRevoked: if it was taken back before
    :raises ReasonIsNeeded: if nothing is said
    """
    if is_revoked:
        raise CredentialIsRevoked
    if not reason.strip():
        raise ReasonIsNeeded


class TypeIsKnown(Refusal):
    said = sentence("There is a training or qualification with this short name already.")

"""Who may sign up whom, and by what consent.  Pure; days are whole local days.

Sources: 志愿服务条例 art. 15 (nobody is put to work that does not suit their age), PIPL 14 to 16
(consent is told, said and taken back as easily), 28 and 31 (a guardian's consent for children).
"""

from datetime import date, timedelta

from volunteer_hub.credentials.rules import ADULT, DAY
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

RESIDENT = "resident"  # whom staff of the place sign up; the others are family and neighbours
RELATION_WORDS = {
    "child": sentence("Child"),
    "parent": sentence("Mother or father"),
    "spouse": sentence("Husband or wife"),
    "relative": sentence("Another relative"),
    "neighbour": sentence("Neighbour"),
    RESIDENT: sentence("Resident without a phone"),
}
RELATIONS = tuple(RELATION_WORDS)
OWN = tuple(word for word in RELATIONS if word != RESIDENT)

GUARDIAN = "guardian"  # agrees for a child; whoever is of age agrees alone
# What is agreed to, as it is shown and kept. No name stands in it: it outlives the account.
CONSENT_TEXTS = {
    GUARDIAN: sentence(
        "I am the parent or legal guardian of this child. I agree that the child takes part in"
        " volunteer service that suits its age, and that its name and birth date are kept for that."
        " I can take this back at any time."
    ),
    "own_word": sentence(
        "I told this person what is kept of them. They agree that I sign them up and that messages"
        " for them come to me, or to the neighbour they named. They can take this back at any time."
    ),
    "written": sentence(
        "This person agreed in writing, and I keep the paper: I may sign them up, and messages for"
        " them come to me, or to the neighbour they named. They can take this back at any time."
    ),
}
CONSENTS = tuple(CONSENT_TEXTS)
OWN_CONSENTS = (GUARDIAN, "own_word")
STAFF_CONSENTS = ("own_word", "written")

MOST = 12  # whom one person may sign up; more is the work of staff
A_YEAR = timedelta(days=364)  # both ends included


class TooManyCompanions(Refusal):
    """A family is smaller; who helps more people asks staff."""

    said = sentence("You can sign up %(most)s people at most. The coordinator helps you with more.")


class CompanionAlready(Refusal):
    """One live relation of two people is enough."""

    said = sentence("You sign this person up already.")


class NoConsentToRenew(Refusal):
    """Only a guardian's consent runs out."""

    said = sentence("Only a guardian's consent for somebody under 18 is renewed.")


def last_day_as_minor(birth_date: date) -> date:
    """Name the day before the 18th birthday; who was born on 29 February turns 18 in March."""
    try:
        birthday = birth_date.replace(year=birth_date.year + ADULT)
    except ValueError:
        birthday = date(birth_date.year + ADULT, 3, 1)
    return birthday - DAY


def consent_until(birth_date: date, *, today: date) -> date:
    """Say on which day a guardian's consent ends: after a year, or when the child is of age."""
    return min(today + A_YEAR, last_day_as_minor(birth_date))


def ensure_related(relation: str, *, by_staff: bool) -> None:
    """Refuse a word that is none: residents are added by staff, family by everybody.

    :raises BrokenInput: naming relation
    """
    if relation not in RELATIONS or (relation == RESIDENT) is not by_staff:
        raise BrokenInput([("relation", sentence("Choose how you know this person."))])


def ensure_agreed(consent_by: str, *, is_minor: bool, by_staff: bool) -> None:
    """Refuse a consent by whoever cannot give it.

    :raises BrokenInput: naming birth_date or consent
    """
    if is_minor and by_staff:
        told = sentence("Under 18, a parent or guardian adds the child in their own account.")
        raise BrokenInput([("birth_date", told)])
    if is_minor and consent_by != GUARDIAN:
        told = sentence("Under 18, a parent or legal guardian must agree.")
        raise BrokenInput([("consent", told)])
    if not is_minor and consent_by == GUARDIAN:
        raise BrokenInput([("consent", sentence("Whoever is of age agrees for themselves."))])
    if consent_by not in (STAFF_CONSENTS if by_staff else OWN_CONSENTS):
        raise BrokenInput([("consent", sentence("Choose who agreed."))])


def ensure_not_too_many(live: int, *, by_staff: bool) -> None:
    """Refuse more people than a family has.

    :raises TooManyCompanions:
    """
    if live >= MOST and not by_staff:
        raise TooManyCompanions(most=MOST)


def ensure_renewable(consent_by: str, *, is_minor: bool) -> None:
    """Refuse to renew what never runs out, or is needed no more.

    :raises NoConsentToRenew:
    """
    if consent_by != GUARDIAN or not is_minor:
        raise NoConsentToRenew

"""Names, numbers, roles and consent: the words of an account."""

import unicodedata
from datetime import date
from typing import NamedTuple

from volunteer_hub.foundation.refusal import Refusal, sentence

NUMBER_PREFIX = "BYL"  # of volunteer numbers in this installation: BYL-2026-00318
LONGEST_NAME = 60
OLDEST = 120  # years
PRIVACY_NOTICE = "privacy-notice"
PRIVACY_VERSION = "2026-11"  # raise it when the notice changes: everybody is asked again
INVENTED_DOMAIN = "volunteer-hub.example"  # of the accounts that load tests use

ROLE_NAMES = {
    "volunteer": sentence("Neighbourhood volunteer"),
    "grid_worker": sentence("Grid worker"),
    "partner_contact": sentence("Partner contact"),
    "community_coordinator": sentence("Community coordinator"),
    "subdistrict_supervisor": sentence("Subdistrict supervisor"),
    "administrator": sentence("Administrator"),
}


class Scope(NamedTuple):
    """Whose accounts somebody may look at: those at or below the paths.

    `homeless`: also people who have not said where they live; `everywhere`: all of them.
    """

    paths: tuple[str, ...] = ()
    homeless: bool = False
    everywhere: bool = False


class NameCannotBeUsed(Refusal):
    """A name is what the day board and the record show."""

    status = 422
    said = sentence("A name has 1 to 60 characters.")


class BirthDateCannotBe(Refusal):
    """Nobody is born tomorrow, or 130 years ago."""

    status = 422
    said = sentence("Please check the date of birth.")


class RoleIsHeld(Refusal):
    """The person holds the role at this place already."""

    said = sentence("This person already holds that role at this place.")


class RoleIsOver(Refusal):
    """It was ended before."""

    said = sentence("This role has already ended.")


class PersonHasLeft(Refusal):
    """The account is closed; only its record stays."""

    said = sentence("This person has left; the account cannot be changed any more.")


class GoBetweenCannotHelp(Refusal):
    """Whoever passes messages on must get them."""

    said = sentence("Choose somebody with an account and a phone or e-mail of their own.")


class ConsentIsNeeded(Refusal):
    """No account without knowing what it keeps."""

    status = 422
    said = sentence("Please read the privacy notice and agree to it first.")


def read_name(text: str) -> str:
    """Write a name in one line without stray blanks.

    :raises NameCannotBeUsed: if nothing, or too much, is left
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 0 < len(name) <= LONGEST_NAME or any(unicodedata.category(c) == "Cc" for c in name):
        raise NameCannotBeUsed
    return name


def ensure_born(birth_date: date | None, *, today: date) -> None:
    """Refuse a date on which no living person was born.

    :raises BirthDateCannotBe: after today, or more than 120 years ago
    """
    if birth_date and not today.year - OLDEST <= birth_date.year <= today.year:
        raise BirthDateCannotBe
    if birth_date and birth_date > today:
        raise BirthDateCannotBe


def ensure_can_pass_on(*, has_address: bool, has_left: bool) -> None:
    """Refuse a go-between whom no letter reaches.

    :raises GoBetweenCannotHelp: without an address of their own, or with a closed account
    """
    if has_left or not has_address:
        raise GoBetweenCannotHelp


def volunteer_no(year: int, number: int) -> str:
    """Write the 318th number of 2026 as BYL-2026-00318."""
    return f"{NUMBER_PREFIX}-{year}-{number:05d}"


def masked_name(name: str) -> str:
    """Show only how a name begins: the family name in Chinese."""
    first = name.strip()[:1]
    return f"{first}*" if first else "*"

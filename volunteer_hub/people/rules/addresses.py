"""Mobile numbers and e-mail addresses as people type them."""

import re
import unicodedata
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
    country_code_for_region,
    format_number,
    is_valid_number,
    number_type,
    parse,
)

from volunteer_hub.foundation.refusal import Refusal, sentence

HOME = "CN"  # numbers without a country code are read as Chinese ones
DIGITS_AT_HOME = 11
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_BETWEEN = re.compile(r"[\s()./·-]+")


class Address(NamedTuple):
    """Where a code can go; `channel` is sms or email, `value` E.164 or small letters."""

    channel: str
    value: str

    @property
    def phone(self) -> str | None:
        return self.value if self.channel == "sms" else None

    @property
    def email(self) -> str | None:
        return self.value if self.channel == "email" else None


class AddressCannotBeRead(Refusal):
    """It is neither a number nor an e-mail address."""

    status = 422
    said = sentence("Write a mobile number or an e-mail address.")


class PhoneHasWrongLength(Refusal):
    """A Chinese mobile number has eleven digits."""

    status = 422
    said = sentence("A mobile number has 11 digits; this one has %(digits)s.")


class PhoneIsNoMobile(Refusal):
    """The number does not exist or cannot receive text messages."""

    status = 422
    said = sentence("No text message can reach this number. Please check each digit.")


class EmailCannotBeRead(Refusal):
    """The address lacks a part."""

    status = 422
    said = sentence("This e-mail address is not complete. It looks like name@example.com.")


class AddressIsNeeded(Refusal):
    """An account that nothing can be sent to is of no use."""

    status = 422
    said = sentence("Give a mobile number or an e-mail address, so that the person can sign in.")


class AddressIsTaken(Refusal):
    """Another account has it."""

    said = sentence("Another account already uses this number or e-mail address.")


def read_address(text: str) -> Address:
    """Read what was typed into one field.

    :raises Refusal: with a sentence that says what is wrong with it
    """
    if "@" in unicodedata.normalize("NFKC", text):
        return Address("email", read_email(text))
    return Address("sms", read_phone(text))


def read_phone(text: str) -> str:
    """Read a mobile number; 138 0013 8000 becomes +8613800138000.

    :raises PhoneHasWrongLength: a Chinese number without its eleven digits
    :raises PhoneIsNoMobile: no such mobile number
    :raises AddressCannotBeRead: no number at all
    """
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^00", "+", digits)
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise AddressCannotBeRead
    if digits.startswith("86") and len(digits) == DIGITS_AT_HOME + 2:
        digits = f"+{digits}"
    at_home = digits.removeprefix("+86")
    if not at_home.startswith("+") and len(at_home) != DIGITS_AT_HOME:
        raise PhoneHasWrongLength(digits=len(at_home))
    try:
        number = parse(digits, HOME)
    except NumberParseException as error:
        raise PhoneIsNoMobile from error
    if not is_valid_number(number) or number_type(number) not in MOBILE:
        raise PhoneIsNoMobile
    return format_number(number, PhoneNumberFormat.E164)


def write_phone(number: str) -> str:
    """Write a number as people read it: 138 0013 8000, +44 7400 123456."""
    parsed = parse(number)
    at_home = parsed.country_code == country_code_for_region(HOME)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return format_number(parsed, style)


def read_email(text: str) -> str:
    """Read an e-mail address, without asking the network about it.

    :raises EmailCannotBeRead: a part is missing or misplaced
    """
    try:
        found = validate_email(
            unicodedata.normalize("NFKC", text).strip(), check_deliverability=False
        )
    except EmailNotValidError as error:
        raise EmailCannotBeRead from error
    return found.normalized.lower()

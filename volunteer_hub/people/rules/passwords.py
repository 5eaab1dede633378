"""Passwords, for those who want one beside the codes: argon2id with its authors' defaults."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from volunteer_hub.foundation.refusal import Refusal, sentence

SHORTEST = 10
LONGEST = 200
FEWEST_SIGNS = 4  # different characters

_hasher = PasswordHasher()


class PasswordIsTooShort(Refusal):
    """Length is what makes a password strong."""

    status = 422
    said = sentence("A password has at least 10 characters; several words are easy to remember.")


class PasswordIsTooEasy(Refusal):
    """It repeats itself or is written in the account."""

    status = 422
    said = sentence("This password is easy to guess. Leave out your own name, number and address.")


class SignInFailed(Refusal):
    """No such account, no password, or another one: all look the same."""

    status = 422
    said = sentence("The address or the password is not right. You can also sign in with a code.")


def ensure_good(password: str, *, about: Iterable[str | None]) -> None:
    """Refuse a password that others would try first.

    :param about: what the account says of its owner: name, number, address
    :raises PasswordIsTooShort: below ten characters
    :raises PasswordIsTooEasy: few different characters, or words of the account
    """
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise PasswordIsTooShort
    words = [word.casefold() for word in about if word and len(word) > 1]
    if len(set(plain)) < FEWEST_SIGNS or any(word in plain.casefold() for word in words):
        raise PasswordIsTooEasy


def hash_password(password: str) -> str:
    return _hasher.hash(_plain(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether it is the password; takes as long when there is none."""
    try:
        right = _hasher.verify(password_hash or _nobodys_hash(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None


@cache
def _nobodys_hash() -> str:
    """Give a hash to check when there is no account, so that its absence takes as long."""
    return _hasher.hash("nobody has this password")


def is_outdated(password_hash: str) -> bool:
    """Tell whether the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)[: LONGEST + 1]

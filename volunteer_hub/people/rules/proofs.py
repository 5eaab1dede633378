"""Proofs of who somebody is: one-time codes, one-time links and tokens.  Only hashes are kept."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from volunteer_hub.foundation.refusal import Refusal, sentence

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
LINK_LIFE = timedelta(hours=24)
# How many codes go to one address within a span, the longest first.
ASKS = ((timedelta(days=1), 10), (timedelta(hours=1), 5), (timedelta(minutes=1), 1))
KEPT_FOR = timedelta(days=2)  # afterwards nothing tells that a code was asked for
SCOPES = ("read", "write")
LONGEST_TOKEN_LIFE = timedelta(days=365)
MARK = "vh_"  # begins every API token, so that scanners see whose secret leaked


class CodeWasJustSent(Refusal):
    """The one before may still be on its way."""

    status = 429
    said = sentence("A code was just sent. Please wait %(seconds)s seconds before the next one.")


class TooManyCodes(Refusal):
    """Nobody needs so many codes; somebody may be playing with another's number."""

    status = 429
    said = sentence("Many codes went to this address. Please try again in %(minutes)s minutes.")


class CodeIsWrong(Refusal):
    """The digits differ."""

    status = 422
    said = sentence("This code is not right. Look at the newest message. %(left)s tries are left.")


class CodeIsOver(Refusal):
    """Used, too old, replaced by a newer one, or tried too often."""

    status = 422
    said = sentence("This code is no longer valid. Please ask for a new one.")


class LinkIsOver(Refusal):
    """The link was used or is older than a day."""

    said = sentence("This sign-in link was used already or is older than a day. Ask for a new one.")


class TokenCannotBeMade(Refusal):
    """A key for ever, or for nothing, is not given out."""

    status = 422
    said = sentence("A token reads, or reads and writes, and ends within a year.")


class Tried(NamedTuple):
    """What came of one try; `left` 0 means that the code is over."""

    right: bool
    left: int


def ensure_may_ask(earlier: Sequence[datetime], *, now: datetime) -> None:
    """Refuse a further code to an address.

    :param earlier: when codes went there during the last day
    :raises CodeWasJustSent: less than a minute ago
    :raises TooManyCodes: five within the hour, or ten within the day
    """
    for span, most in ASKS:
        recent = sorted(at for at in earlier if at > now - span)
        if len(recent) < most:
            continue
        wait = (recent[-most] + span - now).total_seconds()
        if span <= timedelta(minutes=1):
            raise CodeWasJustSent(seconds=ceil(wait))
        raise TooManyCodes(minutes=ceil(wait / 60))


def ensure_right(tried: Tried) -> None:
    """Refuse a code that was not right.

    :raises CodeIsWrong: it may be tried again
    :raises CodeIsOver: a new one is needed
    """
    if not tried.right:
        raise CodeIsWrong(left=tried.left) if tried.left else CodeIsOver()


def ensure_token_fits(scopes: Collection[str], *, expires_at: datetime, now: datetime) -> None:
    """Refuse a token for nothing, or one that outlives the memory of it.

    :raises TokenCannotBeMade: unknown scopes or none; an end that is past or beyond a year
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise TokenCannotBeMade
    if not now < expires_at <= now + LONGEST_TOKEN_LIFE:
        raise TokenCannotBeMade


def fresh_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def read_code(text: str) -> str:
    """Keep the digits of what was typed or pasted: '482 913' → '482913'."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c in "0123456789")


def hash_code(code: str, *, address: str, key: str) -> str:
    """Hash a code for its address; without the installation's key guessing tells nothing."""
    return hmac.digest(key.encode(), f"code:{address}:{code}".encode(), "sha256").hex()


def same(one: str, other: str) -> bool:
    """Compare without telling by the time taken where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def fresh_token(mark: str = "") -> str:
    """Make a secret of 256 bits, too many to guess even from its plain hash."""
    return mark + secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

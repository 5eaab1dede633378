"""Whom a letter goes to, and how to name an address without showing it.  Pure."""

import hashlib
import hmac
from collections.abc import Collection
from typing import Any, NamedTuple

from volunteer_hub.messages.rules.kinds import EVERY_KIND, MAY_BE_STOPPED
from volunteer_hub.messages.rules.states import CHANNELS


class Reader(NamedTuple):
    """Whom a letter goes to: addresses and the channels they want it on."""

    recipient_id: int | None
    name: str
    language: str
    email: str | None
    phone: str | None
    channels: frozenset[str]
    place_path: str = "/"


class Attachment(NamedTuple):
    """A file that travels with a letter, such as text/calendar; method=REQUEST.

    `cid` makes it a picture that the letter shows itself, as cid:chart.
    """

    name: str
    media_type: str
    content: bytes
    cid: str = ""


def deciding(kind: str | None) -> tuple[str, ...]:
    """Name the kinds whose choices withhold a letter already when it is posted.

    None where letters of the kind always go, or where one name stands for several of which some
    do: what their readers turned off is asked in the last moment, letter by letter.
    """
    return (kind, EVERY_KIND) if kind in MAY_BE_STOPPED else ()


def ways(kind: str | None, account: Any) -> Collection[str]:
    """Name the channels to post on, before single choices count; without a kind the profile's."""
    if not account.is_active:
        return ()
    return account.remind_by if kind is None or deciding(kind) else CHANNELS


def mask(address: str) -> str:
    """Show an address so that its owner knows it and nobody else learns it."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    national = address.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}" if len(national) > 7 else "****"


def address_hash(channel: str, address: str) -> str:
    """Name an address without keeping it, for the list of those who must not be written to."""
    return hashlib.sha256(f"{channel}:{address.casefold()}".encode()).hexdigest()


def stop_token(person_id: int, kind: str, channel: str, *, key: str) -> str:
    """Write the secret part of the link that stops one kind on one channel for a person."""
    said = f"{person_id}.{kind}.{channel}"
    proof = hmac.new(key.encode(), f"stop-letters:{said}".encode(), hashlib.sha256).hexdigest()
    return f"{said}.{proof[:32]}"  # 128 bits

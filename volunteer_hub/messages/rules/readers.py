"""Whom a letter goes to, and how to name an address without showing it.  Pure."""

import hashlib
import hmac
from typing import NamedTuple


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
    """A file that travels with a letter, such as text/calendar; method=REQUEST."""

    name: str
    media_type: str
    content: bytes


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

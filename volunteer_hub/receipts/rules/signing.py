"""Signatures of receipts: Standard Webhooks, version 1 (HMAC-SHA256).  Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from volunteer_hub.carriers.rules.signing import webhook_signature
from volunteer_hub.receipts.rules.outcomes import ReceiptIsForged

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def own_secret(carrier: str, *, key: str) -> str:
    """Make the secret that we hand to a carrier that brings none of its own."""
    digest = hmac.new(key.encode(), f"receipts:{carrier}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(digest).decode()


def secret_in(url: str) -> str:
    """Read the secret of a carrier's address, such as https://sms.example/?secret=whsec_…"""
    try:
        return parse_qs(urlsplit(url).query.replace("+", "%2B")).get("secret", [""])[-1]
    except ValueError:
        return ""


def sign(secret: str, *, event_id: str, at: datetime, body: bytes) -> str:
    """Give the value of webhook-signature."""
    return webhook_signature(_key(secret), name=event_id, at=int(at.timestamp()), body=body)


def ensure_signed(
    secrets: Iterable[str],
    *,
    event_id: str,
    timestamp: str,
    signatures: str,
    body: bytes,
    now: datetime,
) -> None:
    """Let only through what one who knows a secret signed within five minutes.

    :raises ReceiptIsForged: if it is not so
    """
    # "٣" and a number beyond every calendar are digits, too
    if not (event_id and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        raise ReceiptIsForged
    at = datetime.fromtimestamp(int(timestamp), UTC)
    if abs(now - at) > TOLERANCE:
        raise ReceiptIsForged
    given = [one.encode() for one in signatures.split()]
    for secret in secrets:
        right = sign(secret, event_id=event_id, at=at, body=body).encode()
        if any(hmac.compare_digest(right, one) for one in given):
            return
    raise ReceiptIsForged


def is_proved(given: str, *, right: str) -> bool:
    """Tell whether a proof in an address is the right one, as fast for every wrong one."""
    return bool(right) and hmac.compare_digest(given.encode(), right.encode())


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()

"""What proves that a word about a message comes from where it says.  Pure."""

import base64
import hashlib
import hmac
from uuid import UUID

PROOF_SIGNS = 32  # 128 bits in hex: nobody guesses it, and it still fits into an address


def receipt_proof(uuid: UUID, *, key: str) -> str:
    """Sign a message's name, so that only who was handed it can report what became of it."""
    signed = hmac.new(key.encode(), b"receipt:" + uuid.hex.encode(), hashlib.sha256)
    return signed.hexdigest()[:PROOF_SIGNS]


def webhook_signature(secret: bytes, *, name: str, at: int, body: bytes) -> str:
    """Sign as Standard Webhooks 1.0 says: HMAC-SHA256 over name, moment and body.

    :param at: seconds since 1970
    """
    signed = hmac.digest(secret, f"{name}.{at}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"

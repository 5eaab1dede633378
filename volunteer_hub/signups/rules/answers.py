"""Answers from a letter: each link does one thing, for one sign-up of one person.  Pure.

Why a link is its own proof: docs/decisions/0013-answers-from-letters.md.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from typing import NamedTuple

from volunteer_hub.foundation.refusal import Refusal, sentence

VERBS = ("come", "leave", "accept", "decline")
PROOF_BYTES = 16  # of the HMAC: 128 bits
TOKEN = re.compile(rf"([1-9][0-9]{{0,17}})-({'|'.join(VERBS)})-([A-Za-z0-9_-]{{22}})")


class LinkIsUnknown(Refusal):
    """Nobody here wrote this link: it was cut off on its way, or made up."""

    status = 404
    said = sentence("This link fits no sign-up. Perhaps a part of it was lost on the way.")


class NoPlaceHere(Refusal):
    """Whoever waits has nothing to come to yet."""

    said = sentence("You have no place on this shift at the moment; you stand in line for one.")


class Claim(NamedTuple):
    """What a link says of itself; believe it only once `proves` said so."""

    signup_id: int
    verb: str
    proof: str


def write_token(*, signup_id: int, person_id: int, verb: str, key: str) -> str:
    """Write the secret part of a link that lets this person say one thing about one sign-up.

    :param verb: come, leave, accept or decline
    """
    if verb not in VERBS:
        raise ValueError(f"No link says {verb}.")
    return f"{signup_id}-{verb}-{_proof(signup_id, person_id, verb, key)}"


def read_token(token: str) -> Claim:
    """Read what a link claims.

    :raises LinkIsUnknown: if it is none of ours by its very form
    """
    found = TOKEN.fullmatch(token)
    if found is None:
        raise LinkIsUnknown
    return Claim(int(found[1]), found[2], found[3])


def ensure_proven(claim: Claim, *, person_id: int, key: str) -> None:
    """Refuse a link that was not written here for this person; compares in constant time.

    :raises LinkIsUnknown:
    """
    if not hmac.compare_digest(claim.proof, _proof(claim.signup_id, person_id, claim.verb, key)):
        raise LinkIsUnknown


def _proof(signup_id: int, person_id: int, verb: str, key: str) -> str:
    said = f"answer-from-letter:{signup_id}:{verb}:{person_id}"
    digest = hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:PROOF_BYTES]).decode().rstrip("=")

"""The codes that check people in: one that changes every half minute, one on a poster.  Pure.

A token is part of a plain https link, so that any scanner opens it: which shift, which kind of
code, its moment, and the proof that we made it. `7.r59482116.Pv…` opens shift 7 in one step.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import Refusal, sentence

ROTATING = "r"  # on the coordinator's screen; its moment is the number of the step
POSTER = "p"  # on paper, for days of low risk; its moment is when it was switched on
SCAN = "s"  # kept by the browser that scanned a code, while its reader signs in
KINDS = (ROTATING, POSTER, SCAN)

STEP = 30  # seconds for which the screen shows one code
STEPS_TAKEN = 2  # the present one and the one before, for who is just scanning it
SCAN_HOLDS = 600  # seconds to sign in and press the button after a scan
PROOF = 16  # bytes of the HMAC in the token: 128 bits
TOKEN = re.compile(rf"(\d{{1,18}})\.([{''.join(KINDS)}])(\d{{1,18}})\.([\w-]{{22}})", re.ASCII)


class CodeHasChanged(Refusal):
    """The code was on the screen a while ago; a photograph of it is of no use."""

    status = 410
    said = sentence("The code has changed. Please scan the one on the screen again.")


class PosterIsOff(Refusal):
    """The poster was never switched on, was switched off, or belongs to another day."""

    status = 410
    said = sentence("This poster does not count now. Please ask the coordinator to check you in.")


class ShiftHasEnded(Refusal):
    """Nobody checks in any more."""

    said = sentence("The shift is over: a poster is of no use any more.")


class Code(NamedTuple):
    """What a token says: it opens one shift, and is of one kind and moment."""

    shift_id: int
    kind: str
    moment: int


def key_of(secret: str) -> bytes:
    """Derive the key of these codes from the secret of the installation."""
    return hmac.digest(secret.encode(), b"attendance check-in", sha256)


def write_token(code: Code, *, key: bytes) -> str:
    """Write the code as what stands in the link."""
    return f"{_claim(code)}.{_proof(code, key)}"


def read_token(token: str, *, key: bytes) -> Code | None:
    """Read what the token says, if we made it; comparing takes the same time for every token."""
    found = TOKEN.fullmatch(token)
    if found is None:
        return None
    code = Code(int(found[1]), found[2], int(found[3]))
    return code if hmac.compare_digest(write_token(code, key=key), token) else None


def step_of(now: datetime) -> int:
    """Number the half minutes since 1970."""
    return int(now.timestamp()) // STEP


def seconds_left(now: datetime) -> int:
    """Say for how long the screen still shows this code: 1 to 30."""
    return STEP - int(now.timestamp()) % STEP


def rotating(shift_id: int, *, now: datetime) -> Code:
    """Make the code of this half minute."""
    return Code(shift_id, ROTATING, step_of(now))


def poster(shift_id: int, *, made_at: datetime) -> Code:
    """Make the code of a poster; switched off and on again it is another one."""
    return Code(shift_id, POSTER, int(made_at.timestamp()))


def scan(shift_id: int, *, now: datetime) -> Code:
    """Note that a code of the shift was scanned just now."""
    return Code(shift_id, SCAN, int(now.timestamp()))


def ensure_shown(code: Code, *, now: datetime) -> None:
    """Refuse a rotating code that is neither this half minute's nor the one's before.

    :raises CodeHasChanged: photographs that are passed on come too late
    """
    if not 0 <= step_of(now) - code.moment < STEPS_TAKEN:
        raise CodeHasChanged


def ensure_stands(code: Code, *, made_at: datetime | None, is_day: bool) -> None:
    """Refuse a poster that is off, that was printed before it was last switched on, or whose day
    it is not.

    :param made_at: when the shift's poster was switched on; None: it is off
    :raises PosterIsOff:
    """
    if not is_day or made_at is None or poster(code.shift_id, made_at=made_at) != code:
        raise PosterIsOff


def ensure_not_over(span: Span, *, now: datetime) -> None:
    """Refuse a poster for a shift that is over.

    :raises ShiftHasEnded:
    """
    if now >= span.ends_at:
        raise ShiftHasEnded


def is_held(code: Code, *, shift_id: int, now: datetime) -> bool:
    """Tell whether this browser scanned a code of the shift within the last ten minutes."""
    age = int(now.timestamp()) - code.moment
    return code.kind == SCAN and code.shift_id == shift_id and 0 <= age <= SCAN_HOLDS


def _claim(code: Code) -> str:
    return f"{code.shift_id}.{code.kind}{code.moment}"


def _proof(code: Code, key: bytes) -> str:
    digest = hmac.digest(key, _claim(code).encode(), sha256)
    return urlsafe_b64encode(digest[:PROOF]).decode().rstrip("=")

"""Text messages by any other provider: a signed POST of JSON to an address of the operator's.

    {"id": "<message uuid>", "to": "+8613…", "text": "…", "from": "10690000", "sent_at": "…Z"}

Signed as Standard Webhooks 1.0 says.  `Idempotency-Key` is the message's uuid, and every attempt
carries the same bytes.

A provider who acts only once on a key (`idempotent=yes` in the address) makes an unknown end
certain: within `window` after the first attempt the same message may be handed over again under
the same key, and the answer then holds for both.  That is `settles_by_key`; after the window a key
is no promise any more.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, timedelta
from time import time as now
from typing import Any

from volunteer_hub.carriers.channels.line import Answer, HttpChannel
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import WebEndpoint
from volunteer_hub.carriers.rules.signing import webhook_signature

CLOSED_TO_US = (401, 403, 503)
ANOTHER_TIME = (408, 425, 429)
UNDER_WAY = 409  # of a key: an earlier attempt is still being dealt with


class WebhookChannel(HttpChannel):
    """A provider of the operator's, who takes a message by a signed POST."""

    def __init__(
        self, find: Callable[[], WebEndpoint], *, settles_by_key: bool = False, window: int = 0
    ) -> None:
        """:param window: seconds for which the provider remembers a key"""
        super().__init__(find)
        self.settles_by_key = settles_by_key
        self.window = timedelta(seconds=window)

    def hand_over(self, parcel: Parcel) -> Taken:
        """Send the request; only its answer says whether the message was taken."""
        there = self.there
        body = write_body(parcel, sender=there.sender)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(parcel.uuid),
            **sign(str(parcel.uuid), body, secret=there.secret, at=int(now())),
        }
        if there.user:
            account = base64.b64encode(f"{there.user}:{there.password}".encode()).decode()
            headers["Authorization"] = f"Basic {account}"
        answer = self.line.ask("POST", there.path, headers=headers, body=body)
        if answer.status // 100 == 2:
            named = _read(answer).get("id")
            return Taken(str(answer), str(named) if isinstance(named, str | int) else None)
        raise _not_taken(answer)


def write_body(parcel: Parcel, *, sender: str) -> bytes:
    """Write the same bytes for the same message, whoever writes them."""
    facts = {
        "id": str(parcel.uuid),
        "to": parcel.address,
        "text": parcel.body_text,
        "from": sender,
        "sent_at": parcel.dated_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def sign(name: str, body: bytes, *, secret: bytes, at: int) -> dict[str, str]:
    """Give the headers of Standard Webhooks 1.0.

    :param at: seconds since 1970
    """
    return {
        "Webhook-Id": name,
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": webhook_signature(secret, name=name, at=at, body=body),
    }


def _read(answer: Answer) -> dict[str, Any]:
    try:
        read = json.loads(answer.body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _not_taken(answer: Answer) -> NotNow | Refused | Unclear:
    said = str(answer)
    if answer.status in CLOSED_TO_US or answer.status // 100 == 3:
        return NotNow(said, channel_is_down=True)
    if answer.status in ANOTHER_TIME:
        return NotNow(said)
    if answer.status // 100 == 4 and answer.status != UNDER_WAY:
        return Refused(said, address_is_bad=_read(answer).get("refused") == "address")
    return Unclear(said)

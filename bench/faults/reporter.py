"""Who reports at our doors in drills."""

import json
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from volunteer_hub.carriers.rules.signing import receipt_proof
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.receipts.rules.signing import own_secret, sign

BY_KANNEL = {"sent": 8, "delivered": 1}  # these may come by either door
FORGER = {"REMOTE_ADDR": "203.0.113.9"}
CARRIER = "drill"

Said = tuple[str, str, str]  # the word, the event's name, the door


class Reporter:
    """A carrier that reports at our doors, and somebody who only wishes to be one."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.key = app.config["SETTINGS"].secret_key
        self.forged = self.believed = 0

    def report(self, uuid: UUID, said: Said) -> None:
        """Say one word about a letter.

        :raises RuntimeError: if the door does not take it
        """
        word, event, door = said
        status = self._knock(uuid, word, event, door, key=self.key)
        if status != 204:
            raise RuntimeError(f"A receipt was answered with {status}.")

    def forge(self, uuid: UUID, word: str, door: str) -> None:
        self.forged += 1
        status = self._knock(uuid, word, str(uuid4()), door, key="guessed" * 6, **FORGER)
        self.believed += status not in (403, 429)

    def _knock(self, uuid: UUID, word: str, event: str, door: str, *, key: str, **base: str) -> int:
        environ = {"REMOTE_ADDR": "127.0.0.1", **base}
        if door == "kannel":
            proof, status = receipt_proof(uuid, key=key), str(BY_KANNEL[word])
            asked = {"id": str(uuid), "status": status, "proof": proof}
            there = "/receipts/kannel"
            return self.client.get(there, query_string=asked, environ_base=environ).status_code
        body = json.dumps({"type": word, "message": str(uuid), "event": event}).encode()
        at = utc_now()
        headers = {
            "webhook-id": event,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": sign(
                own_secret(CARRIER, key=key), event_id=event, at=at, body=body
            ),
        }
        there = f"/receipts/webhook/{CARRIER}"
        answer = self.client.post(there, data=body, headers=headers, environ_base=environ)
        return answer.status_code

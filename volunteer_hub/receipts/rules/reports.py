"""Reports that mail servers send: delivery status (RFC 3464) and complaints (RFC 5965).  Pure.

The envelope's name that we gave with ENVID (RFC 3461) is the letter's uuid; servers that do not
keep it send the letter's header back, and with it the Message-ID.
"""

import hashlib
import re
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from email.message import Message
from email.utils import parsedate_to_datetime
from uuid import UUID

from volunteer_hub.receipts.rules.outcomes import Heard, ReceiptIsUnreadable, shorten

CARRIER = "mail"
SAYS = {
    "delivered": "delivered",
    "delayed": "soft-bounced",
    "failed": "bounced",
    "relayed": "sent",  # handed on to a server that reports nothing
    "expanded": "sent",
}
COMPLAINTS = ("abuse", "fraud", "virus", "other")  # and not: not-spam, auth-failure
ADDRESS_IS_BAD = re.compile(r"^5\.(1\.[0-46]|1\.10|2\.1)\b")  # RFC 3463: bad or disabled mailbox
OF_THE_MOMENT = re.compile(r"^(4\.|5\.2\.2|5\.4\.7)")  # full, or tried for too long
XTEXT = re.compile(r"\+([0-9A-F]{2})")


def read_report(raw: bytes) -> list[Heard]:
    """Read what a report says of each recipient.

    :raises ReceiptIsUnreadable: if it is no such report, or names no letter
    """
    mail = message_from_bytes(raw, policy=policy.compat32)
    name = str(mail.get("Message-ID", "")).strip() or hashlib.sha256(raw).hexdigest()
    found: list[Heard] = []
    for part in mail.walk():
        blocks = [one for one in _blocks(part) if isinstance(one, Message)]
        if part.get_content_type() == "message/delivery-status":
            found += _statuses(blocks, name, _message_id(mail))
        elif part.get_content_type() == "message/feedback-report":
            found += _complaints(blocks, name, _message_id(mail))
    if not any(one.uuid or one.reference for one in found):
        raise ReceiptIsUnreadable
    return found


def _statuses(blocks: list[Message], name: str, reference: str | None) -> list[Heard]:
    envelope = _uuid(blocks[0]) if blocks else None
    found = []
    for number, block in enumerate(blocks[1:]):
        action = _word(block, "Action").split(" ")[0].lower()
        if action not in SAYS:
            continue
        status = _word(block, "Status")
        said = f"{action} {status} {_word(block, 'Diagnostic-Code')} {_recipient(block)}"
        found.append(
            Heard(
                CARRIER,
                f"{name}:{number}",
                envelope,
                reference,
                SAYS[action],
                _blame(action, status),
                shorten(said),
                _moment(_word(block, "Last-Attempt-Date") or _word(blocks[0], "Arrival-Date")),
            )
        )
    return found


def _complaints(blocks: list[Message], name: str, reference: str | None) -> list[Heard]:
    if not blocks or _word(blocks[0], "Feedback-Type").lower() not in COMPLAINTS:
        return []
    block = blocks[0]
    said = shorten(f"{_word(block, 'Feedback-Type')} {_word(block, 'User-Agent')}")
    when = _moment(_word(block, "Arrival-Date"))
    blame = "address"
    return [Heard(CARRIER, name, _uuid(block), reference, "complained", blame, said, when)]


def _blame(action: str, status: str) -> str:
    """Tell a mailbox that is full from one that does not exist, and both from what is our fault."""
    if action == "delayed" or OF_THE_MOMENT.match(status):
        return "mailbox"
    return "address" if action == "failed" and ADDRESS_IS_BAD.match(status) else "nobody"


def _message_id(mail: Message) -> str | None:
    """Find the Message-ID of the letter that came back, in full or as its header."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            letters = [one for one in _blocks(part) if isinstance(one, Message)]
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            letters = [message_from_string(text)]
        else:
            continue
        for letter in letters:
            if found := _word(letter, "Message-ID"):
                return found[:200]
    return None


def _blocks(part: Message) -> list[object]:
    payload = part.get_payload()
    return list(payload) if isinstance(payload, list) else []


def _uuid(block: Message) -> UUID | None:
    plain = XTEXT.sub(lambda one: chr(int(one[1], 16)), _word(block, "Original-Envelope-Id"))
    try:
        return UUID(plain)
    except ValueError:
        return None


def _recipient(block: Message) -> str:
    return _word(block, "Final-Recipient").partition(";")[2].strip()


def _word(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _moment(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

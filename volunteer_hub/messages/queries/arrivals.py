"""Read what the built-in receiving servers wrote down, the newest first."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

TAIL = 4_000_000  # bytes read from the end of a file: far more than one page shows


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter that arrived, in plain text."""

    at: datetime
    to: str
    subject: str
    body: str
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One text message that arrived."""

    at: datetime
    to: str
    text: str


def mails(folder: Path, *, to: str = "", limit: int) -> list[Mail]:
    """Read the newest letters, to one address if it is named."""
    found = []
    for arrival in _newest(folder / "email.jsonl"):
        address = ", ".join(arrival["to"])
        if to in address:
            found.append(_read_mail(arrival, address))
        if len(found) == limit:
            break
    return found


def texts(folder: Path, *, to: str = "", limit: int) -> list[Text]:
    """Read the newest text messages, to one number if it is named."""
    found = []
    for arrival in _newest(folder / "sms.jsonl"):
        if to.lstrip("+") in arrival["to"]:
            found.append(Text(_when(arrival), arrival["to"], arrival["text"]))
        if len(found) == limit:
            break
    return found


def _newest(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    with file.open("rb") as opened:
        size = file.stat().st_size
        opened.seek(max(size - TAIL, 0))
        lines = opened.read().splitlines()
    for line in reversed(lines[1:] if size > TAIL else lines):
        yield json.loads(line)


def _read_mail(arrival: dict[str, Any], address: str) -> Mail:
    raw = base64.b64decode(arrival["raw"])
    message = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    body = message.get_body(("plain",))
    names = (part.get_filename() for part in message.iter_attachments())
    return Mail(
        at=_when(arrival),
        to=address,
        subject=str(message.get("Subject", "")),
        body=body.get_content().strip() if body else "",
        attachments=tuple(name for name in names if name),
    )


def _when(arrival: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(arrival["at"])

"""A provider of text messages on loopback that takes signed JSON by HTTP and keeps what it accepts.

It checks signatures by Standard Webhooks 1.0.  With `remembers` it acts once on an Idempotency-Key
and then repeats its answer; without, it takes a message as often as it comes.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass

from standalone.sinks.faults import Faults
from standalone.sinks.inbox import Inbox

SECRET = base64.b64encode(b"a provider that receives for tests").decode()
TOLERANCE = 300  # seconds between the sender's clock and ours
LONGEST = 65_536  # bytes of a request's head, and of its body
WORDS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}


@dataclass(frozen=True, slots=True)
class _Request:
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: str = "{}"


class Provider:
    """Steps that can be gated: submit, accepted (kept, not yet answered)."""

    def __init__(self, inbox: Inbox, faults: Faults, *, remembers: bool = False) -> None:
        self.inbox, self.faults = inbox, faults
        self.remembers = remembers
        self.breaks = False  # answer 500 to what was accepted and kept
        self.repeats = 0  # messages that came again under a key known already
        # key → what it came with, and the answer once there is one; the same after a restart
        self._replies: dict[str, tuple[str, _Reply | None]] = {
            arrival["key"]: (arrival["digest"], _taken(arrival["number"]))
            for arrival in inbox.arrivals()
        }

    async def start(self) -> int:
        """Listen on a free loopback port and name it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LONGEST)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()

    def url(self, port: int, *, more: str = "") -> str:
        """Give the setting with which the service reaches this provider."""
        return f"webhook+http://127.0.0.1:{port}/messages?secret=whsec_{SECRET}&from=10690000{more}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
                await self._converse(reader, writer)
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other until an answer is to be lost."""
        while (reply := await self._answer(await _read(reader))) is not None:
            body = reply.body.encode()
            head = f"HTTP/1.1 {reply.status} {WORDS.get(reply.status, 'So')}\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
            if self.faults.hang_up:
                writer.close()
                await writer.wait_closed()
                return

    async def _answer(self, request: _Request) -> _Reply | None:
        """Take one message; None if nobody is to hear the answer."""
        await self.faults.at("submit")
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        if not request.line.startswith("POST /messages"):
            return _Reply(404)
        if not _is_signed(request):
            return _Reply(401)
        facts = json.loads(request.body)
        if facts["to"] in self.faults.answers:
            status, _, body = self.faults.answers[facts["to"]].partition(" ")
            return _Reply(int(status), body or "{}")
        if self.faults.refuses():
            return _Reply(503)
        return await self._take(request, facts)

    async def _take(self, request: _Request, facts: dict[str, str]) -> _Reply | None:
        key = request.headers.get("idempotency-key", "")
        digest = hashlib.sha256(request.body).hexdigest()
        if self.remembers and key in self._replies:
            self.repeats += 1
            known, reply = self._replies[key]
            return _Reply(422) if known != digest else reply or _Reply(409)
        self._replies[key] = (digest, None)
        number = secrets.token_hex(8)
        self.inbox.keep(
            to=facts["to"],
            sender=facts["from"],
            text=facts["text"],
            number=number,
            key=key,
            digest=digest,
            sent_at=facts["sent_at"],
        )
        await self.faults.at("accepted")
        reply = _taken(number)
        self._replies[key] = (digest, reply)
        if self.faults.loses():
            return None
        return _Reply(500, '{"error": "broken"}') if self.breaks else reply


def _taken(number: str) -> _Reply:
    return _Reply(200, json.dumps({"id": number}))


async def _read(reader: asyncio.StreamReader) -> _Request:
    """Read one request whose body has a length.

    :raises ValueError: if it is none, or is too long
    """
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as error:
        raise ValueError("The head is too long.") from error
    line, *rest = head.removesuffix("\r\n\r\n").split("\r\n")
    pairs = (header.partition(":") for header in rest)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= LONGEST:
        raise ValueError("The body is too long.")
    return _Request(line, headers, await reader.readexactly(length))


def _is_signed(request: _Request) -> bool:
    name, at, signatures = (
        request.headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature")
    )
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE:
        return False
    signed = f"{name}.{at}.".encode() + request.body
    expected = hmac.digest(base64.b64decode(SECRET), signed, "sha256")
    return any(
        hmac.compare_digest(one, f"v1,{base64.b64encode(expected).decode()}")
        for one in signatures.split()
    )

"""A real SMTP server on loopback that keeps what it accepts."""

import asyncio
import base64
import logging
import ssl
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from standalone.sinks.faults import Faults
from standalone.sinks.inbox import Inbox

LARGEST = 20 * 1024 * 1024
logging.getLogger("mail.log").setLevel(logging.WARNING)  # below that it logs every address


class _Postbox:
    """The hooks of one server."""

    def __init__(self, inbox: Inbox, faults: Faults) -> None:
        self.inbox, self.faults = inbox, faults

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _e: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self.faults.at("hello")
        return responses

    async def handle_RCPT(
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.faults.at("recipient")
        if address in self.faults.answers:
            return self.faults.answers[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _s: Session, envelope: Envelope) -> str:
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        for address in envelope.rcpt_tos:
            if address in self.faults.data_answers:
                return self.faults.data_answers[address]
        if self.faults.refuses():
            return "451 4.3.0 Try again later"
        raw = envelope.original_content or b""
        self.inbox.keep(
            message_id=message_from_bytes(raw).get("Message-ID", ""),
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            raw=base64.b64encode(raw).decode(),
        )
        await self.faults.at("accepted")
        if self.faults.loses():
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 2.0.0 Kept"


class _Server(SMTP):
    """One connection; the gate `data` stands before the answer 354."""

    async def smtp_DATA(self, arg: str) -> None:
        await self.event_handler.faults.at("data")
        await super().smtp_DATA(arg)
        if self.event_handler.faults.hang_up and self.transport is not None:
            self.transport.close()


async def serve(
    inbox: Inbox,
    faults: Faults,
    *,
    tls: ssl.SSLContext | None = None,
    account: tuple[str, str] | None = None,
) -> tuple[asyncio.Server, int]:
    """Listen on a free loopback port; with `tls`, and an `account` behind it, insist on both."""
    options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
    if account:
        options |= {"authenticator": _Doorkeeper(*account), "auth_required": True}

    def connection() -> SMTP:
        return _Server(
            _Postbox(inbox, faults),
            hostname="sink.localhost",
            ident="Volunteer Hub sink",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
            **options,
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


class _Doorkeeper:
    """Know one account."""

    def __init__(self, name: str, password: str) -> None:
        self.known = LoginPassword(name.encode(), password.encode())

    def __call__(
        self, _s: SMTP, _session: Session, _e: Envelope, _m: str, given: Any
    ) -> AuthResult:
        return AuthResult(success=given == self.known, handled=False)

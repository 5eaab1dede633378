"""A real SMTP server on loopback that keeps what it accepts.

It announces DSN (RFC 3461) and PIPELINING (RFC 2920). Once a folder `reports` lies beside its inbox
it writes there what it would send back about each letter, a file a report; the recipient says
which: gone@… does not exist, full@… has no room, spam@… complains, everybody else has got it.
"""

import asyncio
import base64
import logging
import re
import secrets
import ssl
from email import message_from_bytes
from email.utils import format_datetime, localtime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from standalone.sinks.faults import Faults
from standalone.sinks.inbox import Inbox

LARGEST = 20 * 1024 * 1024
DSN = re.compile(r" (RET|ENVID|NOTIFY|ORCPT)=(\S+)", re.I)
ACTIONS = {"gone": ("failed", "5.1.1"), "full": ("delayed", "4.2.2")}
COMPLAINS = "spam"
REPORT = """From: Mail Delivery Subsystem <mailer-daemon@sink.localhost>\r
To: <{sender}>\r
Subject: Report\r
Date: {date}\r
Message-ID: <{name}@sink.localhost>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type={kind}; boundary="{name}"\r
\r
--{name}\r
Content-Type: text/plain; charset=utf-8\r
\r
A report about one letter.\r
--{name}\r
Content-Type: message/{kind}\r
\r
{fields}\r
--{name}\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {message_id}\r
--{name}--\r
"""
STATUS = """Reporting-MTA: dns; sink.localhost\r
Original-Envelope-Id: {envelope}\r
Arrival-Date: {date}\r
\r
Final-Recipient: rfc822; {recipient}\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; {status} <{recipient}>\r
"""
FEEDBACK = """Feedback-Type: abuse\r
User-Agent: sink/1\r
Version: 1\r
Original-Envelope-Id: {envelope}\r
Arrival-Date: {date}\r
"""
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
        announced = ["250-DSN"] + ["250-PIPELINING"] * self.faults.pipelining
        return [*responses[:-1], *announced, responses[-1]]

    async def handle_RCPT(
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.faults.at("recipient")
        if address in self.faults.answers:
            return self.faults.answers[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: "_Server", _s: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            if address in self.faults.data_answers:
                return self.faults.data_answers[address]
        if self.faults.refuses():
            return "451 4.3.0 Try again later"
        raw = envelope.original_content or b""
        message_id = message_from_bytes(raw).get("Message-ID", "")
        self.inbox.keep(
            message_id=message_id,
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            raw=base64.b64encode(raw).decode(),
            envid=server.said.get("ENVID", ""),
            notify=server.said.get("NOTIFY", ""),
        )
        reports = self.inbox.path.parent / "reports"
        if reports.is_dir() and "NOTIFY" in server.said:
            for recipient in envelope.rcpt_tos:
                _report(reports, server.said, envelope.mail_from or "", recipient, message_id)
        await self.faults.at("accepted")
        if self.faults.loses():
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 2.0.0 Kept"


def _report(
    folder: Path, said: dict[str, str], sender: str, recipient: str, message_id: str
) -> None:
    """Write what became of a letter, as it would be sent back to its sender."""
    who = recipient.partition("@")[0].partition("+")[0]
    action, status = ACTIONS.get(who, ("delivered", "2.0.0"))
    kind, form = "delivery-status", STATUS
    if who == COMPLAINS:
        kind, form = "feedback-report", FEEDBACK
    known = {"date": format_datetime(localtime()), "envelope": said.get("ENVID", "")}
    fields = form.format(**known, recipient=recipient, action=action, status=status)
    name = secrets.token_hex(8)
    whole = REPORT.format(
        **known, sender=sender, name=name, kind=kind, fields=fields, message_id=message_id
    )
    fresh = folder / f"{name}.new"
    fresh.write_bytes(whole.encode())
    fresh.rename(folder / f"{name}.eml")


class _Server(SMTP):
    """One connection; the gate `data` stands before the answer 354.

    The library knows no DSN: its parameters are read here and kept from it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said: dict[str, str] = {}

    async def push(self, status: Any) -> None:
        """Answer, late if told so; of an answer in many lines the last one is late."""
        if self.event_handler.faults.delay and status[3:4] not in ("-", b"-"):
            await asyncio.sleep(self.event_handler.faults.delay)
        await super().push(status)

    async def smtp_MAIL(self, arg: str) -> None:
        self.said = {}
        await super().smtp_MAIL(self._without_dsn(arg))

    async def smtp_RCPT(self, arg: str) -> None:
        await super().smtp_RCPT(self._without_dsn(arg))

    def _without_dsn(self, arg: str) -> str:
        self.said |= {name.upper(): value for name, value in DSN.findall(arg or "")}
        return DSN.sub("", arg or "")

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

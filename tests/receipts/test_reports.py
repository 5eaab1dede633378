"""Reports of mail servers as they come: whole, by parts, and broken."""

from uuid import UUID

import pytest

from volunteer_hub.receipts.rules.outcomes import ReceiptIsUnreadable
from volunteer_hub.receipts.rules.reports import read_report

UUID_ = "6f1de9a2-7c3b-4d0e-9a55-2f8b6d3c1e10"
ID = "<2026.abc@hub.test>"


def dsn(
    action: str = "failed",
    status: str = "5.1.1",
    *,
    envelope: str | None = UUID_,
    back: str = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ID}\r\nSubject: x\r\n",
    name: str = "Message-ID: <r1@mx.example>\r\n",
) -> bytes:
    """Write a report as RFC 3464 shows it."""
    named = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: hub@hub.test\r\n{name}"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
        "--B\r\n\r\nYour message could not be delivered.\r\n"
        f"--B\r\nContent-Type: message/delivery-status\r\n\r\n{named}"
        "Reporting-MTA: dns; mx.example\r\nArrival-Date: Tue, 24 Nov 2026 12:00:00 +0800\r\n\r\n"
        f"Final-Recipient: rfc822; mei@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <mei@example.org> unknown\r\n\r\n"
        f"--B\r\n{back}\r\n--B--\r\n"
    ).encode()


def arf(kind: str = "abuse", envelope: str = UUID_) -> bytes:
    """Write a complaint as RFC 5965 shows it."""
    return (
        "From: abuse@isp.example\r\nMessage-ID: <c1@isp.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=B\r\n\r\n"
        "--B\r\n\r\nThis is a report.\r\n"
        "--B\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {kind}\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n"
        f"Original-Envelope-Id: {envelope}\r\n\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {ID}\r\nSubject: x\r\n\r\nHi\r\n"
        "--B--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "says", "blame"),
    [
        ("delivered", "2.0.0", "delivered", "nobody"),
        ("relayed", "2.0.0", "sent", "nobody"),
        ("expanded", "2.0.0", "sent", "nobody"),
        ("delayed", "4.4.1", "soft-bounced", "mailbox"),
        ("Delayed (will retry)", "4.2.2", "soft-bounced", "mailbox"),
        ("failed", "4.4.7", "bounced", "mailbox"),
        ("failed", "5.2.2", "bounced", "mailbox"),
        ("failed", "5.1.1", "bounced", "address"),
        ("failed", "5.1.10", "bounced", "address"),
        ("failed", "5.2.1", "bounced", "address"),
        ("failed", "5.7.1", "bounced", "nobody"),  # speaks of us
        ("failed", "5.0.0", "bounced", "nobody"),
        ("failed", "", "bounced", "nobody"),
    ],
)
def test_what_a_mail_server_says(action: str, status: str, says: str, blame: str) -> None:
    (heard,) = read_report(dsn(action, status))
    assert (heard.uuid, heard.reference) == (UUID(UUID_), ID)
    assert (heard.says, heard.blame) == (says, blame)
    assert heard.event_id == "<r1@mx.example>:0"
    assert heard.occurred_at is not None
    assert heard.occurred_at.isoformat() == "2026-11-24T12:00:00+08:00"
    assert "mei@" not in heard.answer


def test_a_server_that_keeps_no_envelope_name_is_told_by_the_message_id() -> None:
    (heard,) = read_report(dsn(envelope=None))
    assert (heard.uuid, heard.reference) == (None, ID)
    whole = f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {ID}\r\n\r\nHello\r\n"
    (heard,) = read_report(dsn(envelope="no+uuid", back=whole))
    assert (heard.uuid, heard.reference) == (None, ID)


def test_an_envelope_name_in_xtext_is_read() -> None:
    (heard,) = read_report(dsn(envelope=UUID_.replace("-", "+2D")))
    assert heard.uuid == UUID(UUID_)


def test_a_report_without_a_name_is_named_by_what_it_says() -> None:
    first, second = read_report(dsn(name="")), read_report(dsn(name=""))
    assert first == second
    assert first[0].event_id != read_report(dsn("delayed", name=""))[0].event_id


@pytest.mark.parametrize("kind", ["abuse", "fraud", "virus", "other", "ABUSE"])
def test_a_complaint(kind: str) -> None:
    (heard,) = read_report(arf(kind))
    assert (heard.says, heard.uuid, heard.reference) == ("complained", UUID(UUID_), ID)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Out of office\r\n\r\nI am away.\r\n",
        b"\xff\xfe\x00",
        arf("not-spam"),
        arf("auth-failure"),
        dsn("unheard-of"),
        dsn(envelope=None, back="Content-Type: text/plain\r\n\r\nNothing"),
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nnothing that is a field\r\n--B--\r\n",
    ],
)
def test_what_is_no_report_of_a_letter(raw: bytes) -> None:
    with pytest.raises(ReceiptIsUnreadable):
        read_report(raw)

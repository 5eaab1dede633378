"""The channels against real servers: introductions, whole letters, long texts."""

import base64
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from standalone.sinks.running import Sinks, running_sinks
from tests.messages.letter import MEI, post_trial, the_letter
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel
from volunteer_hub.carriers.channels.route import Endpoint, find
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.carriers.rules.texts import MOST_PARTS
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now
from volunteer_hub.messages.queries.outbox import get_message
from volunteer_hub.messages.rules.readers import Attachment

TLS = Path(__file__).parent / "tls"
ACCOUNT = ("hub@example.org", "p@ss:word/1")
INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
LONG = "各位邻居：" + "共享集市改到下周六上午八点，" * 20 + "𠮷祥里见。"


def only_mail(sinks: Sinks) -> EmailMessage:
    (arrival,) = sinks.mail.arrivals()
    found = message_from_bytes(base64.b64decode(arrival["raw"]), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def speak(app: Flask, monkeypatch: pytest.MonkeyPatch, **urls: str) -> None:
    """Let the app use other servers."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **urls))


def test_a_mail_has_both_bodies_the_mark_and_its_files(committed: Flask, sinks: Sinks) -> None:
    file = Attachment("shift.ics", "text/calendar; method=REQUEST; charset=utf-8", INVITATION)
    post_trial(attachments=[file])
    deliver(clock=database_now)
    mail = only_mail(sinks)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/calendar",
    ]
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "陈晓梅" in plain.get_content()
    (invitation,) = mail.iter_attachments()
    assert invitation.get_filename() == "shift.ics"
    assert invitation.get_param("method") == "REQUEST"
    assert invitation.get_payload(decode=True) == INVITATION
    assert mail["To"] == "陈晓梅 <mei@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == the_letter().message_id


def test_dots_at_the_start_of_a_line_survive(committed: Flask, sinks: Sinks) -> None:
    file = Attachment("dots.txt", "text/plain; charset=utf-8", b".\r\n..two\r\n.end\r\n")
    post_trial(to=MEI._replace(name=".\n.晓梅"), attachments=[file])
    deliver(clock=database_now)
    (dots,) = only_mail(sinks).iter_attachments()
    assert dots.get_payload(decode=True) == file.content


def test_mail_by_account(committed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    with running_sinks(tmp_path, tls=context, account=ACCOUNT) as sinks:
        there = f"hub%40example.org:p%40ss%3Aword%2F1@localhost:{sinks.mail_port}"
        speak(committed, monkeypatch, smtp_url=f"smtp://{there}?tls=starttls")
        post_trial()
        assert deliver(clock=database_now).sent == 1
        assert len(sinks.mail.arrivals()) == 1


@pytest.mark.parametrize(
    ("user", "trusted", "said"),
    [("wrong:word", True, "SMTPAuthenticationError"), ("", False, "SSLCertVerificationError")],
)
def test_no_introduction_no_letter(
    committed: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    user: str,
    trusted: bool,
    said: str,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    with running_sinks(tmp_path, tls=context, account=ACCOUNT) as sinks:
        there = f"{user}@localhost:{sinks.mail_port}"
        speak(committed, monkeypatch, smtp_url=f"smtp://{there}?tls=starttls")
        post_trial()
        assert deliver(clock=database_now).pending == 1
    letter = the_letter()
    assert letter.state == "pending"
    assert said in letter.reason
    assert "word" not in letter.reason  # no password in what is kept


@pytest.mark.parametrize(
    "text",
    ["一", "字" * 70, "字" * 71, LONG, "字" * 67 * MOST_PARTS],
    ids=["one", "full", "two parts", "long", "the longest"],
)
def test_a_text_message_arrives_whole(
    committed: Flask, sinks: Sinks, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    post_trial(channels={"sms"})
    letter = the_letter(channel="sms")
    parcel = replace(a_parcel(letter.id), body_text=text)
    with closing(SmppChannel(partial(find, sinks.sms_url, "smpp"))) as channel:
        channel.prepare(parcel)
        assert channel.hand_over(parcel).reference
    (arrival,) = sinks.sms.arrivals()
    assert arrival["text"] == text
    assert arrival["to"] == "8613812345678"


def test_one_bind_serves_many_messages(committed: Flask, sinks: Sinks) -> None:
    post_trial(channels={"sms"})
    parcel = a_parcel(the_letter(channel="sms").id)
    with closing(SmppChannel(partial(find, sinks.sms_url, "smpp"))) as channel:
        for number in range(30):
            one = replace(parcel, body_text=f"第{number}条" * 30)
            channel.prepare(one)
            channel.hand_over(one)
    assert [arrival["text"][:3] for arrival in sinks.sms.arrivals()][:2] == ["第0条", "第1条"]
    assert len(sinks.sms.arrivals()) == 30


def test_a_later_part_that_is_throttled_is_tried_again(
    committed: Flask, sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first part was taken: stopping in the middle would leave half a message on a phone."""
    monkeypatch.setattr("volunteer_hub.carriers.channels.window.PATIENCE", (0.01, 0.01))
    answers = iter([False, True, True, False, False])
    monkeypatch.setattr(sinks.sms_faults, "refuses", lambda: next(answers))
    post_trial(channels={"sms"})
    parcel = replace(a_parcel(the_letter(channel="sms").id), body_text="字" * 134)
    with closing(SmppChannel(partial(find, sinks.sms_url, "smpp"))) as channel:
        channel.prepare(parcel)
        channel.hand_over(parcel)
    assert [arrival["text"] for arrival in sinks.sms.arrivals()] == [parcel.body_text]


def a_parcel(message_id: int) -> Parcel:
    """Carry a letter as the drain would, without claiming it."""
    letter = get_message(message_id)
    names = {field.name for field in fields(Parcel)} - {"night"}
    values = {name: getattr(letter, name) for name in names}
    return Parcel(**values | {"token": letter.uuid})


@pytest.mark.parametrize(
    ("url", "scheme", "expected"),
    [
        ("smtp://mail.example.org", "smtp", Endpoint("mail.example.org", 25)),
        (
            "smtp://u%40x:p%2F@mail.example.org:587?tls=starttls",
            "smtp",
            Endpoint("mail.example.org", 587, "u@x", "p/", "starttls"),
        ),
        ("smtp://h:465?tls=implicit", "smtp", Endpoint("h", 465, tls="implicit")),
        (
            "smpp://id:pw@smsc:2776?from=10690000",
            "smpp",
            Endpoint("smsc", 2776, "id", "pw", "", "10690000"),
        ),
    ],
)
def test_urls_that_name_a_server(url: str, scheme: str, expected: Endpoint) -> None:
    assert find(url, scheme) == expected


@pytest.mark.parametrize("url", ["", "smtp://", "http://h", "smtp://h?tls=maybe", "smpp://h"])
def test_urls_that_name_none(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        find(url, "smtp")


def test_a_sink_that_has_not_started_is_no_crash(tmp_path: Path) -> None:
    channel = SmppChannel(partial(find, f"sink://{tmp_path}/nothing", "smpp"))
    prepare: Callable[..., None] = channel.prepare
    with pytest.raises(NotNow) as caught:
        prepare(None)
    assert caught.value.channel_is_down

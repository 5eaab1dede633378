"""A letter's parts: its pictures beside the HTML that shows them, its files around the whole."""

from base64 import b64encode
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

from tests.carriers.parcels import a_text
from volunteer_hub.carriers.channels.mime import write_mail
from volunteer_hub.carriers.channels.outcome import Parcel

PICTURE, FILE = b"\x89PNG picture", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def a_mail(*attachments: dict[str, str]) -> Parcel:
    said = {"channel": "email", "address": "mei@example.org", "message_id": "<1@example.org>"}
    html = '<img src="cid:mark" alt=""><img src="cid:chart" alt="…">'
    return replace(a_text(), **said, body_html=html, attachments=list(attachments))


def kept(name: str, media_type: str, content: bytes, **more: str) -> dict[str, str]:
    """Write a file as the outbox keeps it."""
    return {
        "name": name,
        "media_type": media_type,
        "content": b64encode(content).decode(),
        **more,
    }


def layout(part: Any) -> Any:
    """Name a part, or a whole with its parts inside."""
    if not part.is_multipart():
        return part.get_content_type()
    return part.get_content_subtype(), [layout(inner) for inner in part.get_payload()]


def test_pictures_stand_with_the_html_and_files_around_the_whole() -> None:
    chart = kept("chart.png", "image/png", PICTURE, cid="chart")
    shift = kept("shift.ics", "text/calendar; method=REQUEST", FILE)
    parcel = a_mail(shift, chart)
    content = write_mail(parcel, sender="hub@example.org")
    assert content == write_mail(parcel, sender="hub@example.org")
    mail = message_from_bytes(content, policy=policy.default)
    related = ("related", ["text/html", "image/png", "image/png"])
    assert layout(mail) == (
        "mixed",
        [("alternative", ["text/plain", related]), "text/calendar"],
    )
    pictures = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert [part["Content-ID"] for part in pictures] == ["<mark>", "<chart>"]
    assert {part.get_content_disposition() for part in pictures} == {"inline"}
    assert pictures[1].get_content() == PICTURE
    [around] = [part for part in mail.walk() if part.get_content_subtype() == "related"]
    assert around.get_param("type") == "text/html"  # RFC 2387


def test_a_letter_without_html_shows_no_picture() -> None:
    chart = kept("chart.png", "image/png", PICTURE, cid="chart")
    parcel = replace(a_mail(chart), body_html=None)
    mail = message_from_bytes(write_mail(parcel, sender="hub@example.org"), policy=policy.default)
    assert layout(mail) == "text/plain"

"""Write a sealed letter as RFC 5322: the same letter gives the same bytes, whoever writes it."""

import base64
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import cast

from volunteer_hub.carriers.channels.outcome import Parcel

MARK = Path(__file__).parents[3] / "static" / "img" / "mark-email.png"
SEVEN_BIT = SMTP.clone(cte_type="7bit")


def write_mail(parcel: Parcel, *, sender: str) -> bytes:
    """Give the whole message with CRLF line ends, seven bits wide."""
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"] = _address(*parseaddr(sender))
    mail["To"] = _address(parcel.address_name, parcel.address)
    mail["Subject"] = parcel.subject
    mail["Date"] = format_datetime(parcel.dated_at)
    mail["Message-ID"] = parcel.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday reply is wanted
    for name, value in sorted(parcel.headers.items()):
        mail[name] = _Whole(name, value)
    # Chinese in quoted-printable is three times as long, and slow to write.
    mail.set_content(parcel.body_text, cte="base64")
    if parcel.body_html:
        mail.add_alternative(parcel.body_html, subtype="html", cte="base64")
        shown = cast(EmailMessage, mail.get_payload()[1])  # type: ignore[index]
        for file in (_mark(), *parcel.attachments):
            if file.get("cid"):
                _show(shown, file)
    for file in parcel.attachments:
        if not file.get("cid"):
            _attach(mail, file)
    _steady(mail, parcel)
    return mail.as_bytes()


class _Whole(str):
    """A header in one line: the library would encode a long address, and no program reads that."""

    name: str

    def __new__(cls, name: str, value: str) -> "_Whole":
        whole = super().__new__(cls, value)
        whole.name = name
        return whole

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


@cache
def _mark() -> dict[str, str]:
    content = base64.b64encode(MARK.read_bytes()).decode()
    return {"name": "mark.png", "media_type": "image/png", "content": content, "cid": "mark"}


def _show(shown: EmailMessage, file: dict[str, str]) -> None:
    """Put a picture beside the HTML that shows it."""
    main, _, sub = file["media_type"].partition("/")
    content = base64.b64decode(file["content"])
    cid, name = f"<{file['cid']}>", file["name"]
    shown.add_related(content, main, sub, disposition="inline", cid=cid, filename=name)


def _attach(mail: EmailMessage, file: dict[str, str]) -> None:
    media, *parameters = [part.strip() for part in file["media_type"].split(";")]
    main, _, sub = media.partition("/")
    more = dict(parameter.split("=", 1) for parameter in parameters)
    mail.add_attachment(
        base64.b64decode(file["content"]),
        maintype=main,
        subtype=sub,
        filename=file["name"],
        params=more or None,
    )


def _steady(mail: EmailMessage, parcel: Parcel) -> None:
    """Name the boundaries after the letter, so that they do not change from try to try."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            kind = part.get_content_type()
            root = '; type="text/html"' if kind == "multipart/related" else ""  # RFC 2387, 3.1
            boundary = f"=_{parcel.uuid.hex}_{number}"
            part.replace_header("Content-Type", f'{kind}{root}; boundary="{boundary}"')


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    return Address(" ".join(name.split()), user, domain)

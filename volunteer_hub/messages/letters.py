"""Letters are rendered once, when they are posted; every attempt hands over the same bytes."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import current_app
from jinja2 import Environment, TemplateNotFound
from werkzeug.routing import Map, MapAdapter

from volunteer_hub.carriers.rules.texts import fit_sms
from volunteer_hub.foundation.language import speaking
from volunteer_hub.foundation.settings import settings
from volunteer_hub.messages.rules.kinds import MAY_BE_STOPPED
from volunteer_hub.messages.rules.readers import Attachment, Reader, stop_token


@dataclass(frozen=True, slots=True)
class Letter:
    """One channel's sealed text; an SMS has neither subject nor HTML."""

    channel: str
    address: str
    subject: str
    body_text: str
    body_html: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def compose(
    template: str, *, to: Reader, channels: frozenset[str], facts: dict[str, Any], kind: str = ""
) -> list[Letter]:
    """Render the letter for each channel the reader can be reached on and it is written for.

    :raises LookupError: if no template of this name exists for any channel
    """
    if not any(_exists(name) for name in (f"mail/{template}/subject.txt", f"sms/{template}.txt")):
        raise LookupError(f"There is no letter {template}.")
    letters = []
    if "email" in channels and to.email and _exists(f"mail/{template}/subject.txt"):
        letters.append(_compose_mail(template, to, facts, kind))
    if "sms" in channels and to.phone and settings().sms_url and _exists(f"sms/{template}.txt"):
        with speaking("zh"):
            text = fit_sms(
                f"【{settings().sms_signature}】" + _render(f"sms/{template}.txt", to, facts)
            )
        letters.append(Letter("sms", to.phone, "", text))
    return letters


def pack(attachments: Sequence[Attachment]) -> list[dict[str, str]]:
    """Write attachments as the outbox keeps them."""
    return [
        {
            "name": a.name,
            "media_type": a.media_type,
            "content": base64.b64encode(a.content).decode(),
            **({"cid": a.cid} if a.cid else {}),
        }
        for a in attachments
    ]


def new_message_id() -> str:
    """Make the RFC 5322 name that every attempt of one letter carries."""
    return f"<{uuid4()}@{_domain(settings().mail_from)}>"


def link(endpoint: str, **values: Any) -> str:
    """Give the absolute address of a page, also where no request is being answered."""
    known = _addresses(current_app.url_map, settings().public_url)
    return known.build(endpoint, values, force_external=True)


@lru_cache(maxsize=4)
def _domain(mail_from: str) -> str:
    _name, address = parseaddr(mail_from)
    return address.rpartition("@")[2] or "localhost"


@lru_cache(maxsize=4)
def _addresses(pages: Map, public_url: str) -> MapAdapter:
    public = urlsplit(public_url)
    return pages.bind(public.netloc, script_name=public.path or "/", url_scheme=public.scheme)


def _compose_mail(template: str, to: Reader, facts: dict[str, Any], kind: str) -> Letter:
    folder = f"mail/{template}"
    english_line = ""
    if to.language != "en":
        with speaking("en"):
            line = (
                f"{folder}/line.txt" if _exists(f"{folder}/line.txt") else f"{folder}/subject.txt"
            )
            english_line = _render(line, to, facts)
    with speaking(to.language):
        subject = _render(f"{folder}/subject.txt", to, facts)
        more = {"subject": subject, "english_line": english_line}
        more["stop_url"] = stop = _stop_url(to, kind)
        text = _render(f"{folder}/body.txt", to, facts, **more)
        html = _render(f"{folder}/body.html", to, facts, **more)
        if stop:
            text += "\n\n" + _render("mail/messages/stop_body.txt", to, facts, **more)
    return Letter("email", to.email or "", subject, f"{text}\n", f"{html}\n", _one_click(stop))


def _stop_url(to: Reader, kind: str) -> str:
    """Give the link that stops letters of this kind to this reader; empty if they always go."""
    if to.recipient_id is None or kind not in MAY_BE_STOPPED:
        return ""
    key = current_app.config["SECRET_KEY"]
    return link("replies.stop", token=stop_token(to.recipient_id, kind, "email", key=key))


def _one_click(stop: str) -> dict[str, str]:
    """Tell mail programs how to stop it with one click of theirs (RFC 2369, RFC 8058)."""
    if not stop:
        return {}
    return {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _render(name: str, to: Reader, facts: dict[str, Any], **more: str) -> str:
    known = {"reader": to, "link": link, "home_url": settings().public_url, **more, **facts}
    text = _templates().get_template(name).render(known).strip()
    return text if name.endswith(("body.txt", ".html")) else " ".join(text.split())


def _exists(name: str) -> bool:
    try:
        _templates().get_template(name)
    except TemplateNotFound as missing:
        if missing.name != name:
            raise
        return False
    return True


def _templates() -> Environment:
    return current_app.jinja_env

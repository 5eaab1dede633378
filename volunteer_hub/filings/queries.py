"""The texts that there are, what became of each at the provider, and which of them may leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, and_, false, or_, select

from volunteer_hub.filings.models import Filing
from volunteer_hub.filings.rules import as_filed, kind_of, parts_of, state_now, text_hash
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.settings import settings
from volunteer_hub.messages.models import Message

FOLDER = Path(__file__).parents[2] / "templates" / "sms"


@dataclass(frozen=True, slots=True)
class Filed:
    """One text as the page and the provider's portal show it."""

    template: str
    kind: str
    signature: str
    text: str
    parts: int  # text messages
    state: str
    vendor_code: str
    reason: str


@cache
def texts() -> dict[str, str]:
    """Read the templates of text messages: signups/joined and its text."""
    files = sorted(FOLDER.rglob("*.txt"))
    return {file.relative_to(FOLDER).with_suffix("").as_posix(): file.read_text() for file in files}


def get_text(template: str) -> str:
    """Give the text of a template.

    :raises NotFound: if there is none
    """
    if template not in texts():
        raise NotFound
    return texts()[template]


def list_filed() -> list[Filed]:
    """List every text with what is known of it; a changed one is a draft again."""
    known = {filing.template: filing for filing in db.session.scalars(select(Filing))}
    return [_filed(template, text, known.get(template)) for template, text in texts().items()]


def lock_filing(template: str) -> Filing | None:
    """Read what is known of a text and keep others from deciding meanwhile."""
    wanted = select(Filing).where(Filing.template == template).with_for_update()
    return db.session.scalars(wanted).one_or_none()


def worth(filing: Filing | None, text: str) -> str:
    """Say in which state a text is: a draft, whatever was filed with other words or signature."""
    if filing is None or filing.signature != settings().sms_signature:
        return "draft"
    return state_now(filing.state, filed_hash=filing.text_hash, text=text)


def is_held_back() -> ColumnElement[bool]:
    """Tell whether a text message waits until the provider has approved its template.

    Asked only of texts that know their template: older ones were posted before there was a list.
    """
    if not settings().sms_filing:
        return false()
    approved = select(Filing.template).where(
        Filing.state == "approved",
        Filing.signature == settings().sms_signature,
        or_(false(), *(_is_this(*one) for one in _hashes())),
    )
    return and_(
        Message.channel == "sms",
        Message.template.is_not(None),
        Message.template.not_in(approved),
    )


def _hashes() -> Sequence[tuple[str, str]]:
    return [(template, text_hash(text)) for template, text in texts().items()]


def _is_this(template: str, named: str) -> ColumnElement[bool]:
    return and_(Filing.template == template, Filing.text_hash == named)


def _filed(template: str, text: str, filing: Filing | None) -> Filed:
    signature, state = settings().sms_signature, worth(filing, text)
    return Filed(
        template=template,
        kind=kind_of(template),
        signature=signature,
        text=as_filed(text),
        parts=parts_of(text, signature=signature),
        state=state,
        vendor_code=filing.vendor_code if filing and state != "draft" else "",
        reason=filing.reason if filing and state != "draft" else "",
    )

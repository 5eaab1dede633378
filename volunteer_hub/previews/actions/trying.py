"""Let a room compose its own letter, read it, and undo that it was ever posted.

The room's letter is called as it is, inside a savepoint that is always undone, with copies that
belong to no session: their numbers are negative, so that nothing composed meets a real letter's key
or topic, no real letter is called back, and no link in the preview answers for anybody.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm.attributes import set_committed_value

from volunteer_hub.carriers.channels.mime import MARK
from volunteer_hub.carriers.rules.texts import split_sms
from volunteer_hub.foundation.database import attempt, db
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import persons
from volunteer_hub.people.rules.accounts import masked_name
from volunteer_hub.previews.queries import composed
from volunteer_hub.previews.rules import OPEN, Wish

Thing = TypeVar("Thing")
NOWHERE = {"email": "nobody@preview.invalid", "phone": "+8610000000000"}


@dataclass(frozen=True, slots=True)
class Composed:
    """One channel's letter as its reader would get it."""

    channel: str
    language: str
    subject: str
    text: str
    html: str | None
    parts: int  # text messages that it takes
    files: tuple[tuple[str, str], ...]  # name and media type


class _Undone(Exception):
    """Ends the savepoint."""


def compose(kind: str, write: Callable[[], object]) -> list[Composed]:
    """Call a room's letter and give what it wrote of this kind; nothing of it stays."""
    found: list[Composed] = []
    try:
        with attempt():
            before = composed.last_letter()
            write()
            found += [_read(letter) for letter in composed.list_composed(kind, after=before)]
            raise _Undone
    except _Undone:
        return list({letter.channel: letter for letter in reversed(found)}.values())


def framed(letter: Composed, **pictures: bytes) -> str:
    """Give the HTML with its pictures in it, as mail programs show it; the mark is always there."""
    page = letter.html or ""
    for name, picture in {"mark": MARK.read_bytes(), **pictures}.items():
        page = page.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(picture).decode()}")
    return page


def apart(thing: Thing, **values: Any) -> Thing:
    """Take a thing out of the session, and say of it what the preview needs."""
    db.session.expunge(thing)
    for name, value in values.items():
        set_committed_value(thing, name, value)
    return thing


def reader(person: Person, wish: Wish) -> Person:
    """Make the person the letter's reader: in this language, on every channel, at no address."""
    return apart(
        person,
        id=-person.id,
        name=shown(person.name, wish),
        language=wish.language,
        remind_by=["email", "sms"],
        left_at=None,
        **NOWHERE,
    )


def whoever_asks(wish: Wish) -> Person:
    """Make whoever looks the letter's reader; not themself, for the page around it needs them."""
    name = persons.get_person(wish.asked_by).name
    ways = {"language": wish.language, "remind_by": ["email", "sms"], **NOWHERE}
    return Person(id=-wish.asked_by, name=name, **ways)


def staff(role: str, path: str, wish: Wish) -> list[Person]:
    """List who is told, as the room will find them: each in the language wanted here.

    The session knows a person only as long as somebody holds on to them.
    """
    found = persons.holders(role, path)
    for person in found:
        set_committed_value(person, "language", wish.language)
        set_committed_value(person, "name", shown(person.name, wish))
    return found


def shown(name: str, wish: Wish) -> str:
    return name if wish.by_name else masked_name(name)


def written(words: str, wish: Wish) -> str:
    """Give what somebody wrote to somebody, to whoever may know who that was."""
    return words if wish.by_name or not words else OPEN


def _read(letter: Message) -> Composed:
    files = tuple((file["name"], file["media_type"]) for file in letter.attachments)
    parts = len(split_sms(letter.body_text)) if letter.channel == "sms" else 0
    said = (letter.subject, letter.body_text, letter.body_html)
    return Composed(letter.channel, letter.language, *said, parts, files)

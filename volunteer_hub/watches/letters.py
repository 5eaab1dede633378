"""What this room writes to people: one letter with all that is new where they watch."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.rules.readers import Reader
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.watches.models import Watch
from volunteer_hub.watches.rules import WISH_WORDS

NEWS = "watch-news"
WORTH_READING = timedelta(days=1)  # later on it may be otherwise
SHOWN = 20  # lines in a letter; the rest is a number


class Line(NamedTuple):
    """What is new about a shift: understaffed, all_clear or almost_full; told how often before."""

    shift: Shift
    wish: str
    revision: int


def news(reader: Reader, lines: Sequence[Line], *, watches: Sequence[Watch], now: datetime) -> None:
    """Tell one person what is new, the next shift first; each change has its key only once."""
    first = lines[0]
    last_start = max(line.shift.starts_at for line in lines)
    post_office.post_letter(
        "watches/news",
        to=reader._replace(place_path=first.shift.place.path),
        kind=NEWS,
        key=f"{NEWS}:{reader.recipient_id}:{first.shift.id}:{first.revision}",
        topic=_topic(reader.recipient_id),
        facts={
            "lines": lines[:SHOWN],
            "rest": len(lines[SHOWN:]),
            "gaps": sum(line.wish == "understaffed" for line in lines),
            "total": len(lines),
            "watches": watches,
            "words": WISH_WORDS,
            "where": where,
        },
        due_at=now,
        expires_at=min(last_start, now + WORTH_READING),
    )


def call_back(person_id: int) -> None:
    """Stop what has not left yet: the person watches nothing any more."""
    post_office.call_back(_topic(person_id))


def _topic(person_id: int | None) -> str:
    return f"watches:{person_id}"

"""A coordinator's words, as they leave: by mail in the reader's language, by SMS in Chinese."""

from datetime import datetime, timedelta
from typing import Any

from volunteer_hub.foundation.language import language, zone
from volunteer_hub.foundation.nights import after_the_night
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.mailings.queries import KIND, about
from volunteer_hub.mailings.rules import Words
from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.rules.readers import Reader
from volunteer_hub.messages.rules.states import LANE_BULK

TEMPLATE = "mailings/words"
USEFUL_FOR = timedelta(days=3)


class _Said:
    """The words in the language that is being spoken; in the other one where they lack it."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def __call__(self) -> tuple[str, str]:
        return self.words.in_language(language())

    def is_other(self) -> bool:
        own = self.words.text_en if language() == "en" else self.words.text_zh
        return not own


def facts_of(mailing: Mailing, words: Words) -> dict[str, Any]:
    """Give what the templates read."""
    return {"mailing": mailing, "said": _Said(words), "activity": about(mailing)}


def post(mailing: Mailing, *, to: Reader, now: datetime) -> int:
    """Put the letters to one reader into the outbox; a text message waits for the morning."""
    new = 0
    for channel in mailing.channels:
        due_at = after_the_night(now, zone()) if channel == "sms" else now
        new += post_office.post_letter(
            TEMPLATE,
            to=to,
            kind=KIND,
            key=f"{mailing.topic}:{to.recipient_id}",
            topic=mailing.topic,
            facts=facts_of(mailing, mailing.words),
            due_at=due_at,
            expires_at=_useful_until(mailing, due_at),
            lane=LANE_BULK,
            channels={channel},
        )
    return new


def call_back(mailing: Mailing) -> int:
    """Stop the letters that have not left; say how many."""
    return post_office.call_back(mailing.topic)


def _useful_until(mailing: Mailing, due_at: datetime) -> datetime:
    """Until the shift is over; thanks for one that is over already find their way in three days."""
    ends_at = mailing.shift.ends_at if mailing.shift else None
    return ends_at if ends_at and ends_at > due_at else due_at + USEFUL_FOR

"""What a text from a phone means, and which sign-ups it speaks of.  Pure; never guesses."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

# What people mean by it: they come (or take the place), they cannot, they want no more texts,
# or want them again.
YES, NO, STOP, AGAIN = "yes", "no", "stop", "again"
ONE, TWO = ("1", "一"), ("2", "二")
COMES = ("来", "能来", "会来", "我来", "我能来", "我会来", "要去", "是")
CANNOT = ("来不了", "不来", "不能来", "我来不了", "我不能来", "我不来", "去不了", "取消", "不要")
ENOUGH = ("r", "td", "t", "退订", "stop")
WELCOME = ("开通", "start")
ASKED_FOR = ("", "回", "回复")  # some write what the reminder told them to
ELLIPSIS = "…"  # a part of something longer: see carriers/channels/inbound.py
NO_WORD = re.compile(r"[\s.,!;:。，、！；：~()\[\]【】「」“”\"'‘’]+")

# What a text may do; also what is written down of it.
DOES = {("confirmed", YES): "come", ("confirmed", NO): "leave"}
DOES |= {("offered", YES): "accept", ("offered", NO): "decline"}
MEANS = {"come": YES, "accept": YES, "leave": NO, "decline": NO}

ASKED_WITHIN = timedelta(hours=48)  # how long a reminder or an offer can be answered by text
SAID_TWICE = timedelta(minutes=10)  # the same words within that time are one answer


def _meanings() -> dict[str, str]:
    """List every text that is understood: a number, a word, or a number and its word."""
    found: dict[str, str] = {}
    answers = ((YES, ONE, COMES), (NO, TWO, CANNOT))
    for meaning, numbers, words in (*answers, (STOP, (), ENOUGH), (AGAIN, (), WELCOME)):
        said = (*numbers, *words, *(number + word for number in numbers for word in words))
        found |= {before + text: meaning for before in ASKED_FOR for text in said}
    return found


MEANINGS = _meanings()


class Asked(NamedTuple):
    """A sign-up of one of those who are reached on a phone, and when that phone was asked."""

    signup_id: int
    shift_id: int
    state: str  # confirmed or offered
    starts_at: datetime
    asked_at: datetime
    says_coming: bool


class Last(NamedTuple):
    """The last answer of a phone that did something."""

    verb: str
    at: datetime


class Reading(NamedTuple):
    """What is to be done, for which sign-ups.

    If it was said before nothing is done, and `still_open` is what had better be asked again.
    """

    verb: str | None = None
    answered: Sequence[Asked] = ()
    said_before: bool = False
    still_open: Sequence[Asked] = ()


def read(text: str) -> str | None:
    """Say what a text means: YES, NO, STOP, AGAIN, or None if it could mean anything."""
    if ELLIPSIS in text:
        return None
    plain = unicodedata.normalize("NFKC", text).casefold()
    return MEANINGS.get(NO_WORD.sub("", plain))


def concerned(meaning: str, asked: Sequence[Asked], last: Last | None, *, now: datetime) -> Reading:
    """Say what an answer does. Open offers come first, then the shift that begins first.

    What was asked since the last answer is meant before what was asked earlier. Who says the same
    again, with no question in between, may only want to be sure: then nothing more is done, and
    what is still open is asked again, by its name.
    """
    since = [one for one in asked if last is None or one.asked_at > last.at]
    first = next_asked(since or asked)
    if last is not None and not since and MEANS[last.verb] == meaning:
        still_open = next_asked([one for one in asked if not one.says_coming])
        has_said_it = meaning == YES and all(one.says_coming for one in first)
        if now - last.at <= SAID_TWICE or (has_said_it and still_open):
            return Reading(said_before=True, still_open=still_open)
    return Reading(DOES[first[0].state, meaning] if first else None, first)


def next_asked(asked: Sequence[Asked]) -> Sequence[Asked]:
    """Give the sign-ups an answer would speak of: all on one shift, all offered or all places."""
    if not asked:
        return ()
    first = min(asked, key=lambda one: (one.state != "offered", one.starts_at, one.shift_id))
    same = [(one.state, one.shift_id) == (first.state, first.shift_id) for one in asked]
    return [one for one, is_same in zip(asked, same, strict=True) if is_same]

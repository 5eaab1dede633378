"""What a mailing may be, whom it reaches, and how many may leave in a day.  Pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from volunteer_hub.carriers.rules.texts import (
    JOINED_SMS,
    MOST_PARTS,
    SINGLE_SMS,
    sms_units,
    split_sms,
)
from volunteer_hub.foundation.refusal import BrokenInput, Refusal, sentence

DRAFT, SENDING, SENT, STOPPED = "draft", "sending", "sent", "stopped"
MOVES: dict[str, frozenset[str]] = {
    DRAFT: frozenset({SENDING}),
    SENDING: frozenset({SENT, STOPPED}),
    SENT: frozenset({STOPPED}),  # what has not left yet, such as texts that wait for the morning
    STOPPED: frozenset(),
}
STATES = tuple(MOVES)
STATE_WORDS = {
    DRAFT: sentence("Not sent yet"),
    SENDING: sentence("Being sent"),
    SENT: sentence("On its way"),
    STOPPED: sentence("Stopped"),
}

CONFIRMED, WAITING, VOLUNTEERS = "confirmed", "waiting", "volunteers"
AUDIENCES = (CONFIRMED, WAITING, VOLUNTEERS)
AUDIENCE_WORDS = {
    CONFIRMED: sentence("Who has a place"),
    WAITING: sentence("Who has a place or waits for one"),
    VOLUNTEERS: sentence("All volunteers who live at the place"),
}
SIGNED_UP = {CONFIRMED: ("confirmed",), WAITING: ("confirmed", "waitlisted", "offered")}

LONGEST_SUBJECT, LONGEST_TEXT = 80, 2000
LETTERS_A_DAY = 2000  # of one place; more than that is no matter of neighbours any more

NO_ADDRESS, TURNED_OFF, SUPPRESSED = "no-address", "turned-off", "suppressed"
REASON_WORDS = {
    NO_ADDRESS: sentence("have given no address for it"),
    TURNED_OFF: sentence("do not want such letters"),
    SUPPRESSED: sentence("have an address that does not work or must not be written to"),
}


class TooManyMailingsToday(Refusal):
    """Who is written to all the time reads nothing any more."""

    said = sentence("This place has sent %(most)s mailings today; more go out tomorrow.")


class TooManyLettersToday(Refusal):
    said = sentence("This place may still send %(left)s letters today, and this takes %(letters)s.")


class NobodyIsReached(Refusal):
    said = sentence("Nobody would get this. Choose other people or another way.")


class MailingIsUnderWay(Refusal):
    said = sentence("This mailing was sent and cannot be changed any more.")


class MailingCannotBeStopped(Refusal):
    said = sentence("There is nothing left to stop.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Subject and text in Chinese, in English, or both; an empty text is not given."""

    subject_zh: str = ""
    text_zh: str = ""
    subject_en: str = ""
    text_en: str = ""

    def in_language(self, language: str) -> tuple[str, str]:
        """Give subject and text for a reader; in the other language where they are not given."""
        chinese, english = (self.subject_zh, self.text_zh), (self.subject_en, self.text_en)
        first, second = (english, chinese) if language == "en" else (chinese, english)
        return first if first[1] else second


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a mailing reaches: people, letters by channel, and who is not reached and why."""

    persons: int = 0
    reached: int = 0
    letters: Counter[str] = field(default_factory=Counter)  # by channel
    unreached: Counter[str] = field(default_factory=Counter)  # persons by reason

    @property
    def total(self) -> int:
        return sum(self.letters.values())


class Room(NamedTuple):
    """How many characters of words fit into one text message, and into as many as are sent."""

    first: int
    all: int


def verdict(*, address: str | None, wanted: bool, suppressed: bool) -> str | None:
    """Say why a letter does not reach somebody on a channel; None if it does."""
    if not address:
        return NO_ADDRESS
    if not wanted:
        return TURNED_OFF
    return SUPPRESSED if suppressed else None


def count(verdicts: Iterable[dict[str, str | None]]) -> Reach:
    """Add up people by what happens on each of the channels chosen.

    Who is reached on one channel is reached. Of several reasons the one counts that somebody could
    do most about: an address that fails, then a wish, then no address.
    """
    persons, reached, letters, unreached = 0, 0, Counter[str](), Counter[str]()
    for by_channel in verdicts:
        persons += 1
        ways = [channel for channel, why in by_channel.items() if why is None]
        letters.update(ways)
        if ways:
            reached += 1
            continue
        for why in (SUPPRESSED, TURNED_OFF, NO_ADDRESS):
            if why in by_channel.values():
                unreached[why] += 1
                break
    return Reach(persons, reached, letters, unreached)


def ensure_readable(
    words: Words, *, channels: Collection[str], audience: str, of_place: bool, begins: str
) -> None:
    """Refuse a mailing that says nothing, or more than a letter or a text message holds.

    :param begins: how its text message begins, before the words
    :raises BrokenInput: naming each field
    """
    errors = list[tuple[str, str]]()
    for language in ("zh", "en"):
        subject, text = getattr(words, f"subject_{language}"), getattr(words, f"text_{language}")
        if bool(subject) != bool(text):
            missing = f"text_{language}" if subject else f"subject_{language}"
            errors.append((missing, sentence("Write both, subject and text, or neither.")))
        if len(subject) > LONGEST_SUBJECT:
            errors.append((f"subject_{language}", sentence("At most 80 characters.")))
        if len(text) > LONGEST_TEXT:
            errors.append((f"text_{language}", sentence("At most 2,000 characters.")))
    if not words.text_zh and not words.text_en and not errors:
        errors.append(("text_zh", sentence("Write it in Chinese or in English at least.")))
    if not channels:
        errors.append(("by_email", sentence("Choose one way at least.")))
    if "sms" in channels and sms_parts(words, begins=begins) > MOST_PARTS:
        field_of = "text_zh" if words.text_zh else "text_en"
        errors.append((field_of, sentence("Too long for a text message. Please shorten it.")))
    if audience not in AUDIENCES or (of_place and audience != VOLUNTEERS):
        errors.append(("audience", sentence("Choose who gets it.")))
    if errors:
        raise BrokenInput(errors)


def sms_parts(words: Words, *, begins: str) -> int:
    """Count the parts of it as a text message, in Chinese where it is given, with its beginning."""
    return len(split_sms(begins + " ".join(words.in_language("zh")[1].split())))


def room_of(begins: str) -> Room:
    """Count the characters that the words may have after such a beginning."""
    used = sms_units(begins)
    return Room(first=max(0, SINGLE_SMS - used), all=max(0, MOST_PARTS * JOINED_SMS - used))


def ensure_within_a_day(
    *, mailings: int, letters: int, more: int, most: int, most_letters: int = LETTERS_A_DAY
) -> None:
    """Keep a place from writing too much in one local day.

    :param mailings: sent there today; `letters`: in them; `more`: in the one to be sent
    :raises NobodyIsReached:
    :raises TooManyMailingsToday:
    :raises TooManyLettersToday:
    """
    if not more:
        raise NobodyIsReached
    if mailings >= most:
        raise TooManyMailingsToday(most=most)
    if letters + more > most_letters:
        raise TooManyLettersToday(left=max(0, most_letters - letters), letters=more)

"""The states of a letter, the hours of quiet and the measure of a text message.  Pure."""

import hashlib
import hmac
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from volunteer_hub.foundation.refusal import Refusal, sentence

CHANNELS = ("email", "sms")
LANE_CODES, LANE_OWN, LANE_BULK = 0, 1, 2  # codes overtake letters, letters overtake mailings

# Which state may follow which.  `sending` is the point of no return: behind it only an answer,
# or its absence, decides.
MOVES: dict[str, frozenset[str]] = {
    "pending": frozenset({"claimed", "cancelled", "superseded", "suppressed", "missed"}),
    "claimed": frozenset(
        {"pending", "sending", "cancelled", "superseded", "suppressed", "missed", "failed"}
    ),
    "sending": frozenset({"sent", "pending", "failed", "unknown", "missed"}),
    "unknown": frozenset({"sent", "pending", "failed", "missed", "delivered", "bounced"}),
    "sent": frozenset({"delivered", "bounced"}),
    "failed": frozenset({"pending"}),
    "delivered": frozenset(),
    "bounced": frozenset(),
    "cancelled": frozenset(),
    "superseded": frozenset(),
    "suppressed": frozenset(),
    "missed": frozenset(),
}
STATES = tuple(MOVES)
FINAL_STATES = frozenset(STATES) - {"pending", "claimed", "sending", "sent", "unknown"}
BEFORE_NO_RETURN = ("pending", "claimed")

ON_UNKNOWN = ("hold", "resend-same-bytes")  # what becomes of a letter without an answer
PHASES = ("claimed", "prepared", "sending", "answered")  # how far an attempt got

LEASE = timedelta(seconds=60)  # how long a drain may hold a letter without a word
GRACE = timedelta(minutes=5)  # how long a late answer is waited for before bytes are sent again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)

QUIET_FROM, QUIET_UNTIL = time(21), time(8)  # text messages keep the night, in local time
SINGLE_SMS, JOINED_SMS = 70, 67  # UCS-2 units in one text message, and in each part of a longer one
MOST_PARTS = 6
CODES = "code"  # kinds beginning so are awaited by somebody at the screen: no quiet hours


class Reader(NamedTuple):
    """Whom a letter goes to: addresses and the channels they want it on."""

    recipient_id: int | None
    name: str
    language: str
    email: str | None
    phone: str | None
    channels: frozenset[str]
    place_path: str = "/"


class Attachment(NamedTuple):
    """A file that travels with a letter, such as text/calendar; method=REQUEST."""

    name: str
    media_type: str
    content: bytes


class MessageCannotBeRetried(Refusal):
    """Only a failed message, or one whose outcome staff have settled, may be put back."""

    said = sentence("Only a failed message can be sent again.")


class OutcomeIsKnown(Refusal):
    """Somebody, or a late answer, settled it already."""

    said = sentence("It is already known what became of this message.")


class MessageIsTooOld(Refusal):
    """Its time is over: sending it now would only confuse the reader."""

    said = sentence("This message has expired and is not sent again.")


def may_move(state: str, to: str) -> bool:
    """Tell whether a letter may go from one state into another."""
    return to in MOVES[state]


def ensure_may_retry(state: str, *, secret: bool, expires_at: datetime, now: datetime) -> None:
    """Let a failed letter go again.

    :raises MessageCannotBeRetried: if it did not fail, or was a secret and is forgotten
    :raises MessageIsTooOld: if its time is over
    """
    if state != "failed" or secret:
        raise MessageCannotBeRetried
    if expires_at <= now:
        raise MessageIsTooOld


def pause_after(attempts: int, chance: float) -> timedelta:
    """Say how long to wait after the n-th failure: full jitter below a doubling bound.

    :param attempts: failures before this one
    :param chance: from 0 up to 1, drawn by the caller
    """
    bound = min(FIRST_PAUSE * 2 ** min(attempts, 10), LONGEST_PAUSE)
    return timedelta(seconds=1) + (bound - timedelta(seconds=1)) * chance


def is_quiet(instant: datetime, zone: ZoneInfo) -> bool:
    """Tell whether people sleep: from 21:00 up to 8:00 on the wall."""
    wall = instant.astimezone(zone).time()
    return wall >= QUIET_FROM or wall < QUIET_UNTIL


def before_the_night(due: datetime, zone: ZoneInfo) -> datetime:
    """Move a planned text message out of the night, back to 20:59 of the evening before."""
    if not is_quiet(due, zone):
        return due
    wall = due.astimezone(zone)
    evening = wall.date() if wall.time() >= QUIET_FROM else wall.date() - timedelta(days=1)
    last = datetime.combine(evening, time(20, 59), tzinfo=zone)
    return last.astimezone(due.tzinfo)


def sms_due(due: datetime, *, kind: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Say when a text message leaves.

    What is due now answers something a person just did, or cannot wait: it leaves at once, and
    so do codes. What is planned for the night leaves the evening before, or now if that is over.
    """
    if kind.startswith(CODES) or due <= now:
        return due
    return max(before_the_night(due, zone), now)


def sms_units(text: str) -> int:
    """Count UCS-2 units: a rare character outside the basic plane takes two."""
    return len(text.encode("utf-16-be")) // 2


def split_sms(text: str) -> list[str]:
    """Cut a text into the parts that networks carry; no character is cut in two."""
    if sms_units(text) <= SINGLE_SMS:
        return [text]
    parts, room = [""], JOINED_SMS
    for character in text:
        width = sms_units(character)
        if width > room:
            parts.append("")
            room = JOINED_SMS
        parts[-1] += character
        room -= width
    return parts


def fit_sms(text: str) -> str:
    """Shorten a text that would take more parts than anyone wants to receive."""
    parts = split_sms(text)
    if len(parts) <= MOST_PARTS:
        return text
    return "".join(parts[:MOST_PARTS])[:-1] + "…"


def mask(address: str) -> str:
    """Show an address so that its owner knows it and nobody else learns it."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    national = address.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}" if len(national) > 7 else "****"


def address_hash(channel: str, address: str) -> str:
    """Name an address without keeping it, for the list of those who must not be written to."""
    return hashlib.sha256(f"{channel}:{address.casefold()}".encode()).hexdigest()


def stop_token(person_id: int, kind: str, channel: str, *, key: str) -> str:
    """Write the secret part of the link that stops one kind on one channel for a person."""
    said = f"{person_id}.{kind}.{channel}"
    proof = hmac.new(key.encode(), f"stop-letters:{said}".encode(), hashlib.sha256).hexdigest()
    return f"{said}.{proof[:32]}"  # 128 bits


# What readers are told of a state.
STATE_WORDS = {
    "pending": sentence("Waiting for its time"),
    "claimed": sentence("Being sent"),
    "sending": sentence("Being sent now"),
    "sent": sentence("Sent"),
    "delivered": sentence("Delivered"),
    "bounced": sentence("Came back"),
    "unknown": sentence("Outcome not known"),
    "failed": sentence("Failed"),
    "cancelled": sentence("Called back"),
    "superseded": sentence("Replaced by a newer one"),
    "suppressed": sentence("Not wanted at this address"),
    "missed": sentence("Too late to send"),
}

# What a letter is about, by the kind its room gave it.
KIND_WORDS = {
    "code-sign-in": sentence("Sign-in code"),
    "code-sign-in-link": sentence("Sign-in link"),
    "account-address-changed": sentence("Address changed"),
    "credential-expiring": sentence("Training or insurance runs out"),
    "shift-joined": sentence("Signed up"),
    "shift-waitlisted": sentence("On the waitlist"),
    "shift-promoted": sentence("Moved up from the waitlist"),
    "shift-offered": sentence("A place is offered"),
    "shift-lapsed": sentence("An offer has ended"),
    "shift-back-in-line": sentence("Back in line: fewer places"),
    "shift-replaced": sentence("Somebody takes the place over"),
    "shift-late-cancel": sentence("Somebody cannot come after all"),
    "standing-began": sentence("Signed up for every time"),
    "standing-refused": sentence("Not signed up for one of the times"),
    "stand-in-asked": sentence("Asked to stand in"),
    "stand-in-declined": sentence("Who was asked cannot come"),
    "places-kept": sentence("Places kept for a group"),
    "places-released": sentence("Places kept no more"),
    "shift-removed": sentence("Taken off a shift"),
    "activity-changed": sentence("Activity changed"),
    "shift-changed": sentence("Shift changed"),
    "shift-cancelled": sentence("Shift cancelled"),
    "shift-reminder-24h": sentence("Reminder, the day before"),
    "shift-reminder-2h": sentence("Reminder, two hours before"),
    "watch-news": sentence("News of what you watch"),
    "reply-done": sentence("What came of an answer by SMS"),
    "reply-help": sentence("How to answer by SMS"),
    "reply-opted-out": sentence("No more text messages"),
    "reply-opted-in": sentence("Text messages again"),
    "hours-rejected": sentence("Hours not accepted"),
    "hours-dispute-opened": sentence("Hours disputed"),
    "hours-dispute-answered": sentence("Dispute answered"),
    "funding-entry-waiting": sentence("An amount waits for approval"),
}

# What goes whatever its reader turned off: codes, which they ask for, what guards the account, and
# whether and when they have a place to come to, or somebody stands in vain before a closed door.
ALWAYS_GO = (
    "code-sign-in", "code-sign-in-link", "account-address-changed", "reply-opted-out",
    "reply-opted-in", "shift-promoted", "shift-replaced", "shift-removed", "shift-back-in-line",
    "shift-changed", "shift-cancelled", "activity-changed",
)  # fmt: skip
MAY_BE_STOPPED = frozenset(KIND_WORDS).difference(ALWAYS_GO)

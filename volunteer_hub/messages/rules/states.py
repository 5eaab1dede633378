"""The states of a letter, and which may follow which.  Pure."""

from datetime import datetime

from volunteer_hub.carriers.rules.health import CHANNELS as CHANNELS
from volunteer_hub.foundation.refusal import Refusal, sentence

LANE_CODES, LANE_OWN, LANE_BULK = 0, 1, 2  # codes overtake letters, letters overtake mailings

# Which state may follow which.  `sending` is the point of no return: behind it only an answer,
# or its absence, decides.
STOPPED = frozenset({"cancelled", "superseded", "suppressed", "missed"})
# A receipt says that an earlier try got through: sending it again would be once too often.
GOT_THROUGH = frozenset({"sent", "delivered", "complained"})
SETTLED = GOT_THROUGH | {"bounced"}
MOVES: dict[str, frozenset[str]] = {
    "pending": frozenset({"claimed"}) | STOPPED | GOT_THROUGH,
    "claimed": frozenset({"pending", "sending", "failed"}) | STOPPED | GOT_THROUGH,
    "sending": frozenset({"pending", "failed", "unknown", "missed"}) | SETTLED,
    # sending: the same bytes once more by the same carrier, which is how an unknown letter settles.
    "unknown": frozenset({"pending", "sending", "failed", "missed"}) | SETTLED,
    "sent": frozenset({"delivered", "bounced", "complained"}),
    "failed": frozenset({"pending"}) | GOT_THROUGH,
    "delivered": frozenset({"bounced", "complained"}),
    "bounced": frozenset(),
    "complained": frozenset(),
    "cancelled": frozenset(),
    "superseded": frozenset(),
    # What its reader wants again goes after all, unless it is called back meanwhile.
    "suppressed": frozenset({"pending", "cancelled", "superseded"}),
    "missed": GOT_THROUGH,
}
STATES = tuple(MOVES)
FINAL_STATES = frozenset(STATES) - {"pending", "claimed", "sending", "sent", "unknown"}
# Suppressed too: what is called back must not come back when its reader changes their mind.
BEFORE_NO_RETURN = ("pending", "claimed", "suppressed")

ON_UNKNOWN = ("hold", "resend-same-bytes")  # what becomes of a letter without an answer
PHASES = ("claimed", "prepared", "sending", "answered")  # how far an attempt got


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


# What readers are told of a state.
STATE_WORDS = {
    "pending": sentence("Waiting for its time"),
    "claimed": sentence("Being sent"),
    "sending": sentence("Being sent now"),
    "sent": sentence("Sent"),
    "delivered": sentence("Delivered"),
    "bounced": sentence("Came back"),
    "complained": sentence("Marked as unwanted"),
    "unknown": sentence("Outcome not known"),
    "failed": sentence("Failed"),
    "cancelled": sentence("Called back"),
    "superseded": sentence("Replaced by a newer one"),
    "suppressed": sentence("Not wanted at this address"),
    "missed": sentence("Too late to send"),
}

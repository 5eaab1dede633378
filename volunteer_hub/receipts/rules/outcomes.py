"""What a receipt says, what becomes of its letter, and what of the address.  Pure."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.messages.rules.readers import mask
from volunteer_hub.messages.rules.states import may_move

# What a receipt says → the state it makes of its letter. A soft bounce only says that the other
# side has the letter and still tries, or gave up for a reason that passes.
MAKES = {
    "sent": "sent",
    "soft-bounced": "sent",
    "delivered": "delivered",
    "bounced": "bounced",
    "complained": "complained",
}
SAYS = tuple(MAKES)
# Whom it speaks of: us or the network; a mailbox that is full or a phone that is off; an address
# that does not exist.
BLAMES = ("nobody", "mailbox", "address")

GIVEN_UP_AFTER = timedelta(hours=24)  # delivery.md b7: a receipt of no letter of ours
SOFT_BOUNCES, WITHIN = 3, timedelta(days=7)  # so many letters came back: the address is paused
PAUSED_FOR = timedelta(days=7)
REMEMBERED = timedelta(days=90)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
LONGEST_ANSWER = 500  # signs

KANNEL = {1: "delivered", 2: "bounced", 4: "sent", 8: "sent", 16: "bounced"}
KANNEL_FAILED = 2

E_MAIL = re.compile(r"[\w.+%=/-]+@[\w.-]+\w")
NUMBER = re.compile(r"(?<![\w.-])\+?[1-9][0-9]{8,14}(?![\w-])")

# Why an address is not written to.
REASON_WORDS = {
    "hard-bounce": sentence("The address does not exist"),
    "complaint": sentence("Its owner marked a letter as unwanted"),
    "soft-bounces": sentence("Three letters came back within seven days"),
    "opted-out": sentence("Its owner wants no more messages"),
}
# Why staff may write to it again.
LIFT_WORDS = {
    "confirmed": sentence("The person says that the address is right"),
    "works-again": sentence("The mailbox or the phone works again"),
    "mistake": sentence("It was noted by mistake"),
}


class ReceiptIsForged(Refusal):
    """Whoever sent it does not hold the secret, or it was signed long ago."""

    status = 403
    said = sentence("This receipt carries no valid signature.")


class ReceiptIsUnreadable(Refusal):
    """It is signed, but says nothing that we know."""

    status = 422
    said = sentence("This receipt says nothing about a message.")


class ReasonIsNeeded(Refusal):
    """Why an address is written to again must be said."""

    status = 422
    said = sentence("Say why this address may be written to again.")


class Heard(NamedTuple):
    """One receipt as it came in; `event_id` is the same when it comes again."""

    carrier: str
    event_id: str
    uuid: UUID | None  # our own name of the letter
    reference: str | None  # or the carrier's, or the letter's Message-ID
    says: str
    blame: str = "nobody"
    answer: str = ""
    occurred_at: datetime | None = None


def next_state(state: str, says: str) -> str | None:
    """Name the state a receipt brings its letter into; None if it knows as much, or more.

    Receipts come in any order: sending and unknown < sent < delivered < bounced and complained.
    """
    made = MAKES[says]
    return made if may_move(state, made) else None


def next_try(received_at: datetime, *, now: datetime) -> datetime | None:
    """Say when to look again for the letter of a receipt; None once it is given up.

    A receipt may overtake our own commit by a moment, or an import by hours.
    """
    age = now - received_at
    if age >= GIVEN_UP_AFTER:
        return None
    return now + min(max(age / 2, SHORTEST_PAUSE), LONGEST_PAUSE)


def is_soft(says: str, blame: str) -> bool:
    """Tell whether it counts towards a pause of its address."""
    return says == "soft-bounced" or (says == "bounced" and blame == "mailbox")


def is_hard(says: str, blame: str) -> bool:
    """Tell whether nothing may go to its address any more."""
    return says == "bounced" and blame == "address"


def kannel_blame(status: int) -> str:
    """Blame the phone for what failed, and nobody for what the network rejected."""
    return "mailbox" if status == KANNEL_FAILED else "nobody"


def shorten(answer: str) -> str:
    """Keep what was answered in short, and no address in full."""
    one_line = " ".join(answer.replace("\0", "").split())
    hidden = E_MAIL.sub(lambda found: mask(found[0]), one_line)
    return NUMBER.sub(lambda found: mask(found[0]), hidden)[:LONGEST_ANSWER]

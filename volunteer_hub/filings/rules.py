"""What a provider must approve before a text message may leave.  Pure.

Providers carry only texts filed with them, under a signature of the sender: a code or a
notification, never marketing. A text that changed is another text, and filed anew.
"""

import hashlib
import re

from volunteer_hub.carriers.rules.texts import split_sms
from volunteer_hub.foundation.refusal import Refusal, sentence

KINDS = ("code", "notification")  # the types that providers know; promotion is never sent
STATES = ("draft", "submitted", "approved", "rejected")
MOVES = {
    "draft": ("submitted",),
    "submitted": ("approved", "rejected"),
    "approved": ("rejected",),  # providers take an approval back
    "rejected": ("submitted",),
}
STATE_WORDS = {
    "draft": sentence("Not filed yet"),
    "submitted": sentence("Handed in"),
    "approved": sentence("Approved by the provider"),
    "rejected": sentence("Refused by the provider"),
}
KIND_WORDS = {"code": sentence("Verification code"), "notification": sentence("Notification")}
CODES = ("people/sign-in-code",)

VARIABLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
BRANCH = re.compile(r"\{%-?\s*(\w+).*?%\}", re.DOTALL)
SHORTENED = re.compile(r"truncate\((\d+)")
USUAL_LENGTH, LINK_LENGTH = 8, 26  # characters that stand for a variable when parts are counted


class FilingCannotMove(Refusal):
    """It is not in a state from which it could go there, or its text changed meanwhile."""

    said = sentence("This text is in another state now. Look at it again.")


class CodeIsMissing(Refusal):
    """An approval without the provider's number cannot be named to the provider."""

    status = 422
    said = sentence("Write down the provider's number of this template.")


class ReasonIsMissing(Refusal):
    """Nobody can mend a text without knowing what was wrong."""

    status = 422
    said = sentence("Write down why the provider refused it.")


def kind_of(template: str) -> str:
    return "code" if template in CODES else "notification"


def text_hash(text: str) -> str:
    """Name this wording; white space between the words and the file's end does not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def as_filed(text: str) -> str:
    """Write a template as providers want it: variables as ${v1}, alternatives as [one|other]."""
    numbers = iter(range(1, 1000))
    filed = VARIABLE.sub(lambda _found: f"${{v{next(numbers)}}}", text)
    signs = {"if": "[", "elif": "|", "else": "|", "endif": "]"}
    return " ".join(BRANCH.sub(lambda found: signs.get(found[1], ""), filed).split())


def parts_of(text: str, *, signature: str) -> int:
    """Count the text messages that it takes with its signature, each variable at usual length."""
    filled = VARIABLE.sub(lambda found: "x" * _length(found[1]), text)
    return len(split_sms(f"【{signature}】{' '.join(BRANCH.sub('', filled).split())}"))


def state_now(state: str, *, filed_hash: str, text: str) -> str:
    """Say what an entry is worth: nothing, once its text has changed."""
    return state if filed_hash == text_hash(text) else "draft"


def ensure_may_move(state: str, to: str, *, vendor_code: str, reason: str) -> None:
    """Let an entry go on.

    :raises FilingCannotMove: if its state does not allow it
    :raises CodeIsMissing: if it is approved without the provider's number
    :raises ReasonIsMissing: if it is refused without a reason
    """
    if to not in MOVES[state]:
        raise FilingCannotMove
    if to == "approved" and not vendor_code.strip():
        raise CodeIsMissing
    if to == "rejected" and not reason.strip():
        raise ReasonIsMissing


def _length(variable: str) -> int:
    if "link(" in variable:
        return LINK_LENGTH
    shortened = SHORTENED.search(variable)
    return int(shortened[1]) if shortened else USUAL_LENGTH

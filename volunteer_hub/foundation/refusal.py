"""How the house says no: a type per reason, a sentence for the reader, a status for programs.

Pure, so that rules can raise refusals without knowing Flask; the doors translate.
"""

import re
from typing import ClassVar


def sentence(text: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return text


class Refusal(Exception):
    """A rule said no. Show the reason to the person; it is not a crash.

    `said` is the English sentence and the key into the catalogues; facts fill its %(name)s.
    """

    status: ClassVar[int] = 409
    said: ClassVar[str] = sentence("This is not possible right now.")

    def __init__(self, **facts: object) -> None:
        super().__init__(self.said % facts if facts else self.said)
        self.facts = facts

    @property
    def code(self) -> str:
        """Name the rule in kebab-case: ShiftIsFull says shift-is-full."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class NotSignedIn(Refusal):
    """Nobody is signed in, and this needs somebody."""

    status = 401
    said = sentence("Please sign in first.")


class NotAllowed(Refusal):
    """The person's roles do not include this."""

    status = 403
    said = sentence("Your role does not include this. Ask your coordinator.")


class NotFound(Refusal):
    """There is no such thing, or it lies outside the person's scope: both look the same."""

    status = 404
    said = sentence("This page does not exist, or it is not open to you.")


class BrokenInput(Refusal):
    """What was sent cannot be read. `errors` pairs each field with its sentence."""

    status = 422
    said = sentence("Some entries need another look.")

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__()
        self.errors = errors

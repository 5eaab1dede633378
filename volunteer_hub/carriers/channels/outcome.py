"""What a channel takes and how it answers.

A channel hands a parcel over in two steps. `prepare` goes as far as one can go without anything
having happened: whatever fails there is certain. `hand_over` is the step behind which only the
other side knows; a failure there is certain only if the other side said so.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One sealed letter on its way; `token` names this attempt."""

    id: int
    uuid: UUID
    token: UUID
    channel: str
    address: str
    address_name: str
    subject: str
    body_text: str
    body_html: str | None
    message_id: str
    dated_at: datetime
    expires_at: datetime
    lane: int
    attempts: int
    carrier: str = ""  # the name of who carries it this time
    attachments: list[Any] = field(default_factory=list)
    headers: dict[str, Any] = field(default_factory=dict)
    # The zone, begin and end of its reader's night, if it must not leave in it.
    night: tuple[ZoneInfo, time, time] | None = None


class Taken(NamedTuple):
    """The other side has it and answers for it from here."""

    answer: str
    reference: str | None = None


class Receipt(NamedTuple):
    """A later word about something taken before."""

    reference: str
    arrived: bool
    answer: str


class Text(NamedTuple):
    """What somebody wrote to us; `reference` is the same when it is brought once more."""

    sender: str  # E.164
    text: str
    reference: str


class HandOverFailed(Exception):
    """It was not handed over, or we cannot know; `answer` is what the other side said.

    `carrier_ails`: it tells of the carrier rather than of this parcel.
    """

    carrier_ails = False

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


class NotNow(HandOverFailed):
    """Certainly not taken; another time it may be.

    `channel_is_down`: the same goes for all.
    """

    def __init__(
        self, answer: str, *, channel_is_down: bool = False, carrier_ails: bool = False
    ) -> None:
        super().__init__(answer)
        self.channel_is_down = channel_is_down
        self.carrier_ails = carrier_ails


class Refused(HandOverFailed):
    """Certainly not taken, and never will be. `address_is_bad`: nor anything else sent there."""

    def __init__(self, answer: str, *, address_is_bad: bool = False) -> None:
        super().__init__(answer)
        self.address_is_bad = address_is_bad


class Unclear(HandOverFailed):
    """Perhaps taken, perhaps not: the answer did not come."""

    carrier_ails = True


class Channel(Protocol):
    """A way out of the house; not shared between threads.

    One whose other side acts only once on a parcel's uuid has `settles_by_key` and a `window`, a
    timedelta in which the same parcel may be handed over again to learn what became of it. One that
    bears several parcels under way has `at_once`, how many, and `hand_over_all`.
    """

    def prepare(self, parcel: Parcel) -> None:
        """Go up to the last step.

        :raises NotNow: and nothing has happened
        :raises Refused: and nothing has happened
        """

    def hand_over(self, parcel: Parcel) -> Taken:
        """Take the last step.

        :raises NotNow, Refused: the other side said so
        :raises Unclear: the other side did not say
        """
        ...

    def abandon(self) -> None:
        """Step back from a prepared parcel."""

    def keep_heard(self) -> None:
        """Keep what was said of earlier parcels since one asked last; then the other side may
        forget it."""

    def close(self) -> None:
        """Say goodbye; never fails."""


def key_window(channel: Channel) -> timedelta | None:
    """Say how long the other side remembers a parcel's uuid; None if it never looks at it."""
    return getattr(channel, "window", None) if getattr(channel, "settles_by_key", False) else None

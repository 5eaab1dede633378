"""What counts as late, and which silence is a fault.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteer_hub.foundation.refusal import sentence

SOON, PROMISED = 10, 60  # seconds: 99 of 100 without a fault, and after the end of one
BUCKETS = (SOON, PROMISED, 300, 1800, 3600)  # seconds
WAITING = ("pending", "claimed", "sending")
QUIET_FOR = timedelta(seconds=30)  # each part speaks every 10 s or more often

# Who should be heard, what their silence means, and what it means if they were never heard.
PARTS = {
    "beat": (
        sentence("Nothing planned since %(time)s: reminders may leave late."),
        sentence("Nothing is planned: the clock of the service (beat) was never started."),
    ),
    "worker": (
        sentence("The worker for letters has been silent for %(minutes)s min, since %(time)s."),
        sentence("The worker for letters was never started."),
    ),
    "worker-stats": (
        sentence("The worker for figures has been silent for %(minutes)s min, since %(time)s."),
        sentence("The worker for figures was never started."),
    ),
    "messages-drain": (
        sentence("Nobody has looked for due letters since %(time)s."),
        sentence("Nobody has ever looked for due letters."),
    ),
}
# The stand-by is not run everywhere: only one that was heard once can be missed.
STAND_BY = (
    "messages-fallback",
    sentence("The stand-by for letters has been silent for %(minutes)s min, since %(time)s."),
)


@dataclass(frozen=True, slots=True)
class Silence:
    """A part of the service that should speak and does not."""

    part: str
    said: str
    since: datetime | None  # None: it was never heard
    minutes: int = 0


def silences(beats: Mapping[str, datetime], *, now: datetime) -> list[Silence]:
    """Name the parts that have been silent for longer than 30 seconds, or were never heard."""
    found = []
    for part, (silent, never) in PARTS.items():
        last = beats.get(part)
        if last is None:
            found.append(Silence(part, never, None))
        elif now - last > QUIET_FOR:
            found.append(Silence(part, silent, last, _minutes(now - last)))
    part, silent = STAND_BY
    last = beats.get(part)
    if last is not None and now - last > QUIET_FOR:
        found.append(Silence(part, silent, last, _minutes(now - last)))
    return found


def _minutes(span: timedelta) -> int:
    return max(round(span.total_seconds() / 60), 1)

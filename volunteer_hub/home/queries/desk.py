"""What waits for a member of staff: counts within their places, each with its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteer_hub.foundation.policy import COORDINATOR, GRID_WORKER, SUPERVISOR, Actor
from volunteer_hub.funding import queries as funding
from volunteer_hub.home.queries import coming
from volunteer_hub.hours.queries import hours
from volunteer_hub.messages.queries import outbox as messages
from volunteer_hub.services.queries import records
from volunteer_hub.shifts.queries.lists import ShiftRow

LOOKS_AHEAD = timedelta(days=14)
VERIFIERS = (COORDINATOR,)
APPROVERS = (SUPERVISOR,)
KEEPERS = (COORDINATOR, SUPERVISOR)  # who looks after letters in their place
WATCHERS = (GRID_WORKER, COORDINATOR, SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Desk:
    """Counts of what waits, and the shifts that lack hands in the next fortnight."""

    services: int
    hours: int
    payments: int
    letters: int  # failed, or with an outcome nobody knows
    understaffed: list[ShiftRow]

    @property
    def waiting(self) -> int:
        return self.services + self.hours + self.payments + self.letters


def look(actor: Actor, *, now: datetime) -> Desk:
    """Gather the desk; what the actor may not settle counts nothing."""
    verifies, approves = actor.paths(VERIFIERS), actor.paths(APPROVERS)
    keeps, watches = actor.paths(KEEPERS), actor.paths(WATCHERS)
    return Desk(
        services=records.count_waiting(verifies, actor.person_id) if verifies else 0,
        hours=hours.count_waiting(verifies) if verifies else 0,
        payments=funding.count_waiting(approves) if approves else 0,
        letters=_troubled(keeps, now=now) if keeps else 0,
        understaffed=coming.gaps(watches, now=now, until=now + LOOKS_AHEAD) if watches else [],
    )


def _troubled(paths: tuple[str, ...], *, now: datetime) -> int:
    """Count the letters that only a person can settle."""
    outbox = messages.outbox_numbers(now=now, paths=paths)
    return outbox.unknown + outbox.total("failed")

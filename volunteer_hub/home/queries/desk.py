"""What waits for a member of staff: counts within their places, each with its page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from volunteer_hub.activities.queries import series
from volunteer_hub.credentials import policy as papers_policy
from volunteer_hub.credentials import queries as papers
from volunteer_hub.credentials.rules import DAY, SOON
from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.policy import COORDINATOR, GRID_WORKER, SUPERVISOR, Actor
from volunteer_hub.funding import queries as funding
from volunteer_hub.home.queries import coming
from volunteer_hub.hours.queries import disputes, hours
from volunteer_hub.messages.queries import outbox as messages
from volunteer_hub.messages.rules.lateness import Silence, silences
from volunteer_hub.people.policy import scope_of
from volunteer_hub.services.queries import records
from volunteer_hub.shifts.queries.lists import ShiftRow

LOOKS_AHEAD = timedelta(days=14)
VERIFIERS = (COORDINATOR,)
APPROVERS = (SUPERVISOR,)
KEEPERS = (COORDINATOR, SUPERVISOR)  # who looks after letters and disputes in their place
WATCHERS = (GRID_WORKER, COORDINATOR, SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Desk:
    """Counts of what waits, and the shifts that lack hands in the next fortnight."""

    services: int
    hours: int
    payments: int
    letters: int  # failed, or with an outcome nobody knows
    disputes: int
    days_off: int  # days of series on a holiday, about which nobody has chosen
    papers: int  # trainings, insurances and consents that soon run out; no work that must be done
    understaffed: list[ShiftRow]
    silent: list[Silence]  # parts of the service that should be heard and are not

    @property
    def waiting(self) -> int:
        settled = self.services, self.hours, self.payments, self.letters
        return sum(settled) + self.disputes + self.days_off


def look(actor: Actor, *, now: datetime) -> Desk:
    """Gather the desk; what the actor may not settle counts nothing."""
    verifies, approves = actor.paths(VERIFIERS), actor.paths(APPROVERS)
    today = local_day(now)
    keeps, watches = actor.paths(KEEPERS), actor.paths(WATCHERS)
    return Desk(
        services=records.count_waiting(verifies, actor.person_id) if verifies else 0,
        hours=hours.count_waiting(verifies) if verifies else 0,
        payments=funding.count_waiting(approves) if approves else 0,
        letters=_troubled(keeps, now=now) if keeps else 0,
        disputes=disputes.count_open(keeps, today=today)[0] if keeps else 0,
        days_off=series.count_waiting(verifies, now=now) if verifies else 0,
        papers=_running_out(actor, today=today),
        understaffed=coming.gaps(watches, now=now, until=now + LOOKS_AHEAD) if watches else [],
        silent=silences(heartbeat.last_beats(), now=now) if keeps else [],
    )


def _running_out(actor: Actor, *, today: date) -> int:
    """Count the papers that run out within 30 days, of the people whom the actor reaches."""
    if not actor.holds(papers_policy.READ.roles or ()):
        return 0
    scope = scope_of(actor, papers_policy.READ)
    return papers.count_expiring(scope, today=today, until=today + SOON * DAY)


def _troubled(paths: tuple[str, ...], *, now: datetime) -> int:
    """Count the letters that only a person can settle."""
    outbox = messages.outbox_numbers(now=now, paths=paths)
    return outbox.unknown + outbox.total("failed")

"""Words that the tests of the ledger share."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.funding import actions
from volunteer_hub.funding.models import Entry
from volunteer_hub.people.models import Person
from volunteer_hub.projects.models import Project

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
DAY = date(2026, 5, 20)


def write(
    project: Project, by: Person, kind: str = "awarded", yuan: int = 18_000, **more: Any
) -> Entry:
    """Record an entry that waits."""
    facts: dict[str, Any] = {
        "occurred_on": DAY,
        "counterparty_zh": "白银路街道办事处",
        "voucher_no": f"{kind}-{yuan}",
        "now": NOW,
    }
    with transaction():
        return actions.record_entry(
            project=project, kind=kind, amount_fen=yuan * 100, created_by=by.id, **(facts | more)
        )


def approve(entry: Entry, by: Person) -> Entry:
    with transaction():
        return actions.approve_entry(entry_id=entry.id, approver=by.id, now=NOW)


def reverse(entry: Entry, by: Person, reason: str = "记重了") -> Entry:
    with transaction():
        return actions.reverse_entry(entry_id=entry.id, reason=reason, created_by=by.id, now=NOW)


@contextmanager
def heard() -> Generator[list[Fact]]:
    """Collect the facts that are announced meanwhile."""
    facts: list[Fact] = []

    def listen(_sender: Any, facts: list[Fact], said: list[Fact] = facts) -> None:
        said.extend(facts)

    with bells.facts_changed.connected_to(listen):
        yield facts

"""Announce counted facts, so that the figures above can be kept up to date.

A room that writes, verifies or reverses a fact calls `announce` in the same transaction. The
house below does not know who listens.
"""

from dataclasses import dataclass
from datetime import date

from volunteer_hub.foundation import bells


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A change of one counted fact: `amount` and `rows` are signed differences.

    kind: service.professional, service.outreach, service.other, funding.awarded,
    funding.paid_out, funding.spent (fen) or hours.<class> (minutes). `on` is the local day on
    which it happened.
    """

    kind: str
    place_id: int
    project_id: int | None
    on: date
    amount: int
    rows: int = 1
    person_id: int | None = None


def announce(*facts: Fact) -> None:
    """Tell the floors above, inside this transaction, and wake the compiler after it."""
    if facts:
        bells.facts_changed.send(facts=list(facts))
        bells.ring("facts-changed")

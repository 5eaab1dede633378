"""People and shifts for the drills in which somebody signs up."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.faults.ground import Ground
from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

DAY = timedelta(days=1)
LASTS = timedelta(hours=2)


def build_town(
    place: Ground, *, people: int, starts: Sequence[datetime], capacity: int
) -> tuple[list[int], list[int]]:
    """Make people with mail and phone, and a published shift for each start; give their ids."""
    with place.app.app_context(), transaction():
        here = make_place(f"drill-{secrets.token_hex(3)}")
        persons = [make_person(f"邻居{number}").id for number in range(people)]
        shifts = [
            make_shift(here, capacity=capacity, starts_at=start, ends_at=start + LASTS).id
            for start in starts
        ]
        return persons, shifts


def days_ahead(count: int) -> list[datetime]:
    """Name so many starts, each on a day of its own."""
    return [utc_now() + number * DAY for number in range(3, 3 + count)]


def deeds(*logs: Path) -> list[dict[str, Any]]:
    """Read what was acknowledged, whole lines only."""
    found = []
    for log in logs:
        whole, _, _being_written = (log.read_bytes() if log.exists() else b"").rpartition(b"\n")
        found += [json.loads(line) for line in whole.splitlines()]
    return found

"""Shifts as my page and the desk show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from volunteer_hub.shifts.queries import lists
from volunteer_hub.shifts.queries.lists import ShiftRow
from volunteer_hub.signups.queries import signups


@dataclass(frozen=True, slots=True)
class Promise:
    """One own sign-up: the shift as a row, and the place in its line for who waits."""

    shift: ShiftRow
    position: int | None


def promises(*, person_id: int, now: datetime) -> list[Promise]:
    """List the person's coming sign-ups, the next one first."""
    return [Promise(own.row, own.position) for own in signups.my_signups(person_id, now)]


def gaps(paths: Sequence[str], *, now: datetime, until: datetime) -> list[ShiftRow]:
    """List the shifts at the places that have fewer people than they need at least."""
    found = lists.list_understaffed(paths, now=now, until=until)
    return [ShiftRow.of(shift) for shift in found]

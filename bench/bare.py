"""The least that joining a shift can be: the statements alone, and how long calls took."""

import statistics
from dataclasses import dataclass, field
from typing import Any

import psycopg

TAKE = """
update shift set confirmed = confirmed + 1
where id = %s and state = 'published' and confirmed < capacity and waiting = 0
returning tstzrange(starts_at, ends_at)"""
SIT = """
insert into signup (shift_id, person_id, state, during, joined_at, confirmed_at)
values (%s, %s, 'confirmed', %s, now(), now()) on conflict do nothing"""
STAND = """
update shift set waiting = waiting + 1, next_rank = next_rank + 1 where id = %s
returning next_rank - 1, tstzrange(starts_at, ends_at)"""
WAIT = """
insert into signup (shift_id, person_id, state, rank, during, joined_at)
values (%s, %s, 'waitlisted', %s, %s, now()) on conflict do nothing"""


def join_bare(connection: "psycopg.Connection[Any]", *, shift_id: int, person_id: int) -> None:
    """Take a place, or stand in line; inside a transaction of the caller's."""
    place = connection.execute(TAKE, (shift_id,)).fetchone()
    if place:
        connection.execute(SIT, (shift_id, person_id, *place))
    else:
        rank, during = connection.execute(STAND, (shift_id,)).fetchone() or ()
        connection.execute(WAIT, (shift_id, person_id, rank, during))


@dataclass
class Taken:
    """How long each call took, and each rush from its first call to its last answer; seconds."""

    calls: list[float] = field(default_factory=list)
    rushes: list[float] = field(default_factory=list)

    def line(self, name: str, people: int) -> str:
        cuts = statistics.quantiles(self.calls, n=100)
        rate = people / statistics.median(self.rushes)
        return (
            f"  {name:<28} p50 {cuts[49] * 1000:7.1f} ms   p95 {cuts[94] * 1000:7.1f} ms"
            f"   {rate:7.0f} answers/s"
        )

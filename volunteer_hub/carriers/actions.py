"""Keep what all workers share of the carriers.

Other rooms' drains call these; a healthy carrier without a limit costs one reading a claim.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.dialects.postgresql import insert

from volunteer_hub.carriers import queries
from volunteer_hub.carriers.channels.ways import Way
from volunteer_hub.carriers.models import Carrier
from volunteer_hub.carriers.rules import health
from volunteer_hub.foundation.database import db

log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """A carrier as it was when one looked; `tokens` are None without a limit."""

    name: str
    channel: str
    weight: int
    state: str
    in_a_row: int
    probe_at: datetime | None
    tokens: float | None = None


def look(those: Sequence[Way], *, now: datetime) -> Mapping[str, Seen]:
    """Read these carriers; buckets are filled, and locked until the commit.

    Writes down first what the settings say anew, and lets weights drift back.
    """
    names = [way.name for way in those]
    found = {carrier.name: carrier for carrier in queries.list_carriers(names)}
    if any(_differs(found.get(way.name), way) for way in those):
        _write_down(those, now=now)
        found = {carrier.name: carrier for carrier in queries.list_carriers(names)}
    if any(_may_drift(carrier, now) for carrier in found.values()):
        _drift(names, now=now)
    limited = [name for name in names if found[name].per_second is not None]
    if limited:
        _fill(limited, now=now)
    return {name: _seen(carrier) for name, carrier in found.items()}


def spend(name: str, *, tokens: int) -> None:
    """Take tokens of a carrier with a limit that was looked at in this transaction."""
    (carrier,) = queries.lock_carriers([name])
    carrier.tokens = max(carrier.tokens - tokens, 0.0)


def spend_one(name: str, *, now: datetime) -> bool:
    """Take one token of a carrier with a limit; False if there is none."""
    (carrier,) = _fill([name], now=now)
    if carrier.per_second is None:
        return True
    if carrier.tokens < 1:
        return False
    carrier.tokens -= 1
    return True


def take_probe(name: str, *, now: datetime) -> bool:
    """Let the caller try one letter with an open carrier; nobody else may for thirty seconds."""
    (carrier,) = queries.lock_carriers([name])
    if not health.may_probe(carrier.state, carrier.probe_at, now=now):
        return False
    carrier.state, carrier.probe_at = "half_open", now + health.PROBE_EVERY
    return True


def give_probe_back(name: str, *, now: datetime) -> None:
    """Nothing was there to try it with: the next one may, at once."""
    (carrier,) = queries.lock_carriers([name])
    carrier.state, carrier.probe_at = "open", now


def note_failure(name: str, *, beside: Collection[str], now: datetime) -> str:
    """Count a failure of the carrier itself and move weight away from it; give its state.

    :param beside: all carriers of its channel
    """
    those = {carrier.name: carrier for carrier in queries.lock_carriers({name, *beside})}
    failing = those[name]
    was = failing.state
    _write(failing, health.after_failure(failing.breaker, now=now))
    if health.may_move_weight(failing.moved_at, now=now):
        healthy = {n: c.weight for n, c in those.items() if n == name or c.state == "closed"}
        for moved, weight in health.away_from(name, healthy).items():
            if weight != those[moved].weight:
                those[moved].weight, those[moved].moved_at = weight, now
        failing.moved_at = now
    if was == "closed" and failing.state == "open":
        log.warning("The carrier %s fails; it rests and is tried every half minute.", name)
    return failing.state


def note_success(name: str) -> str:
    """End a row of failures; give the carrier's state."""
    (carrier,) = queries.lock_carriers([name])
    was = carrier.state
    _write(carrier, health.after_success(carrier.breaker))
    if was != "closed" and carrier.state == "closed":
        log.warning("The carrier %s is back.", name)
    return carrier.state


def _seen(carrier: Carrier) -> Seen:
    tokens = None if carrier.per_second is None else carrier.tokens
    told = (carrier.name, carrier.channel, carrier.weight, carrier.state, carrier.in_a_row)
    return Seen(*told, carrier.probe_at, tokens)


def _fill(names: Collection[str], *, now: datetime) -> Sequence[Carrier]:
    """Fill the buckets for the time gone by; others wait for these rows until the commit."""
    found = queries.lock_carriers(names)
    for carrier in found:
        if carrier.per_second is not None:
            carrier.tokens = health.tokens_now(
                carrier.tokens,
                per_second=carrier.per_second,
                refilled_at=carrier.refilled_at,
                now=now,
            )
            carrier.refilled_at = max(now, carrier.refilled_at)
    return found


def _differs(carrier: Carrier | None, way: Way) -> bool:
    return carrier is None or (carrier.channel, carrier.resting, carrier.per_second) != (
        way.channel,
        way.weight,
        way.per_second,
    )


def _write_down(those: Sequence[Way], *, now: datetime) -> None:
    """Write what the settings say; a carrier whose weight was changed begins there anew."""
    for way in sorted(those):
        said = {"channel": way.channel, "resting": way.weight, "per_second": way.per_second}
        row = insert(Carrier).values(
            name=way.name, weight=way.weight, tokens=0, refilled_at=now, **said
        )
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=[Carrier.name],
                set_={**said, "weight": way.weight},
                where=(Carrier.resting != way.weight)
                | (Carrier.channel != way.channel)
                | Carrier.per_second.is_distinct_from(way.per_second),
            )
        )


def _may_drift(carrier: Carrier, now: datetime) -> bool:
    return health.may_drift(
        carrier.weight,
        resting=carrier.resting,
        moved_at=carrier.moved_at,
        drifted_at=carrier.drifted_at,
        now=now,
    )


def _drift(names: Sequence[str], *, now: datetime) -> None:
    """Let weights go back together, unless one of their channel was touched lately."""
    for carrier in queries.lock_carriers(names):
        if _may_drift(carrier, now):
            carrier.weight = health.drifted(carrier.weight, resting=carrier.resting)
            carrier.drifted_at = now


def _write(carrier: Carrier, breaker: health.Breaker) -> None:
    carrier.state, carrier.in_a_row, carrier.failures = (
        breaker.state,
        breaker.in_a_row,
        list(breaker.failures),
    )
    carrier.opened_at, carrier.probe_at = breaker.opened_at, breaker.probe_at

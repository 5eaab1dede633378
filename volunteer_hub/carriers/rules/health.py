"""Which carrier to trust, and with how much.  Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

CHANNELS = ("email", "sms")
CARRIER_STATES = ("closed", "open", "half_open")  # of the breaker: closed is the healthy one
MOST_IN_A_ROW, MOST_LATELY, LATELY = 5, 50, timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=30)
MOST_WEIGHT, STEP = 100, 10  # points
MOVES_EVERY = timedelta(minutes=1)
DRIFTS_EVERY, UNTOUCHED_FOR = timedelta(minutes=5), timedelta(minutes=15)


class Breaker(NamedTuple):
    """What is known of a carrier's health; `failures` are the moments of the last minute."""

    state: str = "closed"
    in_a_row: int = 0
    failures: Sequence[datetime] = ()
    opened_at: datetime | None = None
    probe_at: datetime | None = None


def after_failure(breaker: Breaker, *, now: datetime) -> Breaker:
    """Count one failure; five in a row, or fifty within a minute, open the breaker."""
    lately = [at for at in breaker.failures if now - LATELY < at <= now]
    lately = [*lately, now][-MOST_LATELY:]
    in_a_row = breaker.in_a_row + 1
    if breaker.state != "closed":  # the probe failed; the next one has its time already
        return breaker._replace(state="open", in_a_row=in_a_row, failures=lately)
    if in_a_row < MOST_IN_A_ROW and len(lately) < MOST_LATELY:
        return breaker._replace(in_a_row=in_a_row, failures=lately)
    return Breaker("open", in_a_row, lately, opened_at=now, probe_at=now + PROBE_EVERY)


def after_success(breaker: Breaker) -> Breaker:
    """End a row of failures; a probe that came through closes the breaker.

    A letter that was under way when it opened says nothing of how things are now.
    """
    if breaker.state == "half_open":
        return Breaker()
    return breaker._replace(in_a_row=0)


def may_probe(state: str, probe_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether one letter may try how an open carrier is."""
    return state != "closed" and probe_at is not None and probe_at <= now


def away_from(failing: str, weights: Mapping[str, int]) -> dict[str, int]:
    """Move ten points from a failing carrier to the heaviest of the others, if there is one."""
    others = sorted(set(weights) - {failing}, key=lambda name: (-weights[name], name))
    if not others:
        return dict(weights)
    moved = min(STEP, weights[failing], MOST_WEIGHT - weights[others[0]])
    return {
        **weights,
        failing: weights[failing] - moved,
        others[0]: weights[others[0]] + moved,
    }


def may_move_weight(moved_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a failure moves points: at most once a minute."""
    return moved_at is None or now - moved_at >= MOVES_EVERY


def may_drift(
    weight: int,
    *,
    resting: int,
    moved_at: datetime | None,
    drifted_at: datetime | None,
    now: datetime,
) -> bool:
    """Tell whether a weight goes back by a step: every five minutes, untouched for fifteen."""
    untouched = moved_at is None or now - moved_at >= UNTOUCHED_FOR
    pause = drifted_at is None or now - drifted_at >= DRIFTS_EVERY
    return weight != resting and untouched and pause


def drifted(weight: int, *, resting: int) -> int:
    """Go one step towards the resting weight."""
    return min(weight + STEP, resting) if weight < resting else max(weight - STEP, resting)


def tokens_now(tokens: float, *, per_second: float, refilled_at: datetime, now: datetime) -> float:
    """Fill a bucket for the time that went by; it never holds more than a second's worth."""
    gone = max((now - refilled_at).total_seconds(), 0.0)
    return min(tokens + gone * per_second, max(per_second, 1.0))


def choose(weights: Mapping[str, int], *, chance: float) -> str:
    """Choose a carrier by weight; without any weight all are alike.

    :param chance: from 0 up to 1, drawn by the caller
    """
    names = sorted(weights)
    alike = not any(weights.values())
    at = chance * (len(names) if alike else sum(weights.values()))
    for name in names:
        at -= 1 if alike else weights[name]
        if at < 0:
            return name
    return names[-1]

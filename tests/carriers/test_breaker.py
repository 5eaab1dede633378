"""When a carrier rests, who carries in its place, and how much one bears: truth tables."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.carriers.rules import health
from volunteer_hub.carriers.rules.health import Breaker

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OPEN = Breaker("open", 5, (), NOW - 30 * SECOND, NOW)


def lately(count: int, *, ago: float = 1.0) -> list[datetime]:
    return [NOW - ago * SECOND] * count


@pytest.mark.parametrize(
    ("in_a_row", "failures", "state"),
    [
        (0, [], "closed"),
        (3, lately(3), "closed"),
        (4, lately(4), "open"),  # the fifth in a row, however long it took
        (4, lately(4, ago=3600), "open"),
        (0, lately(48), "closed"),
        (0, lately(49), "open"),  # the fiftieth within a minute, with successes in between
        (0, lately(49, ago=59.9), "open"),
        (0, lately(49, ago=60), "closed"),
        (0, lately(10, ago=61) + lately(48), "closed"),
    ],
)
def test_a_breaker_opens(in_a_row: int, failures: list[datetime], state: str) -> None:
    breaker = health.after_failure(Breaker("closed", in_a_row, failures), now=NOW)
    assert breaker.state == state
    assert breaker.in_a_row == in_a_row + 1
    opened = (NOW, NOW + 30 * SECOND) if state == "open" else (None, None)
    assert (breaker.opened_at, breaker.probe_at) == opened


def test_only_the_failures_of_the_last_minute_are_kept_and_never_more_than_count() -> None:
    breaker = health.after_failure(Breaker("open", 9, lately(3, ago=60) + lately(70)), now=NOW)
    assert len(breaker.failures) == health.MOST_LATELY


@pytest.mark.parametrize(
    ("was", "then"),
    [("half_open", "open"), ("open", "open")],
)
def test_a_failed_probe_waits_for_the_time_it_has(was: str, then: str) -> None:
    breaker = health.after_failure(OPEN._replace(state=was), now=NOW)
    assert (breaker.state, breaker.opened_at, breaker.probe_at) == (
        then,
        OPEN.opened_at,
        OPEN.probe_at,
    )


@pytest.mark.parametrize(
    ("was", "then"),
    [
        (Breaker("closed", 4, lately(4)), Breaker("closed", 0, lately(4))),
        (OPEN._replace(state="half_open"), Breaker()),
        (OPEN, OPEN._replace(in_a_row=0)),  # it was under way when the breaker opened
    ],
)
def test_one_success(was: Breaker, then: Breaker) -> None:
    assert health.after_success(was) == then


@pytest.mark.parametrize(
    ("state", "probe_at", "may"),
    [
        ("closed", None, False),
        ("open", NOW, True),
        ("open", NOW + SECOND, False),
        ("half_open", NOW, True),  # who probed has not been heard of for thirty seconds
        ("half_open", NOW + SECOND, False),
    ],
)
def test_when_one_letter_may_probe(state: str, probe_at: datetime | None, may: bool) -> None:
    assert health.may_probe(state, probe_at, now=NOW) is may


@pytest.mark.parametrize(
    ("weights", "after"),
    [
        ({"a": 50}, {"a": 50}),
        ({"a": 60, "b": 40}, {"a": 50, "b": 50}),
        ({"a": 5, "b": 95}, {"a": 0, "b": 100}),
        ({"a": 0, "b": 100}, {"a": 0, "b": 100}),
        ({"a": 50, "b": 98}, {"a": 48, "b": 100}),
        ({"a": 40, "b": 20, "c": 40}, {"a": 30, "b": 20, "c": 50}),
        ({"a": 40, "b": 30, "c": 30}, {"a": 30, "b": 40, "c": 30}),
    ],
)
def test_ten_points_go_from_who_fails_to_the_heaviest_other(
    weights: dict[str, int], after: dict[str, int]
) -> None:
    assert health.away_from("a", weights) == after
    assert sum(after.values()) == sum(weights.values())


@pytest.mark.parametrize(
    ("ago", "may"), [(None, True), (0, False), (59.9, False), (60, True), (3600, True)]
)
def test_points_move_at_most_once_a_minute(ago: float | None, may: bool) -> None:
    moved_at = None if ago is None else NOW - ago * SECOND
    assert health.may_move_weight(moved_at, now=NOW) is may


@pytest.mark.parametrize(
    ("weight", "moved", "drifted", "may"),
    [
        (50, None, None, False),  # where it rests
        (30, 15, None, True),
        (30, 14.9, None, False),
        (30, 15, 5, True),
        (30, 60, 4.9, False),
        (70, 15, 5, True),
    ],
)
def test_when_weights_drift_back(
    weight: int, moved: float | None, drifted: float | None, may: bool
) -> None:
    at = [None if ago is None else NOW - timedelta(minutes=ago) for ago in (moved, drifted)]
    said = health.may_drift(weight, resting=50, moved_at=at[0], drifted_at=at[1], now=NOW)
    assert said is may


@pytest.mark.parametrize(
    ("weight", "after"), [(0, 10), (35, 45), (45, 50), (50, 50), (55, 50), (100, 90)]
)
def test_a_weight_goes_back_by_ten_and_not_beyond(weight: int, after: int) -> None:
    assert health.drifted(weight, resting=50) == after


@pytest.mark.parametrize(
    ("tokens", "per_second", "seconds", "after"),
    [
        (0, 10, 0, 0),
        (0, 10, 0.3, 3),
        (5, 10, 0.3, 8),
        (5, 10, 60, 10),  # a second's worth and no more
        (0, 0.5, 1, 0.5),
        (0, 0.5, 60, 1),  # but one message may always leave some time
        (3, 10, -7200, 3),  # a clock that goes back gives nothing
    ],
)
def test_a_bucket_fills(tokens: float, per_second: float, seconds: float, after: float) -> None:
    filled = health.tokens_now(
        tokens, per_second=per_second, refilled_at=NOW - seconds * SECOND, now=NOW
    )
    assert filled == pytest.approx(after)


@pytest.mark.parametrize(
    ("weights", "chance", "name"),
    [
        ({"a": 100}, 0.99, "a"),
        ({"a": 60, "b": 40}, 0.0, "a"),
        ({"a": 60, "b": 40}, 0.599, "a"),
        ({"a": 60, "b": 40}, 0.6, "b"),
        ({"a": 60, "b": 40}, 0.9999999, "b"),
        ({"a": 0, "b": 40}, 0.0, "b"),
        ({"a": 0, "b": 0}, 0.49, "a"),
        ({"a": 0, "b": 0}, 0.5, "b"),
    ],
)
def test_a_carrier_is_chosen_by_its_weight(
    weights: dict[str, int], chance: float, name: str
) -> None:
    assert health.choose(weights, chance=chance) == name

"""The drills of bench/faults with small sizes: the same code on the same real servers."""

from argparse import Namespace
from collections.abc import Generator
from types import ModuleType
from typing import Any

import pytest

from bench.faults import f1, f2, f3, f4, f5, f7, f10
from bench.faults.ground import Ground, ground


@pytest.fixture(scope="module")
def shared_ground() -> Generator[Ground]:
    with ground() as place:
        yield place


@pytest.fixture
def place(shared_ground: Ground) -> Generator[Ground]:
    """An empty ground with every server up."""
    yield shared_ground
    shared_ground.clear()
    shared_ground.valkey.stop()  # or two would run
    shared_ground.valkey.start()


def ensure_kept(drill: ModuleType, place: Ground, *, leap: bool = True, **sizes: Any) -> None:
    counts = drill.drill(place, Namespace(**{**drill.SIZES, **sizes}, seed=7, leap=leap))
    assert counts.due > 0
    assert counts.kept, counts.lines()


def test_f1_workers_are_killed(place: Ground) -> None:
    ensure_kept(f1, place, count=40, workers=2, processes=1, kills=3, delay=0.01, spread=1.0)


def test_f2_a_worker_is_killed_at_each_step(place: Ground) -> None:
    ensure_kept(f2, place, times=2)


def test_f3_the_broker_is_wiped_restarted_and_frozen(place: Ground) -> None:
    sizes: dict[str, Any] = {
        "count": 20,
        "processes": 1,
        "delay": 0.0,
        "spread": 1.0,
        "freeze": 1.0,
        "hole": 0.0,
    }
    ensure_kept(f3, place, leap=False, **sizes)


def test_f4_the_broker_is_down(place: Ground) -> None:
    ensure_kept(f4, place, leap=False, count=20, delay=0.0, spread=0.5, celery=0)


def test_f5_the_database_is_stopped_while_people_sign_up(place: Ground) -> None:
    sizes: dict[str, Any] = {"count": 40, "workers": 2, "people": 12, "shifts": 2, "clients": 2}
    ensure_kept(f5, place, **sizes, stops=2, every=1, delay=0.0, spread=2.0, pause=0.02)


def test_f7_workers_stand_still_past_their_lease(place: Ground) -> None:
    ensure_kept(f7, place, count=4)


def test_f10_shifts_change_and_people_leave_while_letters_leave(place: Ground) -> None:
    sizes: dict[str, Any] = {
        "count": 80,
        "workers": 3,
        "clients": 2,
        "people": 12,
        "shifts": 4,
        "capacity": 3,
    }
    ensure_kept(f10, place, **sizes, delay=0.0, spread=3.0)

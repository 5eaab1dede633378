"""The drills of bench/faults with small sizes: the same code on the same real servers."""

from argparse import Namespace
from collections.abc import Generator

import pytest

from bench.faults import f1, f4
from bench.faults.counts import Counts
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


def ensure_kept(counts: Counts) -> None:
    assert counts.due > 0
    assert counts.kept, counts.lines()


def test_f1_workers_are_killed(place: Ground) -> None:
    sizes = {"count": 40, "workers": 2, "processes": 1, "kills": 3, "delay": 0.01, "spread": 1.0}
    ensure_kept(f1.drill(place, Namespace(**sizes, seed=7, leap=True)))


def test_f4_the_broker_is_down(place: Ground) -> None:
    sizes = {"count": 20, "delay": 0.0, "spread": 0.5, "celery": 0}
    ensure_kept(f4.drill(place, Namespace(**sizes, seed=7, leap=False)))

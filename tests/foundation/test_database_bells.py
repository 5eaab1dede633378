"""What is to ring after the commit: never before, never without, never twice."""

import pytest
from sqlalchemy import text

from tests.foundation.paper_trail import Broke, fail_after, stored, write
from volunteer_hub.foundation.database import after_commit, attempt, db, transaction


@pytest.fixture
def rung(app):
    return []


@pytest.fixture
def ring(rung):
    return lambda name: after_commit(lambda: rung.append(name))


def test_bells_ring_after_the_commit(rung, ring):
    with transaction():
        ring("one")
        ring("two")
        assert rung == []
    assert rung == ["one", "two"]


def test_bells_find_the_work_stored(committed):
    """Another connection sees the work already when the bell rings."""
    seen = []

    def look():
        with db.engine.connect() as other:
            seen.append(other.execute(text("select count(*) from heartbeat")).scalar())

    with transaction():
        write("one")
        after_commit(look)
    assert seen == [1]


def test_bells_are_silent_after_a_rollback(rung, ring):
    with pytest.raises(Broke):
        fail_after(lambda: ring("one"))
    with transaction():
        ring("two")
    assert rung == ["two"]


def test_bells_ring_once_however_many_savepoints_were_released(rung, ring):
    with transaction():
        ring("before")
        with attempt():
            ring("inside")
            with attempt():
                ring("deeper")
        assert rung == []
    assert rung == ["before", "inside", "deeper"]


def test_bells_of_a_failed_attempt_are_silent_and_the_others_ring(rung, ring):
    def inside():
        ring("inside")
        with attempt():
            ring("deeper")

    with transaction():
        ring("before")
        with pytest.raises(Broke):
            fail_after(inside, door=attempt)
        ring("after")
    assert rung == ["before", "after"]


def test_bells_do_not_ring_again_with_the_next_commit(rung, ring):
    with transaction():
        ring("one")
    with transaction():
        write("x")
    assert rung == ["one"]


def test_bells_that_break_harm_nobody(rung, ring, caplog):
    def broken():
        raise OSError("the broker is away")

    with transaction():
        write("one")
        ring("before")
        after_commit(broken)
        ring("after")
    assert stored() == {"one"}
    assert rung == ["before", "after"]
    assert "did not ring" in caplog.text

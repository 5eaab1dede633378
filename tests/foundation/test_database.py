"""The one committer: all or nothing, bells only after the fact, never nested."""

from threading import Thread

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.foundation.paper_trail import Broke, fail_after, stored, write, write_twice
from volunteer_hub.foundation.database import (
    after_commit,
    attempt,
    database_now,
    db,
    engine_options,
    may_be_tried_again,
    sealed_by,
    transaction,
    violated,
)
from volunteer_hub.foundation.heartbeat import Heartbeat


def test_all_is_stored(app):
    with transaction():
        write("one")
        write("two")
    assert stored() == {"one", "two"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_or_nothing(app, error):
    with pytest.raises(error):
        fail_after(lambda: write("one"), error)
    assert stored() == set()
    with transaction():  # and the next one opens as usual
        write("two")
    assert stored() == {"two"}


def test_a_transaction_refuses_to_nest(app):
    def nested():
        write("one")
        with transaction():
            write("two")

    with pytest.raises(RuntimeError, match="open already"), transaction():
        nested()
    assert stored() == set()


def test_what_fails_at_the_commit_itself_is_undone(app):
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Heartbeat(name="one"))  # its time is missing; nothing is flushed yet
    assert stored() == set()


class TestAttempt:
    def test_undoes_only_what_is_inside(self, app):
        with transaction():
            write("before")
            with pytest.raises(IntegrityError), attempt():
                write_twice("inside")
            write("after")
        assert stored() == {"before", "after"}

    def test_keeps_what_worked(self, app):
        with transaction(), attempt():
            write("inside")
        assert stored() == {"inside"}

    def test_is_undone_with_what_is_around_it(self, app):
        def inside():
            with attempt():
                write("inside")

        with pytest.raises(Broke):
            fail_after(inside)
        assert stored() == set()


def test_a_seal_is_the_last_thing_in_each_transaction_of_its_block(app):
    seen = []
    with sealed_by(lambda: seen.append(db.session.scalar(text("select count(*) from heartbeat")))):
        with transaction():
            write("one")
        with transaction():
            write("two")
        with pytest.raises(Broke):
            fail_after(lambda: write("lost"))
    with transaction():
        write("three")
    assert seen == [1, 2]


def test_a_seal_can_refuse(app):
    def refuse():
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"), sealed_by(refuse), transaction():
        write("one")
    assert stored() == set()


def test_a_locked_row_is_read_as_it_is_now(committed):
    """It may have changed since this session saw it, while it waited for the lock."""
    with transaction():
        write("one")
    seen = db.session.get_one(Heartbeat, "one")
    with db.engine.begin() as other:
        other.execute(text("update heartbeat set detail = 'changed'"))
    assert db.session.scalars(db.select(Heartbeat)).one().detail == ""  # a plain look is no lock
    assert db.session.scalars(db.select(Heartbeat).with_for_update()).one().detail == "changed"
    assert seen.detail == "changed"


def test_what_was_not_written_yet_survives_the_lock(app):
    with transaction():
        write("one")
    with transaction():
        seen = db.session.get_one(Heartbeat, "one")
        seen.detail = "mine"
        assert db.session.scalars(db.select(Heartbeat).with_for_update()).one() is seen
    db.session.expire_all()
    assert db.session.get_one(Heartbeat, "one").detail == "mine"


def test_the_constraint_that_refused_is_named(app):
    with pytest.raises(IntegrityError) as twice, transaction():
        write_twice("one")
    assert violated(twice.value) == "pk_heartbeat"
    assert violated(IntegrityError("", {}, Exception())) == ""


def test_a_conflict_may_be_tried_again(committed):
    with transaction():
        write("one")
    update = text("update heartbeat set detail = :by")
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as slow:
        slow.execute(text("select * from heartbeat"))
        with db.engine.begin() as fast:
            fast.execute(update, {"by": "fast"})
        with pytest.raises(OperationalError) as conflict:
            slow.execute(update, {"by": "slow"})
    assert may_be_tried_again(conflict.value)


def test_a_lock_that_was_not_given_in_time_may_not(committed):
    """No wait is without an end; and who waited in vain tells the reader instead of trying on."""
    with transaction():
        write("one")
    update = text("update heartbeat set detail = 'x'")
    with db.engine.begin() as first, db.engine.connect() as second:
        first.execute(update)
        second.execute(text("set lock_timeout = '10ms'"))
        with pytest.raises(OperationalError) as waited:
            second.execute(update)
    assert not may_be_tried_again(waited.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TimeZone", "UTC"),
        ("lock_timeout", "5s"),
        ("statement_timeout", "30s"),
        ("idle_in_transaction_session_timeout", "15s"),
    ],
)
def test_every_connection_lives_under_limits(app, setting, value):
    assert db.session.scalar(text(f"show {setting}")) == value


def test_the_pool_may_be_told_its_size():
    assert engine_options(pool=3)["pool_size"] == 3


def test_the_database_has_a_clock(app):
    first = database_now()
    assert first.utcoffset().total_seconds() == 0
    assert database_now() > first  # it moves on inside one transaction


def test_sessions_of_two_threads_are_two(committed):
    """Each request has its own transaction, bells and seals."""
    seen = []

    def other():
        with committed.app_context(), transaction():
            seen.append(db.session.info.get("bells"))
            write("theirs")

    with transaction():
        after_commit(lambda: seen.append("rang"))
        thread = Thread(target=other)
        thread.start()
        thread.join()
        assert seen == [None]
        write("ours")
    assert stored() == {"ours", "theirs"}


@pytest.mark.parametrize("rested", [True, False])
def test_a_connection_that_rested_is_asked_whether_it_still_stands(committed, monkeypatch, rested):
    """One that was at work just now is not: who meets a broken one then hears of it once."""
    monkeypatch.setattr("volunteer_hub.foundation.database.RESTS", 0.0 if rested else 60.0)
    mine = db.session.scalar(text("select pg_backend_pid()"))
    db.session.remove()
    with create_engine(db.engine.url, poolclass=NullPool).connect() as another:
        another.execute(text("select pg_terminate_backend(:pid, 2000)"), {"pid": mine})
    if not rested:
        with pytest.raises(OperationalError):
            database_now()
        db.session.remove()
    assert database_now() is not None
    assert db.session.scalar(text("select pg_backend_pid()")) != mine

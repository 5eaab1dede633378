"""SIGKILL at each step of one hand-over, in a process of its own: the exact state afterwards.

The drain stops at a step because the receiving server is gated there, or because this test holds
the letter's row; nothing in the drain knows of the test.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from standalone.sinks.running import Sinks
from tests.messages.letter import attempts, later, post_trial, the_letter
from volunteer_hub.dispatch.actions import deliver

ROOT = Path(__file__).parents[2]
DRAIN = """
import config
from flask import Flask
from volunteer_hub.foundation import database
from volunteer_hub.dispatch.actions import deliver
settings = config.read()
app = Flask("drain")  # the drain needs no doors; without them the process starts five times faster
app.config.update(
    SETTINGS=settings, SQLALCHEMY_DATABASE_URI=settings.database_url, ZONE=settings.timezone
)
database.init_app(app)
{more}
with app.app_context():
    deliver(clock=database.database_now)
"""
WAITS = 30.0  # seconds


def environ_of(app: Flask) -> dict[str, str]:
    """Give the settings by which a process finds the servers of a test's app."""
    settings = app.config["SETTINGS"]
    return {
        **os.environ,
        "HUB_VAR": str(settings.var),
        "DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }


@contextmanager
def drain_process(app: Flask, *, more: str = "") -> Generator[subprocess.Popen[bytes]]:
    """Start a drain on the test's database, after `more` is done; it is dead when this ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRAIN.format(more=more)],
        env=environ_of(app),
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


@contextmanager
def holding_the_row(app: Flask) -> Generator[psycopg.Connection]:
    """Keep everybody else from changing letters."""
    url = app.config["SETTINGS"].database_url.replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute("select id from message for update")
        yield connection
        connection.rollback()


def wait_until_blocked(connection: psycopg.Connection) -> None:
    """Wait until somebody waits for a row that this connection holds."""
    ends = time.monotonic() + WAITS
    blocked = "select count(*) from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
    while time.monotonic() < ends:
        row = connection.execute(blocked, (connection.info.backend_pid,)).fetchone()
        if row and row[0]:
            return
        time.sleep(0.01)
    raise TimeoutError("Nobody came to the row.")


@pytest.mark.parametrize("step", ["hello", "recipient"])
def test_killed_after_the_claim_it_is_free_again(committed: Flask, sinks: Sinks, step: str) -> None:
    post_trial()
    gate = sinks.mail_faults.gate(step)
    with drain_process(committed):
        gate.wait()
    assert the_letter().state == "claimed"
    assert deliver(clock=later(seconds=59)).sent == 0  # the lease protects it
    assert deliver(clock=later(seconds=61)).sent == 1
    assert len(sinks.mail.arrivals()) == 1
    assert [phase for phase, _ in attempts()] == ["claimed", "answered"]


def test_killed_while_it_marks_it_is_free_again(committed: Flask, sinks: Sinks) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("recipient")
    with drain_process(committed) as process:
        gate.wait()
        with holding_the_row(committed) as connection:
            gate.open()
            wait_until_blocked(connection)
            kill(process)
    assert the_letter().state == "claimed"
    assert deliver(clock=later(seconds=61)).sent == 1
    assert len(sinks.mail.arrivals()) == 1


def test_killed_after_the_mark_it_is_unknown_although_nothing_left(
    committed: Flask, sinks: Sinks
) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("data")
    with drain_process(committed):
        gate.wait()
    assert the_letter().state == "sending"
    assert deliver(clock=later(seconds=59)).unknown == 0
    assert deliver(clock=later(seconds=61)).unknown == 1
    _stays_unknown(sinks, arrived=0)


def test_killed_before_the_answer_it_is_unknown_although_it_arrived(
    committed: Flask, sinks: Sinks
) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("accepted")
    with drain_process(committed):
        gate.wait()
    assert the_letter().state == "sending"
    assert deliver(clock=later(seconds=61)).unknown == 1
    _stays_unknown(sinks, arrived=1)


def test_killed_with_the_answer_unrecorded_it_is_unknown(committed: Flask, sinks: Sinks) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("accepted")
    with drain_process(committed) as process:
        gate.wait()
        with holding_the_row(committed) as connection:
            gate.open()
            wait_until_blocked(connection)
            kill(process)
    assert the_letter().state == "sending"
    assert deliver(clock=later(seconds=61)).unknown == 1
    _stays_unknown(sinks, arrived=1)


@pytest.mark.parametrize(("step", "arrived"), [("submit", 0), ("accepted", 1)])
def test_killed_behind_a_submission_the_text_message_is_unknown(
    committed: Flask, sinks: Sinks, step: str, arrived: int
) -> None:
    post_trial(channels={"sms"})
    gate = sinks.sms_faults.gate(step)
    with drain_process(committed):
        gate.wait()
    assert the_letter(channel="sms").state == "sending"
    gate.open()
    for seconds in (61, 3600):
        deliver(clock=later(seconds=seconds))
        assert the_letter(channel="sms").state == "unknown"
    assert len(sinks.sms.arrivals()) <= 1
    assert len(sinks.sms.arrivals()) >= arrived


def test_a_drain_that_stood_still_behind_the_mark_does_not_wake_up_to_send(
    committed: Flask, sinks: Sinks
) -> None:
    """Stopped between claim and mark past its lease, then woken: the letter went elsewhere."""
    post_trial()
    gate = sinks.mail_faults.gate("recipient")
    with drain_process(committed) as process:
        gate.wait()
        process.send_signal(signal.SIGSTOP)
        gate.open()
        assert deliver(clock=later(seconds=61)).sent == 1
        process.send_signal(signal.SIGCONT)
        assert process.wait(timeout=WAITS) == 0
    assert len(sinks.mail.arrivals()) == 1
    assert the_letter().state == "sent"


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def _stays_unknown(sinks: Sinks, *, arrived: int) -> None:
    """Nobody sends it again, however often and late the drain comes by."""
    for hours in (1, 12, 23):
        deliver(clock=later(hours=hours))
        assert the_letter().state == "unknown"
    assert len(sinks.mail.arrivals()) == arrived

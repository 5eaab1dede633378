"""What people write is kept before the message centre hears yes; brought again it is one text."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import select

from standalone.sinks.phones import Phones
from standalone.sinks.running import Sinks, running_sinks
from tests.dispatch.test_kills import ROOT, WAITS, environ_of, kill
from tests.messages.letter import post_trial
from volunteer_hub.carriers.channels.outcome import Text
from volunteer_hub.carriers.channels.route import find
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import listen, receiving, tidy
from volunteer_hub.messages.models import IncomingSms
from volunteer_hub.messages.queries import incoming

MEI = "+8613812345678"
LISTENER = """
import config
from flask import Flask
from volunteer_hub.foundation import database
from volunteer_hub.messages.actions import listen
settings = config.read()
app = Flask("listener")
app.config.update(
    SETTINGS=settings, ZONE=settings.timezone, SQLALCHEMY_DATABASE_URI=settings.database_url
)
database.init_app(app)
with app.app_context():
    listen(clock=database.database_now)
"""


def kept() -> list[tuple[str, str]]:
    db.session.rollback()
    found = db.session.scalars(select(IncomingSms).order_by(IncomingSms.id))
    return [(text.sender, text.text) for text in found]


def hear() -> None:
    listen(clock=database_now, seconds=3)


def test_texts_are_taken_in_order_and_acknowledged(committed: Flask, sinks: Sinks) -> None:
    for text in ("1", "来不了", "𠮷祥里见"):
        sinks.smsc.phones.write("8613812345678", text)
    hear()
    assert kept() == [(MEI, "1"), (MEI, "来不了"), (MEI, "𠮷祥里见")]
    assert sinks.smsc.phones.waiting() == []


def test_the_same_text_brought_twice_is_one(committed: Flask, sinks: Sinks) -> None:
    for _ in range(2):
        sinks.smsc.phones.write("8613812345678", "1", reference=7)
    sinks.smsc.phones.write("8613812345678", "1", reference=8)
    hear()
    assert kept() == [(MEI, "1")] * 2
    assert sinks.smsc.phones.waiting() == []


def test_what_comes_while_letters_leave_is_not_lost(committed: Flask, sinks: Sinks) -> None:
    gate = sinks.sms_faults.gate("submit")
    post_trial(channels={"sms"})
    sinks.smsc.phones.write("8613812345678", "1")
    with drain_thread(committed):
        gate.wait()
        gate.open()
    assert kept() == [(MEI, "1")]
    assert len(sinks.sms.arrivals()) == 1
    assert sinks.smsc.phones.waiting() == []


@contextmanager
def drain_thread(app: Flask) -> Generator[None]:
    def run() -> None:
        with app.app_context():
            deliver(clock=database_now)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join(WAITS)


def test_what_cannot_be_kept_stays_with_the_centre(
    committed: Flask, sinks: Sinks, caplog: pytest.LogCaptureFixture
) -> None:
    sinks.smsc.phones.write("8613812345678", "1")
    with transaction():
        db.session.execute(db.text("alter table incoming_sms rename to away"))
    hear()
    assert len(sinks.smsc.phones.waiting()) == 1
    with transaction():
        db.session.execute(db.text("alter table away rename to incoming_sms"))
    hear()
    assert kept() == [(MEI, "1")]
    assert "13812345678" not in caplog.text


def test_killed_before_the_row_is_stored_it_comes_again(committed: Flask, sinks: Sinks) -> None:
    sinks.smsc.phones.write("8613812345678", "1")
    with holding_the_table(committed) as connection, listener(committed) as process:
        wait_for_somebody(connection)
        kill(process)
    assert kept() == []
    assert len(sinks.smsc.phones.waiting()) == 1
    hear()
    assert kept() == [(MEI, "1")]


def test_killed_before_the_yes_it_comes_again_and_is_one(committed: Flask, sinks: Sinks) -> None:
    def keep_and_die(text: Text) -> None:
        receiving.keep_text(text)
        raise KeyboardInterrupt

    sinks.smsc.phones.write("8613812345678", "1")
    with closing(SmppChannel(partial(find, sinks.sms_url, "smpp"), keep=keep_and_die)) as channel:
        with pytest.raises(KeyboardInterrupt):
            channel.listen(3)
        channel._drop()  # its process is gone, and so is the connection
    assert kept() == [(MEI, "1")]
    assert len(sinks.smsc.phones.waiting()) == 1
    hear()
    assert kept() == [(MEI, "1")]
    assert sinks.smsc.phones.waiting() == []


def test_a_centre_that_starts_again_still_has_the_texts(committed: Flask, tmp_path: Path) -> None:
    Phones(tmp_path / "inbox").write("8613812345678", "1")
    with running_sinks(committed.config["SETTINGS"].sockets, inbox=tmp_path / "inbox"):
        hear()
    assert kept() == [(MEI, "1")]


@contextmanager
def holding_the_table(app: Flask, table: str = "incoming_sms") -> Generator[psycopg.Connection]:
    with psycopg.connect(app.config["SETTINGS"].database_url.replace("+psycopg", "")) as connection:
        connection.execute(sql.SQL("lock table {} in share mode").format(sql.Identifier(table)))
        yield connection
        connection.rollback()


def wait_for_somebody(connection: psycopg.Connection, table: str = "incoming_sms") -> None:
    """Wait until somebody wants to write a text, or into another table."""
    ends = time.monotonic() + WAITS
    wants = "select 1 from pg_locks where not granted and relation = %s::regclass"
    while not connection.execute(wants, (table,)).fetchone():
        assert time.monotonic() < ends, "Nobody came to the table."
        time.sleep(0.01)


@contextmanager
def listener(app: Flask) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", LISTENER], env=environ_of(app), cwd=ROOT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_without_a_centre_nobody_listens(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url in ("", f"sink://{tmp_path}/nothing"):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sms_url=url))
        hear()
    assert kept() == []


def test_a_centre_that_says_nothing_is_not_waited_for(app: Flask, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smpp://id:pw@127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], sms_url=url))
        began = time.monotonic()
        hear()
    assert time.monotonic() - began < 5


@pytest.fixture
def text(app: Flask) -> Callable[..., IncomingSms]:
    def write(words: str = "1", **more) -> IncomingSms:
        with transaction():
            facts = {"sender": MEI, "text": words, "reference": words} | more
            db.session.add(IncomingSms(**facts))
        return db.session.scalars(select(IncomingSms).order_by(IncomingSms.id.desc())).first()

    return write


def test_the_oldest_text_comes_first_and_what_was_dealt_with_not_again(text) -> None:
    first, second = text("1"), text("2")
    assert incoming.lock_oldest() is first
    with transaction():
        receiving.settle_text(first, outcome="come", now=database_now())
    assert incoming.lock_oldest() is second


def test_texts_are_forgotten_once_they_are_old_and_dealt_with(text) -> None:
    now = database_now()
    old = now - receiving.REMEMBERED * 2
    text("1", received_at=old, handled_at=old, outcome="come")
    text("2", received_at=old)
    text("3", handled_at=now, outcome="come")
    with transaction():
        tidy(now=now)
    assert [words for _sender, words in kept()] == ["2", "3"]

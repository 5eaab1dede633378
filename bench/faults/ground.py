"""The whole sending side on one machine, every part of it a process that can be killed."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import redis
from alembic import command
from flask import Flask

import config
from standalone.embedded import Postgres, Valkey, make_socket_folder, wipe
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CLEAR = "with gone as (delete from message), quiet as (delete from heartbeat) select 1"
WORKER = ("-A", "workers.app", "worker", "--without-gossip", "--without-mingle")


@dataclass
class Ground:
    """PostgreSQL (durable), Valkey, both receiving servers; worker and beat when asked for."""

    var: Path
    environ: dict[str, str]
    settings: config.Settings
    app: Flask
    valkey: Valkey
    postgres: Postgres
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    nursery: "subprocess.Popen[str] | None" = None  # see drains.py

    def start(self, name: str, *words: str, **environ: str) -> None:
        """Start a part in a process group of its own; its output goes to <name>.log."""
        surroundings = {**self.environ, **environ}
        with (self.var / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                words, env=surroundings, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def start_sinks(self, *, delay: float) -> None:
        """Start both receiving servers; each answers after `delay` seconds."""
        for name in ("smtp.port", "smsc.port"):
            (self.settings.sockets / name).unlink(missing_ok=True)
        self.start("sinks", sys.executable, "-m", "standalone.sinks", "--delay", str(delay))
        wait(lambda: (self.settings.sockets / "smsc.port").exists(), "the receiving servers")

    def start_worker(
        self, *, processes: int, name: str = "worker", skew: float = 0.0, **environ: str
    ) -> None:
        """Start a worker of Celery; its clock is `skew` seconds ahead."""
        queues = ("-Q", "messages", "-c", str(processes), "-l", "WARNING", "-n", f"{name}@drill")
        self.start(name, *_celery(skew), *WORKER, *queues, **environ)

    def start_beat(self, *, name: str = "beat", skew: float = 0.0) -> None:
        self.start(name, *_celery(skew), "-A", "workers.app", "beat", "-l", "WARNING")

    def start_fallback(self) -> None:
        self.start("fallback", sys.executable, "-m", "workers.fallback")

    def kill(self, name: str) -> None:
        """SIGKILL the whole process group."""
        process = self.children.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, *names: str) -> None:
        """Ask parts to end in order, all at once."""
        processes = [self.children.pop(name) for name in names]
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=60)

    def clear(self) -> None:
        """End every part and forget every letter, for the next drill on the same ground."""
        for name in tuple(self.children):
            self.kill(name)
        self.ask(CLEAR)
        for log in (self.var / "inbox").glob("*.jsonl"):
            log.unlink()

    def flush(self) -> None:
        """Wipe Valkey."""
        with redis.Redis.from_url(self.valkey.url) as client:
            client.flushall()

    def arrivals(self, channel: str) -> list[dict[str, Any]]:
        """Read what a receiving server has accepted so far; the oracle of every drill."""
        whole, _, _being_written = self._log(channel).rpartition(b"\n")
        return [json.loads(line) for line in whole.splitlines()]

    def count(self) -> int:
        """Say how much has been accepted so far.

        :raises ChildProcessError: if a part ended although nobody killed it
        """
        for name, process in self.children.items():
            if process.poll() is not None:
                log = (self.var / f"{name}.log").read_text()
                raise ChildProcessError(f"{name} ended with {process.returncode}:\n{log[-2000:]}")
        return self._log("email").count(b"\n") + self._log("sms").count(b"\n")

    def _log(self, channel: str) -> bytes:
        file = self.var / "inbox" / f"{channel}.jsonl"
        return file.read_bytes() if file.exists() else b""

    def ask(self, sql: Any) -> list[tuple[Any, ...]]:
        """Ask the database beside the app."""
        url = self.settings.database_url.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def ground() -> Generator[Ground]:
    """Build the ground; kill and wipe everything afterwards."""
    var = Path(tempfile.mkdtemp(prefix="hub-drill-"))
    var.chmod(0o755)
    sockets = var / "run"
    make_socket_folder(sockets)
    postgres, valkey = Postgres(var / "postgres", sockets), Valkey(var / "valkey", sockets)
    postgres.start()
    valkey.start()
    postgres.create("hub")
    environ = {**os.environ, "HUB_VAR": str(var), "SECRET_KEY": "for-the-drill" * 4}
    environ |= {"HUB_TIMEZONE": _where_it_is_noon()}
    for name in ("DATABASE_URL", "REDIS_URL", "HUB_SMTP_URL", "HUB_SMS_URL", "HUB_ENV"):
        environ.pop(name, None)
    settings = config.read(environ)
    app = create_app(settings, BELLS_SILENT=True)
    with app.app_context():
        command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
    built = Ground(var, environ, settings, app, valkey, postgres)
    try:
        yield built
    finally:
        for name in tuple(built.children):
            built.kill(name)
        if built.nursery:
            built.nursery.communicate()
        with app.app_context():
            db.engine.dispose()
        valkey.stop()
        postgres.stop()
        wipe(var)


def wait(until: Any, what: str, *, seconds: float = 60.0) -> None:
    """Wait until something is so.

    :raises TimeoutError: naming what did not happen
    """
    ends = time.monotonic() + seconds
    while not until():
        if time.monotonic() > ends:
            raise TimeoutError(f"{what} took longer than {seconds:.0f} s")
        time.sleep(0.05)


def _celery(skew: float) -> tuple[str, ...]:
    """Name the program, with a clock of its own if it should go wrong."""
    if not skew:
        return (str(BIN / "celery"),)
    return (sys.executable, "-m", "bench.faults.skewed", str(skew))


def fractions(count: int, dice: random.Random) -> list[float]:
    """Choose the moments of the faults: shares of the work done when they strike."""
    return sorted(dice.uniform(0.05, 0.9) for _ in range(count))


def _where_it_is_noon() -> str:
    """Name a zone in which it is about noon, so that no text message keeps the night."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"

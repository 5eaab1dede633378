"""`hub up`: the whole service on one machine, started in order and stopped in order."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import config
from standalone.embedded import CannotStart, Postgres, Valkey, make_socket_folder

ROOT = Path(__file__).parent.parent
ANSWERS_WITHIN = 60.0  # seconds
STOPS_WITHIN = 25.0  # longer than a worker's soft shutdown
RESTART_AFTER = 2.0


@dataclass
class Part:
    """One child process; a part that dies is started again."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = field(default=0.0)

    def start(self, environ: dict[str, str]) -> None:
        self.started = time.monotonic()
        # A session of its own: Ctrl-C reaches only the supervisor, which stops all in order.
        self.process = subprocess.Popen(self.command, env=environ, cwd=ROOT, start_new_session=True)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def run(settings: config.Settings, *, demo: bool) -> int:
    """Start everything, stay until Ctrl-C or SIGTERM, stop everything; give the exit code.

    :raises CannotStart: if a part does not come up, or another `hub up` holds the folder
    """
    with ExitStack() as stack:
        stack.enter_context(_only_one(settings.var))
        _ensure_port_is_free(settings)
        environ = _environment(settings)
        _start_servers(settings, stack)
        _run("hub", "db", "upgrade", environ=environ)
        stopping = _listen_for_stop()
        if demo:
            _run("hub", "demo", "load", "--if-empty", environ=environ)
        parts = _parts(settings)
        stack.callback(_stop, parts)
        for part in parts:
            part.start(environ)
        _wait_until_answering(settings, parts, stopping)
        _greet(settings)
        _watch(parts, environ, stopping)
        print("\nStopping …", flush=True)
    return 0


@contextmanager
def _only_one(var: Path) -> Generator[None]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / "hub.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"Another hub up is running on {var}. Stop it first.") from error
        yield


def _ensure_port_is_free(settings: config.Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"Port {settings.port} is taken. Set HUB_PORT to a free one."
            ) from error


def _environment(settings: config.Settings) -> dict[str, str]:
    """Give the children what this process decided, so that all agree."""
    return {
        **os.environ,
        "HUB_VAR": str(settings.var),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }


def _start_servers(settings: config.Settings, stack: ExitStack) -> None:
    make_socket_folder(settings.sockets)
    if settings.embedded_database:
        postgres = Postgres(settings.var / "postgres", settings.sockets)
        postgres.start()
        stack.callback(postgres.stop)
        postgres.create("hub")
    if settings.embedded_redis:
        valkey = Valkey(settings.var / "valkey", settings.sockets)
        valkey.start()
        stack.callback(valkey.stop)


def _parts(settings: config.Settings) -> list[Part]:
    python = str(Path(sys.executable))
    hub = str(Path(sys.executable).parent / "hub")
    parts = [
        Part("web", [hub, "web"]),
        Part("worker", [hub, "worker"]),
        Part("beat", [hub, "beat"]),
        Part("fallback", [python, "-m", "workers.fallback"]),
    ]
    if settings.demo_sinks:
        parts.append(Part("sinks", [python, "-m", "standalone.sinks"]))
    return parts


def _run(program: str, *arguments: str, environ: dict[str, str]) -> None:
    path = Path(sys.executable).parent / program
    done = subprocess.run([path, *arguments], env=environ, cwd=ROOT, check=False)
    if done.returncode:
        raise CannotStart(f"{program} {' '.join(arguments)} failed; see above.")


def _listen_for_stop() -> list[bool]:
    stopping: list[bool] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.append(True))
    return stopping


def _wait_until_answering(
    settings: config.Settings, parts: list[Part], stopping: list[bool]
) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline and not stopping:
        _ensure_all_live(parts)
        with suppress(OSError), socket.create_connection((settings.host, settings.port), 1):
            return
        time.sleep(0.1)
    if not stopping:
        raise CannotStart(f"The web did not answer within {ANSWERS_WITHIN:.0f} s; see above.")


def _ensure_all_live(parts: list[Part]) -> None:
    for part in parts:
        code = part.process.poll() if part.process else None
        if code is not None:
            raise CannotStart(f"{part.name} ended with {code} at its start; see above.")


def _watch(parts: list[Part], environ: dict[str, str], stopping: list[bool]) -> None:
    while not stopping:
        time.sleep(0.25)
        for part in parts:
            code = part.process.poll() if part.process else None
            if code is not None and time.monotonic() - part.started > RESTART_AFTER:
                print(f"{part.name} ended with {code}; starting it again.", flush=True)
                part.start(environ)


def _stop(parts: list[Part]) -> None:
    for part in reversed(parts):
        part.stop()
    deadline = time.monotonic() + STOPS_WITHIN
    for part in reversed(parts):
        part.wait(deadline - time.monotonic())


def _greet(settings: config.Settings) -> None:
    print(f"\n  邻里志愿 Volunteer Hub   {settings.public_url}", flush=True)
    accounts = settings.var / "demo-sign-ins.txt"
    if settings.demo_sign_ins and accounts.exists():
        print(f"\n{accounts.read_text()}")
    if settings.demo_sinks:
        print(f"  Letters and SMS arrive at {settings.public_url}/demo/inbox")
    print("  Ctrl-C stops everything.\n", flush=True)

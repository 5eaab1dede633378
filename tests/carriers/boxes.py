"""Kannel from Debian: bearerbox speaks SMPP with our SMSC, smsbox answers HTTP."""

import os
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

KANNEL = Path(__file__).parents[2] / "var" / "kannel" / "root"
STARTS_WITHIN = 20.0  # seconds
ACCOUNT = ("hub", "p@ss:word/1")
BAND = """
group = core
admin-port = {admin}
admin-password = {password}
admin-interface = 127.0.0.1
smsbox-port = {inner}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-level = 0

group = smsc
smsc = smpp
smsc-id = sink
host = 127.0.0.1
port = {smsc}
transceiver-mode = true
smsc-username = hub
smsc-password = hub
system-type = ""
reconnect-delay = 1

group = smsbox
smsbox-id = texts
bearerbox-host = 127.0.0.1
sendsms-port = {door}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = {user}
password = "{password}"
concatenation = true
max-messages = 6
"""


@dataclass
class Kannel:
    """Both boxes while they run."""

    port: int
    folder: Path
    bearerbox: subprocess.Popen[bytes]

    def url(self, *, account: tuple[str, str] = ACCOUNT, path: str = "/cgi-bin/sendsms") -> str:
        """Give the setting with which the service reaches it."""
        user, password = (quote(word, safe="") for word in account)
        return f"kannel+http://{user}:{password}@127.0.0.1:{self.port}{path}?from=10690000"

    def wait_until_it_says(self, words: str, *, times: int = 1) -> None:
        """Wait until the bearerbox has written these words so often."""
        _wait_until_said(self.folder, words, times)

    def count(self, words: str) -> int:
        return (self.folder / "bearerbox.log").read_text("latin-1").count(words)


@contextmanager
def running_kannel(folder: Path, *, smsc: int) -> Generator[Kannel]:
    """Start both boxes in `folder`, bound to the SMSC on this port."""
    ports = dict(zip(("admin", "inner", "door"), _free_ports(3), strict=True))
    user, password = ACCOUNT
    band = folder / "kannel.conf"
    band.write_text(BAND.format(**ports, smsc=smsc, user=user, password=password))
    with ExitStack() as stack:
        bearerbox = stack.enter_context(_running("bearerbox", folder))
        _wait_for(ports["inner"], folder)
        stack.enter_context(_running("smsbox", folder))
        _wait_for(ports["door"], folder)
        _wait_until_said(folder, "bind_transceiver_resp", 1)
        yield Kannel(ports["door"], folder, bearerbox)


@contextmanager
def _running(box: str, folder: Path) -> Generator[subprocess.Popen[bytes]]:
    libraries = ":".join(
        str(found) for found in (*KANNEL.glob("usr/lib/*-gnu*"), *KANNEL.glob("lib/*-gnu*"))
    )
    with (folder / f"{box}.log").open("wb") as log:
        process = subprocess.Popen(
            [KANNEL / "usr" / "sbin" / box, "-v", "0", folder / "kannel.conf"],
            cwd=folder,
            env={**os.environ, "LD_LIBRARY_PATH": libraries},
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.kill()  # nothing of it is kept, and its own farewell takes seconds
            process.wait()


def _wait_for(port: int, folder: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, _said(folder)
            time.sleep(0.02)
        else:
            return


def _wait_until_said(folder: Path, words: str, times: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while (folder / "bearerbox.log").read_text("latin-1").count(words) < times:
        assert time.monotonic() < deadline, _said(folder)
        time.sleep(0.02)


def _said(folder: Path) -> str:
    logs = (folder / f"{box}.log" for box in ("bearerbox", "smsbox"))
    return "\n".join(log.read_text("latin-1")[-2000:] for log in logs if log.exists())


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]

"""A web server as a process of its own on this machine, and connections to it."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

PROCESSES = 2  # of every web server that is measured
STARTS_WITHIN = 90  # seconds
PATIENCE = 60  # seconds; who waits longer for an answer counts it as an error
NO_ANSWER = (OSError, http.client.HTTPException)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def serving(
    words: Sequence[str | Path], environ: Mapping[str, str], *, port: int, log: Path, folder: Path
) -> Iterator[None]:
    """Run the server until the block ends.

    :raises SystemExit: with the end of its log, if it does not come up
    """
    with log.open("ab") as out:
        process = subprocess.Popen(
            words, cwd=folder, env={**os.environ, **environ}, stdout=out, stderr=out
        )
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
        finally:
            connection.close()
    raise SystemExit(f"A web server did not come up:\n{log.read_text()[-2000:]}")


class Answer(NamedTuple):
    status: int
    goes_to: str
    body: bytes


@dataclass
class Wire:
    """One connection to a server, with what its browser or program always sends."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    settled: bool = False  # then cookies no longer change: who never reads news piles it up

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        return self.ask("POST", path, urlencode(form))

    def ask(self, method: str, path: str, body: str = "") -> Answer:
        """Ask and read the whole answer; an error closes the connection, the next ask opens it.

        :raises NO_ANSWER: if there is none in time
        """
        headers = dict(self.headers)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body=body or None, headers=headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except NO_ANSWER:
            self.connection.close()
            raise
        for cookie in [] if self.settled else answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, answer.headers.get("Location", ""), content)

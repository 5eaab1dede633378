"""A crowd in one thread: everybody asks at the same moment, and each answer is clocked as it ends.

Every request comes on a connection of its own, which belongs to what is clocked. One thread keeps
the crowd from taking the machine away from the servers that are measured.
"""

import socket
import time
from collections.abc import Iterable, Iterator
from selectors import EVENT_READ, DefaultSelector
from typing import NamedTuple
from urllib.parse import urlencode

from bench.serving import PATIENCE, Wire

HERE = "127.0.0.1"
AT_ONCE = 1 << 18  # bytes


class Answer(NamedTuple):
    """What came back, and after how many seconds; status 0: nothing that can be read."""

    status: int
    goes_to: str
    body: bytes
    seconds: float


class Asker:
    """One who asks one request after another, each as soon as the last answer is there."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.port, self.requests = port, requests

    def ask(self) -> socket.socket | None:
        """Send the next request on a new connection; None if there is none left."""
        request = next(self.requests, None)
        if request is None:
            return None
        self.came, self.began = bytearray(), time.perf_counter()
        connection = socket.create_connection((HERE, self.port), timeout=PATIENCE)
        connection.sendall(request)
        return connection

    def hear(self, connection: socket.socket) -> bool:
        """Take in what has come; tell whether that was all."""
        try:
            chunk = connection.recv(AT_ONCE)
        except OSError:
            chunk = b""
        self.came += chunk
        return not chunk

    def answer(self) -> Answer:
        seconds = time.perf_counter() - self.began
        head, _, body = bytes(self.came).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(" ")
        status = int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0
        fields = dict(line.lower().partition(": ")[::2] for line in lines)
        return Answer(status, fields.get("location", ""), body, seconds)


def ask_all(port: int, everybody: Iterable[Iterator[bytes]]) -> list[Answer]:
    """Let everybody ask at once; whoever has no answer in time is answered with status 0."""
    answers: list[Answer] = []
    with DefaultSelector() as open_ones:

        def begin(asker: Asker) -> None:
            connection = asker.ask()
            if connection is not None:
                open_ones.register(connection, EVENT_READ, asker)

        for requests in everybody:
            begin(Asker(port, requests))
        while open_ones.get_map():
            ready = [key for key, _ in open_ones.select(PATIENCE)]
            for key in ready or list(open_ones.get_map().values()):
                connection, asker = key.fileobj, key.data
                assert isinstance(connection, socket.socket)
                if ready and not asker.hear(connection):
                    continue
                answers.append(asker.answer())
                open_ones.unregister(connection)
                connection.close()
                begin(asker)
    return answers


def request(wire: Wire, method: str, path: str, **form: str) -> bytes:
    """Write a request with what the wire's browser or program always sends."""
    body = urlencode(form).encode()
    fields = {"Host": HERE, **wire.headers, "Connection": "close"}
    if wire.cookies:
        fields["Cookie"] = "; ".join(f"{name}={value}" for name, value in wire.cookies.items())
    if method == "POST":
        fields["Content-Length"] = str(len(body))
    if body:
        fields["Content-Type"] = "application/x-www-form-urlencoded"
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {said}" for name, said in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body

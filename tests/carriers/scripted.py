"""A web server that says what it is told to say, and notes what it was asked."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request."""

    path: str
    headers: Message
    body: bytes

    @property
    def values(self) -> dict[str, str]:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: values[-1] for name, values in query.items()}


@dataclass
class Scripted:
    """`says` is the answer: a status and a body, or None for hanging up without a word."""

    port: int = 0
    says: tuple[int, str] | None = (200, "")
    closes: bool = False  # the connection after each answer, without telling so
    connections: int = 0
    asked: list[Asked] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    def wait(self, count: int = 1) -> list[Asked]:
        """Wait until so many requests came."""
        while len(self.asked) < count:
            assert self.arrived.wait(20), f"{len(self.asked)} requests came, not {count}"
            self.arrived.clear()
        return self.asked


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Who asked may hang up at any time."""


@contextmanager
def scripted_server() -> Generator[Scripted]:
    """Serve on a free loopback port."""
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            script.connections += 1

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            asked = Asked(self.path, self.headers, self.rfile.read(length))
            script.asked.append(asked)
            script.arrived.set()
            self.close_connection |= script.closes or script.says is None
            if script.says is not None:
                status, body = script.says
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()

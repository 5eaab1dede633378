"""One connection by HTTP: when it is used again, and how far one got when it broke."""

import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.carriers.scripted import Scripted
from volunteer_hub.carriers.channels import line
from volunteer_hub.carriers.channels.line import HttpLine
from volunteer_hub.carriers.channels.outcome import NotNow, Unclear
from volunteer_hub.carriers.channels.route import WebEndpoint

TLS = Path(__file__).parents[1] / "dispatch" / "tls"


def at(port: int, *, host: str = "127.0.0.1", tls: bool = False) -> WebEndpoint:
    return WebEndpoint(host, port, tls, "/")


def ask(one: HttpLine, where: WebEndpoint) -> line.Answer:
    one.connect(where)
    return one.ask("GET", "/", headers={})


def test_a_connection_serves_many_requests(script: Scripted) -> None:
    script.says = (202, " one\n two ")
    with closing(HttpLine()) as one:
        said = [str(ask(one, at(script.port))) for _ in range(20)]
    assert said == ["202 one two"] * 20
    assert script.connections == 1


@pytest.mark.parametrize("idle", [True, False])
def test_a_connection_that_was_idle_is_not_trusted(
    script: Scripted, idle: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "IDLE", -1.0 if idle else 60.0)
    with closing(HttpLine()) as one:
        for _ in range(3):
            ask(one, at(script.port))
    assert script.connections == (3 if idle else 1)


def test_a_connection_that_was_closed_is_noticed_before_the_request(script: Scripted) -> None:
    script.closes = True
    with closing(HttpLine()) as one:
        for _ in range(3):
            ask(one, at(script.port))
            assert one._connection is not None
            one._connection.sock.recv(1, socket.MSG_PEEK)  # the end has come
    assert script.connections == 3


def test_nobody_there_is_certain() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(NotNow, match="No connection: ConnectionRefusedError") as caught:
            HttpLine().connect(at(free.getsockname()[1]))
    assert caught.value.channel_is_down


def test_a_request_that_did_not_leave_whole_is_certain(script: Scripted) -> None:
    with closing(HttpLine()) as one:
        one.connect(at(script.port))
        assert one._connection is not None
        one._connection.sock.shutdown(socket.SHUT_WR)
        with pytest.raises(NotNow, match="did not leave"):
            one.ask("GET", "/", headers={})
        assert not script.asked


@contextmanager
def answering(words: bytes) -> Generator[int]:
    """Answer the first request with these bytes, and hang up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            there, _ = server.accept()
            with there:
                there.recv(65_536)
                there.sendall(words)

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"HTTP/1.1 20",
        b"what?\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_half_an_answer_is_unclear(words: bytes) -> None:
    with answering(words) as port, closing(HttpLine()) as one, pytest.raises(Unclear):
        ask(one, at(port))


def test_an_endless_answer_is_cut(script: Scripted) -> None:
    script.says = (202, "x" * 200_000)
    with closing(HttpLine()) as one:
        assert len(ask(one, at(script.port)).body) == line.LONGEST
        assert one._connection is None  # the rest of it would be taken for the next answer
        assert ask(one, at(script.port)).status == 202


@contextmanager
def behind_tls(script: Scripted) -> Generator[int]:
    """Put the script behind TLS on another port, for one connection."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            plain, _ = server.accept()
            try:
                with context.wrap_socket(plain, server_side=True) as there:
                    there.recv(65_536)
                    there.sendall(b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\nso")
            except OSError:
                plain.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("trusted", [True, False])
def test_a_certificate_is_checked(
    script: Scripted, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "localhost.crt"))
    line._trust.cache_clear()
    try:
        with behind_tls(script) as port, closing(HttpLine()) as one:
            if trusted:
                assert str(ask(one, at(port, host="localhost", tls=True))) == "202 so"
            else:
                with pytest.raises(NotNow, match="SSLCertVerificationError") as caught:
                    one.connect(at(port, host="localhost", tls=True))
                assert caught.value.channel_is_down
    finally:
        line._trust.cache_clear()

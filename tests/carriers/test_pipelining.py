"""MAIL FROM and RCPT TO in one go, where the server allows it; the verdicts are the same."""

import socket
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest

from standalone.sinks.faults import Faults
from standalone.sinks.running import Sinks, running_sinks
from tests.carriers.parcels import a_text
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused
from volunteer_hub.carriers.channels.route import Endpoint, find
from volunteer_hub.carriers.channels.smtp import SmtpChannel

BOTH = pytest.mark.parametrize("in_one_go", [True, False], ids=["in one go", "one by one"])


@dataclass
class Scripted:
    """A server that answers each word as told, 250 if not; None closes the line instead.

    What comes with one reading is one item of `heard`.
    """

    in_one_go: bool
    says: dict[str, str | None] = field(default_factory=dict)
    heard: list[list[str]] = field(default_factory=list)
    port: int = 0

    def serve(self, line: socket.socket) -> None:
        line.sendall(b"220 here\r\n")
        while heard := line.recv(65536):
            words = [command[:4].lower() for command in heard.decode().splitlines()]
            self.heard.append(words)
            for word in words:
                answer = self._answer(word)
                if answer is None:
                    return
                line.sendall(f"{answer}\r\n".encode())

    def _answer(self, word: str) -> str | None:
        if word == "ehlo":
            return "250-here\r\n250 PIPELINING" if self.in_one_go else "250 here"
        return self.says.get(word, "250 OK")


@contextmanager
def scripted(in_one_go: bool, **says: str | None) -> Generator[Scripted]:
    script = Scripted(in_one_go, says)
    with socket.create_server(("127.0.0.1", 0)) as server:
        script.port = server.getsockname()[1]

        def work() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    script.serve(line)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def channel_to(port: int) -> SmtpChannel:
    here = Endpoint("127.0.0.1", port)
    return SmtpChannel(lambda: here, sender="h@example.org", envelope="h@example.org", helo="hub")


def a_letter(to: str = "mei@example.org") -> Parcel:
    return replace(a_text(), channel="email", address=to, message_id="<one@hub.example>")


@BOTH
def test_both_are_said_and_data_is_not(in_one_go: bool) -> None:
    with scripted(in_one_go) as script, closing(channel_to(script.port)) as channel:
        channel.prepare(a_letter())
        assert script.heard[1:] == ([["mail", "rcpt"]] if in_one_go else [["mail"], ["rcpt"]])


@BOTH
def test_a_refused_sender_is_the_carriers_fault(in_one_go: bool) -> None:
    says = {"mail": "550 5.7.1 Not you"}
    with scripted(in_one_go, **says) as script, closing(channel_to(script.port)) as channel:
        with pytest.raises(NotNow, match="Not you") as said:
            channel.prepare(a_letter())
        assert said.value.channel_is_down
        assert channel._connection is None  # an answer to RCPT TO is never taken for another's


@BOTH
@pytest.mark.parametrize(
    ("answer", "refused", "bad"),
    [
        ("550 5.1.1 Nobody", True, True),
        ("554 5.7.1 Policy", True, False),
        ("450 Later", False, False),
    ],
)
def test_a_refused_recipient(in_one_go: bool, answer: str, refused: bool, bad: bool) -> None:
    with scripted(in_one_go, rcpt=answer) as script, closing(channel_to(script.port)) as channel:
        with pytest.raises(Refused if refused else NotNow, match=answer) as said:
            channel.prepare(a_letter())
        assert getattr(said.value, "address_is_bad", False) == bad
        assert not getattr(said.value, "channel_is_down", False)
        script.says = {}
        channel.prepare(a_letter())  # on the same connection, from the beginning
        assert script.heard.count(["ehlo"]) == 1
        assert ["rset"] in script.heard


@BOTH
@pytest.mark.parametrize("answer", [None, "421 Goodbye"], ids=["a closed line", "a goodbye"])
def test_the_line_ends_between_the_two(in_one_go: bool, answer: str | None) -> None:
    with scripted(in_one_go, rcpt=answer) as script, closing(channel_to(script.port)) as channel:
        with pytest.raises(NotNow) as said:
            channel.prepare(a_letter())
        assert not said.value.channel_is_down
        assert channel._connection is None
        script.says = {}
        channel.prepare(a_letter())
        assert script.heard.count(["ehlo"]) == 2


@BOTH
def test_a_line_that_was_closed_while_idle_is_opened_again(in_one_go: bool) -> None:
    with scripted(in_one_go, rset=None) as script, closing(channel_to(script.port)) as channel:
        channel.prepare(a_letter())
        assert channel._connection is not None
        channel._connection.putcmd("rset")
        channel.prepare(a_letter())
        assert script.heard.count(["ehlo"]) == 2


@BOTH
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_no_address_says_a_command_of_its_own(in_one_go: bool, end: str) -> None:
    with scripted(in_one_go) as script, closing(channel_to(script.port)) as channel:
        channel.prepare(a_letter())
        heard = len(script.heard)
        with pytest.raises(ValueError, match="end of a line"):
            channel._ask("MAIL FROM:<h@example.org>", f"RCPT TO:<mei@example.org{end}DATA>")
        assert len(script.heard) == heard


@pytest.mark.parametrize("pipelining", [True, False])
def test_letters_arrive_either_way(tmp_path: Path, pipelining: bool) -> None:
    faults = Faults(pipelining=pipelining, answers={"gone@example.org": "550 5.1.1 Nobody"})
    with running_sinks(tmp_path, mail_faults=faults) as sinks:
        send_some(sinks)
        assert [one["to"] for one in sinks.mail.arrivals()] == [["mei@example.org"]] * 3


def send_some(sinks: Sinks) -> None:
    found = partial(find, sinks.mail_url, "smtp")
    options = {"sender": "h@example.org", "envelope": "h@example.org", "helo": "hub"}
    with closing(SmtpChannel(found, **options)) as channel:
        for _ in range(3):
            with pytest.raises(Refused):
                channel.prepare(a_letter("gone@example.org"))
            channel.prepare(a_letter())
            channel.hand_over(a_letter())

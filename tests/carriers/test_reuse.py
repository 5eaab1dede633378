"""How long a connection for letters is kept, and when a bind is asked whether it stands."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from standalone.sinks.running import Sinks, running_sinks
from tests.carriers.parcels import a_text
from volunteer_hub.carriers.channels import bind, smtp
from volunteer_hub.carriers.channels.bind import Bind
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Receipt, Unclear
from volunteer_hub.carriers.channels.route import find
from volunteer_hub.carriers.channels.smpp import SmppChannel
from volunteer_hub.carriers.channels.smtp import SmtpChannel
from volunteer_hub.carriers.rules.texts import split_sms


@pytest.fixture
def sinks(tmp_path: Path) -> Generator[Sinks]:
    with running_sinks(tmp_path) as running:
        yield running


def a_letter() -> Parcel:
    return replace(
        a_text(),
        channel="email",
        address="mei@example.org",
        subject="Tomorrow",
        message_id="<one@hub.example>",
    )


def mail_to(sinks: Sinks) -> SmtpChannel:
    found = partial(find, sinks.mail_url, "smtp")
    return SmtpChannel(found, sender="hub@example.org", envelope="hub@example.org", helo="hub")


def connections(channel: SmtpChannel, letters: int) -> int:
    """Send letters; tell over how many connections they went."""
    seen = []
    for _ in range(letters):
        letter = a_letter()
        channel.prepare(letter)
        channel.hand_over(letter)
        if channel._connection not in seen:
            seen.append(channel._connection)
    return len(seen)


@pytest.mark.parametrize(("most", "expected"), [(100, 1), (3, 3), (1, 7)])
def test_a_connection_carries_only_so_many_letters(
    sinks: Sinks, most: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "MOST_LETTERS", most)
    with closing(mail_to(sinks)) as channel:
        assert connections(channel, 7) == expected
    assert len(sinks.mail.arrivals()) == 7


def test_an_idle_connection_is_left(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(mail_to(sinks)) as channel:
        assert connections(channel, 2) == 1
        monkeypatch.setattr(smtp, "IDLE", -1.0)
        assert connections(channel, 2) == 2
    assert len(sinks.mail.arrivals()) == 4


def test_a_refused_letter_does_not_count(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "MOST_LETTERS", 2)
    with closing(mail_to(sinks)) as channel:
        for _ in range(5):
            channel.prepare(a_letter())
            channel.abandon()
        assert connections(channel, 2) == 1


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is asked of the centre."""
    commands: list[str] = []
    send = Bind.send

    def note(self: Bind, request: Any) -> int:
        commands.append(request.command)
        return send(self, request)

    monkeypatch.setattr(Bind, "send", note)
    return commands


def bound_to(sinks: Sinks, heard: list[Receipt] | None = None) -> SmppChannel:
    keep = [].extend if heard is None else heard.extend
    return SmppChannel(partial(find, sinks.sms_url, "smpp"), keep_receipts=keep)


def send(channel: SmppChannel) -> None:
    text = a_text()
    channel.prepare(text)
    channel.hand_over(text)


def test_a_busy_bind_is_not_asked_whether_it_stands(sinks: Sinks, asked: list[str]) -> None:
    with closing(bound_to(sinks)) as channel:
        for _ in range(20):
            send(channel)
        assert asked == ["submit_sm"] * 20
    assert len(sinks.sms.arrivals()) == 20


def test_a_silent_bind_is_asked(sinks: Sinks, asked: list[str]) -> None:
    with closing(bound_to(sinks)) as channel:
        send(channel)
        channel.listen(20)  # to the receipt: it is a word, too
        assert channel._bind is not None
        channel._bind.heard_at -= 2 * bind.IDLE
        send(channel)
        assert asked == ["submit_sm", "enquire_link", "submit_sm"]


def test_receipts_are_heard_without_asking(sinks: Sinks) -> None:
    """They come between two messages and must not be taken for a goodbye."""
    heard: list[Receipt] = []
    with closing(bound_to(sinks, heard)) as channel:
        for _ in range(5):
            send(channel)
            channel.listen(0.1)
        bound = channel._bind
        send(channel)
        assert channel._bind is bound
        assert len(heard) == 5
    assert all(receipt.arrived for receipt in heard)


def test_a_bind_that_was_cut_is_noticed_before_the_message(sinks: Sinks, asked: list[str]) -> None:
    with closing(bound_to(sinks)) as channel:
        send(channel)
        first = channel._bind
        assert first is not None
        first._socket.shutdown(socket.SHUT_RDWR)
        send(channel)
        assert channel._bind is not first
        assert asked == ["submit_sm"] * 2
    assert len(sinks.sms.arrivals()) == 2


def test_a_centre_that_says_goodbye_is_left(sinks: Sinks) -> None:
    with closing(bound_to(sinks)) as channel:
        send(channel)
        first = channel._bind
        (esme,) = sinks.smsc._esmes.values()
        loop = next(iter(sinks.smsc._tasks)).get_loop()

        async def part() -> None:
            await esme.unbind()

        goodbye = asyncio.run_coroutine_threadsafe(part(), loop)
        while not goodbye.done():
            with contextlib.suppress(NotNow):
                channel.prepare(a_text())
        send(channel)
        assert channel._bind is not first
    assert len(sinks.sms.arrivals()) == 2


@pytest.mark.parametrize(("text", "failure"), [("一", NotNow), ("字" * 71, Unclear)])
def test_what_was_not_written_whole_was_not_taken(
    sinks: Sinks, text: str, failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bind that broke while the process slept: certain, unless a part had left before."""
    parcel = replace(a_text(), body_text=text)
    with closing(bound_to(sinks)) as channel:
        channel.prepare(parcel)
        write, still_to_go = Bind.send, [*split_sms(text)]

        def last_part_finds_the_line_closed(self: Bind, request: Any) -> int:
            still_to_go.pop()
            if not still_to_go:
                self._socket.shutdown(socket.SHUT_RDWR)
            return write(self, request)

        monkeypatch.setattr(Bind, "send", last_part_finds_the_line_closed)
        with pytest.raises(failure):
            channel.hand_over(parcel)

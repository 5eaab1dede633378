"""Several messages under way on one bind: each counts for itself."""

import socket
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from standalone.sinks.running import Sinks, running_sinks
from tests.carriers.parcels import a_text
from volunteer_hub.carriers.channels import window
from volunteer_hub.carriers.channels.bind import Bind
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Receipt, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import find
from volunteer_hub.carriers.channels.smpp import SmppChannel

ANSWER = b"\x80\x00\x00\x04"  # submit_sm_resp


@pytest.fixture
def sinks(tmp_path: Path) -> Generator[Sinks]:
    with running_sinks(tmp_path) as running:
        yield running


def bound_to(sinks: Sinks, heard: list[Receipt] | None = None) -> SmppChannel:
    keep = [].extend if heard is None else heard.extend
    return SmppChannel(partial(find, sinks.sms_url, "smpp"), keep_receipts=keep)


def texts(count: int, *, text: str = "明早九点见。") -> list[Parcel]:
    """Carry texts to as many phones; the last sign of each number is its place."""
    return [replace(a_text(text, to=f"+861381234567{n}"), id=n) for n in range(count)]


def kinds(said: Sequence[window.Said]) -> dict[int, type]:
    return {parcel.id: type(came) for parcel, came in said}


def count(said: Sequence[window.Said]) -> Counter[type]:
    return Counter(kinds(said).values())


def carry(channel: SmppChannel, parcels: Sequence[Parcel]) -> list[window.Said]:
    channel.prepare(parcels[0])
    return list(chain.from_iterable(channel.hand_over_all(parcels)))


def test_all_are_taken_and_each_has_its_own_number(sinks: Sinks) -> None:
    with closing(bound_to(sinks)) as channel:
        said = carry(channel, texts(10))
    numbers = {arrival["to"][-1]: arrival["number"] for arrival in sinks.sms.arrivals()}
    assert {str(p.id): came.reference for p, came in said if isinstance(came, Taken)} == numbers
    assert len(numbers) == 10


def test_a_slow_answer_does_not_hold_back_those_of_others(sinks: Sinks) -> None:
    gate = sinks.sms_faults.gate("submit")
    with closing(bound_to(sinks)) as channel:
        channel.prepare(a_text())
        told = channel.hand_over_all(texts(4))
        first = kinds(next(told))
        gate.open()
        last = kinds(list(chain.from_iterable(told)))
    assert [*first.values(), *last.values()] == [Taken] * 4
    assert (len(first), len(last), len(first | last)) == (3, 1, 4)


def test_an_answer_that_never_comes_leaves_its_own_message_unclear(
    sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "ANSWERS_WITHIN", 0.5)
    sinks.sms_faults.gate("submit")  # never opened
    with closing(bound_to(sinks)) as channel:
        assert count(carry(channel, texts(3))) == {Unclear: 1, Taken: 2}
        assert channel._bind is None  # a centre that is silent may be gone


def test_every_answer_speaks_of_its_own_message(sinks: Sinks) -> None:
    said = {"8613812345670": "0x58", "8613812345671": "0xb", "8613812345672": "0x8"}
    sinks.sms_faults.answers |= said
    with closing(bound_to(sinks)) as channel:
        came = {parcel.id: came for parcel, came in carry(channel, texts(4))}
    assert [type(came[n]) for n in range(4)] == [NotNow, Refused, NotNow, Taken]
    # "Too fast" is said of our speed, a system error of the centre.
    assert [getattr(came[n], "carrier_ails", None) for n in (0, 2)] == [False, True]


def test_a_line_that_breaks_in_between(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered is taken, written without an answer is unclear, and what was not written stays."""
    sinks.sms_faults.gate("submit")  # one is never answered
    write, still_to_go = Bind.send, 3

    def breaks(self: Bind, request: Any) -> int:
        nonlocal still_to_go
        if not still_to_go:
            until_answered(self, 2)
            self._socket.shutdown(socket.SHUT_WR)
        still_to_go -= 1
        return write(self, request)

    with closing(bound_to(sinks)) as channel:
        channel.prepare(a_text())
        monkeypatch.setattr(Bind, "send", breaks)
        said = carry(channel, texts(6))
        assert count(said) == {Unclear: 1, Taken: 2, NotNow: 3}
        assert {n for n, came in kinds(said).items() if came is NotNow} == {3, 4, 5}
        assert channel._bind is None


def until_answered(bind: Bind, count: int) -> None:
    ends = time.monotonic() + 20
    while bind._socket.recv(65536, socket.MSG_PEEK).count(ANSWER) < count:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_long_texts_arrive_whole_and_in_the_order_of_their_parts(sinks: Sinks) -> None:
    parcels = texts(5, text="字" * 71 + "尾" * 67)
    with closing(bound_to(sinks)) as channel:
        assert set(kinds(carry(channel, parcels)).values()) == {Taken}
    assert {arrival["text"] for arrival in sinks.sms.arrivals()} == {parcels[0].body_text}
    assert len(sinks.sms.arrivals()) == 5


def test_what_could_not_be_kept_is_brought_again(sinks: Sinks) -> None:
    heard: list[Receipt] = []
    with closing(bound_to(sinks, heard)) as channel:
        channel._delivered._keep_receipts = breaks_once(heard)
        carry(channel, texts(3))
        while len(heard) < 3:
            channel.listen(1)
    assert len({receipt.reference for receipt in heard}) == 3
    assert sinks.smsc._owed == []


def breaks_once(heard: list[Receipt]) -> Any:
    broken: list[bool] = []

    def keep(receipts: Sequence[Receipt]) -> None:
        if not broken:
            broken.append(True)
            raise OSError
        heard.extend(receipts)

    return keep


def test_nobody_says_yes_to_what_came_just_before_the_end(sinks: Sinks) -> None:
    """The bind is cut with receipts in hand: the next one is brought them."""
    heard: list[Receipt] = []
    with closing(bound_to(sinks)) as channel:
        channel._delivered._keep_receipts = None
        carry(channel, texts(3))
        channel._drop()
    with closing(bound_to(sinks, heard)) as channel:
        while len(heard) < 3:
            channel.listen(1)


@pytest.mark.parametrize(("query", "expected"), [("", 2), ("?at_once=1", 1), ("?at_once=50", 50)])
def test_how_many_a_centre_bears(query: str, expected: int) -> None:
    assert SmppChannel(partial(find, f"smpp://smsc{query}", "smpp")).at_once == expected


@pytest.mark.parametrize("wrong", ["0", "-1", "101", "ten", "", "1.5"])
def test_what_is_no_number_of_messages(wrong: str) -> None:
    with pytest.raises(ValueError, match="at_once must be"):
        find(f"smpp://smsc?at_once={wrong}", "smpp")

"""Kannel from Debian between us and our message centre: what arrives at the far end."""

import signal
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from functools import partial

import pytest

from standalone.sinks.running import Sinks
from tests.carriers.boxes import Kannel
from tests.carriers.parcels import a_text
from tests.carriers.scripted import Scripted
from volunteer_hub.carriers.channels import line
from volunteer_hub.carriers.channels.kannel import KannelChannel
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import find_web
from volunteer_hub.carriers.rules.texts import MOST_PARTS

ARRIVES_WITHIN = 20.0  # seconds
LONG = "各位邻居：" + "共享集市改到下周六上午八点，" * 20 + "𠮷祥里见。"


@contextmanager
def a_channel(url: str, door: Scripted | None = None) -> Generator[KannelChannel]:
    port = door.port if door else 9
    address = f"http://127.0.0.1:{port}/receipts/kannel?id={{}}&status=%d&proof=abc"
    with closing(KannelChannel(partial(find_web, url), report_to=address.format)) as channel:
        yield channel


def send(channel: KannelChannel, parcel: Parcel) -> Taken:
    channel.prepare(parcel)
    return channel.hand_over(parcel)


def wait_for(sinks: Sinks, count: int) -> list[dict[str, str]]:
    deadline = time.monotonic() + ARRIVES_WITHIN
    while len(sinks.sms.arrivals()) < count:
        assert time.monotonic() < deadline, f"{len(sinks.sms.arrivals())} arrived, not {count}"
        time.sleep(0.02)
    return sinks.sms.arrivals()


@pytest.mark.parametrize(
    "text",
    [
        "一",
        "a & b=c; 100% +1 “引号”\n第二行",
        "字" * 70,
        "字" * 71,
        "字" * 66 + "𠮷" + "字" * 5,
        LONG,
        "字" * 67 * MOST_PARTS,
    ],
    ids=["one", "signs", "full", "two parts", "a pair at the cut", "long", "the longest"],
)
def test_a_text_arrives_whole(kannel: Kannel, far_end: Sinks, text: str) -> None:
    before = len(far_end.sms.arrivals())
    with a_channel(kannel.url()) as channel:
        taken = send(channel, a_text(text))
    assert taken == Taken("202 0: Accepted for delivery")
    (arrival,) = wait_for(far_end, before + 1)[before:]
    assert arrival["text"] == text
    assert (arrival["to"], arrival["sender"]) == ("8613812345678", "10690000")


def test_many_go_over_one_connection(kannel: Kannel, far_end: Sinks) -> None:
    before = len(far_end.sms.arrivals())
    with a_channel(kannel.url()) as channel:
        send(channel, a_text("第0条"))
        kept = channel.line._connection
        for number in range(1, 40):
            send(channel, a_text(f"第{number}条"))
        assert channel.line._connection is kept is not None
    arrived = [arrival["text"] for arrival in wait_for(far_end, before + 40)[before:]]
    assert sorted(arrived) == sorted(f"第{number}条" for number in range(40))


@pytest.mark.parametrize(("off", "status"), [(False, "1"), (True, "2")])
def test_what_became_of_it_is_told_to_our_door(
    kannel: Kannel, far_end: Sinks, script: Scripted, off: bool, status: str
) -> None:
    parcel = a_text(to="+8613700000007")
    if off:
        far_end.smsc.phones_off.add("8613700000007")
    noted = kannel.count("Adding DLR")
    gate = far_end.sms_faults.gate("receipt")
    with a_channel(kannel.url(), script) as channel:
        send(channel, parcel)
    gate.wait()
    kannel.wait_until_it_says("Adding DLR", times=noted + 1)  # it would not know an earlier word
    gate.open()
    (asked,) = script.wait()
    assert asked.path.startswith("/receipts/kannel?")
    assert asked.values == {"id": str(parcel.uuid), "status": status, "proof": "abc"}


def test_a_number_that_the_centre_refuses_is_told_to_our_door(
    kannel: Kannel, far_end: Sinks, script: Scripted
) -> None:
    """Kannel accepts before it asks the centre, so its answer cannot be the last word."""
    parcel = a_text(to="+8613600000006")
    far_end.sms_faults.answers["8613600000006"] = "0x0000000b"
    with a_channel(kannel.url(), script) as channel:
        send(channel, parcel)
    (asked,) = script.wait()
    assert asked.values == {"id": str(parcel.uuid), "status": "16", "proof": "abc"}


def test_a_number_that_is_none_is_refused_at_once(kannel: Kannel) -> None:
    with a_channel(kannel.url()) as channel, pytest.raises(Refused) as caught:
        send(channel, a_text(to="+86abc"))
    assert caught.value.address_is_bad
    assert caught.value.answer.startswith("400 Number(s) has/have been denied")


def test_a_wrong_password_closes_the_channel(kannel: Kannel) -> None:
    url = kannel.url(account=("hub", "wrong:word"))
    with a_channel(url) as channel, pytest.raises(NotNow) as caught:
        send(channel, a_text())
    assert caught.value.channel_is_down
    assert "Authorization failed" in caught.value.answer
    assert "word" not in caught.value.answer  # no password in what is kept


def test_a_wrong_path_closes_the_channel(kannel: Kannel) -> None:
    with a_channel(kannel.url(path="/send")) as channel, pytest.raises(NotNow) as caught:
        send(channel, a_text())
    assert caught.value.channel_is_down


def test_a_box_that_stands_still_leaves_it_unclear(
    kannel: Kannel, far_end: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And rightly so: it has the message, and sends it when it wakes."""
    monkeypatch.setattr(line, "ANSWERS_WITHIN", 0.5)
    before = len(far_end.sms.arrivals())
    kannel.bearerbox.send_signal(signal.SIGSTOP)
    try:
        with a_channel(kannel.url()) as channel, pytest.raises(Unclear):
            send(channel, a_text("醒来再说"))
    finally:
        kannel.bearerbox.send_signal(signal.SIGCONT)
    assert wait_for(far_end, before + 1)[before]["text"] == "醒来再说"

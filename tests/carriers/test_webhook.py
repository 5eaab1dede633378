"""A provider by webhook: against a real one of our own, and every answer that one may give."""

import base64
import json
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial

import pytest
import time_machine

from standalone.sinks.running import Sinks
from tests.carriers.parcels import a_text
from tests.carriers.scripted import Scripted
from volunteer_hub.carriers.channels import line
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import find_web
from volunteer_hub.carriers.channels.webhook import WebhookChannel, sign

SECRET = base64.b64encode(b"s" * 32).decode()


@contextmanager
def a_channel(url: str) -> Generator[WebhookChannel]:
    with closing(WebhookChannel(partial(find_web, url))) as channel:
        yield channel


def send(channel: WebhookChannel, parcel: Parcel) -> Taken:
    channel.prepare(parcel)
    return channel.hand_over(parcel)


def there(script: Scripted, more: str = "") -> str:
    return f"webhook+http://127.0.0.1:{script.port}/in?secret=whsec_{SECRET}{more}"


def test_the_signature_of_the_standard() -> None:
    """The example of the reference libraries of Standard Webhooks."""
    headers = sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        secret=base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        at=1614265330,
    )
    assert headers == {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("text", ["一", "字" * 402, '"引号"\\\n𠮷'], ids=["one", "long", "signs"])
def test_a_text_arrives_whole(far_end: Sinks, text: str) -> None:
    parcel = a_text(text)
    with a_channel(far_end.provider_url) as channel:
        taken = send(channel, parcel)
    arrival = far_end.provider.inbox.arrivals()[-1]
    assert taken.reference == arrival["number"]
    assert arrival["text"] == text
    assert (arrival["to"], arrival["sender"]) == ("+8613812345678", "10690000")
    assert arrival["key"] == str(parcel.uuid)
    assert arrival["sent_at"] == "2026-03-09T04:00:00+00:00"


@pytest.mark.parametrize("wrong", ["secret", "clock"])
def test_who_is_not_known_is_not_heard(
    far_end: Sinks, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = far_end.provider_url
    if wrong == "secret":
        url = url.replace("whsec_YSBw", "whsec_YSBx")
    else:
        at = time.time() - 360
        monkeypatch.setattr("volunteer_hub.carriers.channels.webhook.now", lambda: at)
    before = len(far_end.provider.inbox.arrivals())
    with a_channel(url) as channel, pytest.raises(NotNow) as caught:
        send(channel, a_text())
    assert caught.value.channel_is_down
    assert caught.value.answer.startswith("401")
    assert len(far_end.provider.inbox.arrivals()) == before


@pytest.mark.parametrize("breaks", [True, False], ids=["500 after accepting", "no answer"])
@pytest.mark.parametrize("remembers", [True, False], ids=["a key", "no key"])
def test_a_key_makes_an_unclear_end_certain(
    far_end: Sinks, remembers: bool, breaks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, parcel = far_end.provider, a_text()
    before = len(provider.inbox.arrivals())
    monkeypatch.setattr(provider, "remembers", remembers)
    monkeypatch.setattr(provider, "breaks", breaks)
    monkeypatch.setattr(provider.faults, "lose", 0.0 if breaks else 1.0)
    with a_channel(far_end.provider_url) as channel:
        with pytest.raises(Unclear):
            send(channel, parcel)
        monkeypatch.setattr(provider, "breaks", False)
        monkeypatch.setattr(provider.faults, "lose", 0.0)
        again = send(channel, replace(parcel, attempts=1))
    arrived = provider.inbox.arrivals()[before:]
    assert len(arrived) == (1 if remembers else 2)
    assert again.reference == arrived[-1]["number"]


def test_a_slow_answer_is_unclear(far_end: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "ANSWERS_WITHIN", 0.2)
    monkeypatch.setattr(far_end.provider.faults, "delay", 1.0)
    with a_channel(far_end.provider_url) as channel, pytest.raises(Unclear, match="Timeout"):
        send(channel, a_text())


@pytest.mark.parametrize(
    ("says", "raised", "facts"),
    [
        ((200, ""), None, None),
        ((202, "[1]"), None, None),
        ((201, '{"id": 7}'), None, "7"),
        ((200, '{"id": "a-b"}'), None, "a-b"),
        ((200, '{"id": {"x": 1}}'), None, None),
        ((301, ""), NotNow, True),
        ((400, ""), Refused, False),
        ((401, ""), NotNow, True),
        ((403, ""), NotNow, True),
        ((404, ""), Refused, False),
        ((408, ""), NotNow, False),
        ((409, ""), Unclear, None),
        ((410, '{"refused": "address"}'), Refused, True),
        ((422, '{"refused": "text"}'), Refused, False),
        ((422, '{"refused": "address"}'), Refused, True),
        ((429, ""), NotNow, False),
        ((500, ""), Unclear, None),
        ((502, ""), Unclear, None),
        ((503, ""), NotNow, True),
        ((504, ""), Unclear, None),
        (None, Unclear, None),
    ],
)
def test_what_an_answer_means(
    script: Scripted,
    says: tuple[int, str] | None,
    raised: type[NotNow | Refused | Unclear] | None,
    facts: bool | str | None,
) -> None:
    script.says = says
    with a_channel(there(script)) as channel:
        if raised is None:
            assert send(channel, a_text()).reference == facts
            return
        with pytest.raises(raised) as caught:
            send(channel, a_text())
    told = getattr(caught.value, "channel_is_down", getattr(caught.value, "address_is_bad", None))
    assert told == facts


def test_what_is_sent(script: Scripted) -> None:
    parcel = a_text("您好")
    with (
        time_machine.travel(1_773_000_000, tick=False),
        a_channel(there(script, "&from=%2B10690000&account=7").replace("//", "//me:p%40w@")) as one,
    ):
        send(one, parcel)
    (asked,) = script.asked
    assert asked.path == "/in?account=7"  # ours are not passed on: among them is the secret
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Idempotency-Key"] == asked.headers["Webhook-Id"] == str(parcel.uuid)
    assert asked.headers["Webhook-Timestamp"] == "1773000000"
    account = asked.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(account) == b"me:p@w"
    assert json.loads(asked.body) == {
        "id": str(parcel.uuid),
        "to": "+8613812345678",
        "text": "您好",
        "from": "+10690000",
        "sent_at": "2026-03-09T04:00:00+00:00",
    }


def test_every_attempt_carries_the_same_bytes(script: Scripted) -> None:
    parcel = a_text()
    for number in range(2):
        with a_channel(there(script)) as channel:
            send(channel, replace(parcel, attempts=number))
    first, second = script.asked
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]

"""A provider that acts once on a key: what is unknown settles by itself, at that provider alone."""

import base64
import threading
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from standalone.sinks.running import Sinks
from tests.messages.letter import attempts, later, post_trial, the_letter
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import call_back
from volunteer_hub.messages.models import Message

SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


@dataclass
class Provider:
    """Takes each key once; says nothing, refuses or is closed as it is told."""

    port: int = 0
    silent: bool = False
    answers: int = 200
    asked: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def url(self, **words: str) -> str:
        more = "&".join(f"{name}={value}" for name, value in words.items())
        return f"webhook+http://127.0.0.1:{self.port}/sms?secret={SECRET}&{more}"


@pytest.fixture
def provider() -> Generator[Provider]:
    found = Provider()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            key = self.headers["Idempotency-Key"]
            found.asked.append(key)
            if found.answers == 200:
                found.taken.add(key)
            if found.silent:
                self.close_connection = True
                return
            self.send_response(found.answers)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def use(committed: Flask, monkeypatch: pytest.MonkeyPatch):
    def name(*urls: str) -> None:
        settings = replace(committed.config["SETTINGS"], sms_url=" ".join(urls), smtp_url="")
        monkeypatch.setitem(committed.config, "SETTINGS", settings)

    return name


def test_what_is_unknown_is_asked_again_with_the_same_key(use, provider: Provider) -> None:
    use(provider.url(idempotent="yes", name="keyed"))
    provider.silent = True
    post_trial(channels={"sms"})
    assert deliver(clock=database_now).unknown == 1
    assert (the_letter(channel="sms").state, the_letter(channel="sms").carrier) == (
        "unknown",
        "keyed",
    )
    provider.silent = False
    assert deliver(clock=later(seconds=31)).sent == 1
    assert the_letter(channel="sms").state == "sent"
    assert provider.asked == [str(the_letter(channel="sms").uuid)] * 2
    assert len(provider.taken) == 1
    assert [phase for phase, _ in attempts(channel="sms")] == ["sending", "answered"]


def test_a_provider_closed_to_us_leaves_it_unknown_until_it_opens(use, provider: Provider) -> None:
    """Refused now is certain of this time only: the first may have been taken."""
    use(provider.url(idempotent="yes"))
    provider.silent = True
    post_trial(channels={"sms"})
    deliver(clock=database_now)
    provider.silent, provider.answers = False, 503
    assert deliver(clock=later(seconds=31)).unknown == 1
    assert the_letter(channel="sms").state == "unknown"
    assert call_back("trial:1") == 0
    provider.answers = 200
    assert deliver(clock=later(minutes=10)).sent == 1


@pytest.mark.parametrize(
    ("words", "hours", "expected"),
    [
        ({"idempotent": "yes", "window": "3600"}, 0.9, 1),
        ({"idempotent": "yes", "window": "3600"}, 1.1, 0),  # the key is forgotten by then
        ({"idempotent": "no"}, 0.9, 0),
    ],
)
def test_only_within_the_window(
    use, provider: Provider, words: dict[str, str], hours: float, expected: int
) -> None:
    use(provider.url(**words))
    provider.silent = True
    post_trial(channels={"sms"})
    deliver(clock=database_now)
    provider.silent = False
    assert deliver(clock=later(hours=hours)).sent == expected
    assert len(provider.asked) == 1 + expected


def test_the_window_begins_with_the_first_time(use, provider: Provider) -> None:
    use(provider.url(idempotent="yes", window="3600"))
    provider.silent = True
    post_trial(channels={"sms"})
    deliver(clock=database_now)
    until = the_letter(channel="sms").key_until
    deliver(clock=later(minutes=30))
    assert the_letter(channel="sms").key_until == until
    assert until is not None
    assert until - database_now() <= timedelta(hours=1)
    assert deliver(clock=later(minutes=61)).sent == 0
    assert len(provider.asked) == 2


def test_the_other_carrier_never_hears_of_it(use, provider: Provider, sinks: Sinks) -> None:
    other = f"{sinks.sms_url}?name=other"
    use(provider.url(idempotent="yes", name="keyed", weight="100"), f"{other}&weight=0")
    provider.silent = True
    post_trial(channels={"sms"})
    deliver(clock=database_now)
    provider.silent, provider.answers = False, 503
    for minutes in (1, 10, 20):
        deliver(clock=later(minutes=minutes))
    assert sinks.sms.arrivals() == []
    provider.answers = 200
    deliver(clock=later(minutes=40))
    assert the_letter(channel="sms").state == "sent"
    assert sinks.sms.arrivals() == []


def test_killed_behind_the_mark_it_settles_as_soon_as_the_lease_is_over(
    use, provider: Provider
) -> None:
    use(provider.url(idempotent="yes"))
    post_trial(channels={"sms"})
    with transaction():
        now = database_now()
        killed = {"state": "sending", "token": uuid4(), "lease_until": now - timedelta(seconds=1)}
        killed |= {"carrier": "sms", "key_until": now + timedelta(hours=1)}
        db.session.execute(update(Message).values(**killed))
    assert deliver(clock=database_now).sent == 1
    assert the_letter(channel="sms").state == "sent"

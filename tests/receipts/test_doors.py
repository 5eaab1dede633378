"""The doors for carriers and mail servers: what is signed is kept, everything else refused."""

import dataclasses
import json
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import FOR_TESTS
from tests.receipts.letters import apply_all, make_letter, receipts, state_of, suppressed
from tests.receipts.test_reports import arf, dsn
from tests.servers import Servers
from volunteer_hub.app import create_app
from volunteer_hub.carriers.channels.kinds import kannel_reports_to
from volunteer_hub.carriers.rules.signing import receipt_proof
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.receipts.commands import group
from volunteer_hub.receipts.rules.signing import HEADERS, own_secret, sign


def key(app: Flask) -> str:
    return app.config["SETTINGS"].secret_key


def signed(app: Flask, carrier: str, body: bytes, *, at: datetime | None = None) -> dict[str, str]:
    at = at or utc_now()
    event = f"evt_{uuid4()}"
    secret = own_secret(carrier, key=key(app))
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secret, event_id=event, at=at, body=body),
    }


def refused(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert receipts() == []


@pytest.mark.parametrize(
    ("status", "state"),
    [(1, "delivered"), (2, "bounced"), (4, "sent"), (8, "sent"), (16, "bounced")],
)
def test_kannel(app: Flask, client: FlaskClient, status: int, state: str) -> None:
    letter = make_letter("unknown", channel="sms")
    there = kannel_reports_to(letter.uuid).replace("%d", str(status))
    there = there.removeprefix(app.config["SETTINGS"].public_url)
    for _ in range(2):
        assert client.get(there).status_code == 204
    apply_all()
    assert state_of(letter) == state
    assert len(receipts()) == 1
    assert suppressed() == {}


def test_kannel_without_the_proof(app: Flask, client: FlaskClient) -> None:
    letter = make_letter()
    other = receipt_proof(uuid4(), key=key(app))
    wrong_key = receipt_proof(letter.uuid, key="guessed" * 8)
    for proof in (other, wrong_key, "", "é"):
        given = {"id": str(letter.uuid), "status": "1", "proof": proof}
        refused(client.get("/receipts/kannel", query_string=given), 403)
    refused(client.get("/receipts/kannel"), 403)
    refused(client.get("/receipts/kannel?id=7&status=1&proof=x"), 403)


@pytest.mark.parametrize("status", ["", "3", "-1", "٣", "1.0", "99999999999999999999"])
def test_kannel_says_something_else(app: Flask, client: FlaskClient, status: str) -> None:
    letter = make_letter()
    proof = receipt_proof(letter.uuid, key=key(app))
    given = {"id": str(letter.uuid), "status": status, "proof": proof}
    refused(client.get("/receipts/kannel", query_string=given), 422)


@pytest.mark.parametrize(
    ("word", "state", "stopped"),
    [
        ("delivered", "delivered", False),
        ("message.delivered", "delivered", False),
        ("soft_bounced", "sent", False),
        ("bounced", "bounced", True),
        ("email.complained", "complained", True),
    ],
)
def test_a_webhook(app: Flask, client: FlaskClient, word: str, state: str, stopped: bool) -> None:
    letter = make_letter("sending")
    said = {"type": word, "message": str(letter.uuid), "answer": "to mei@example.org", "more": 1}
    body = json.dumps(said).encode()
    headers = signed(app, "acme", body)
    for _ in range(2):
        answer = client.post("/receipts/webhook/acme", data=body, headers=headers)
        assert answer.status_code == 204
    apply_all()
    assert state_of(letter) == state
    assert bool(suppressed()) is stopped
    (receipt,) = receipts()
    assert receipt.answer == "to m***@example.org"


def test_a_webhook_names_the_letter_by_the_carrier_s_reference(
    app: Flask, client: FlaskClient
) -> None:
    letter = make_letter(provider_ref="p-1")
    body = b'{"type": "delivered", "reference": "p-1", "event": "e-1"}'
    for _ in range(2):  # signed anew each time, the event is the same
        client.post("/receipts/webhook/acme", data=body, headers=signed(app, "acme", body))
    apply_all()
    assert state_of(letter) == "delivered"
    assert len(receipts()) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"type": "delivered"}',
        b'{"type": "opened", "reference": "x"}',
        b'{"type": "delivered", "message": "7"}',
        b'{"type": "delivered", "reference": "a\\u0000b"}',
        b'{"type": "delivered", "reference": "x", "occurred_at": "yesterday"}',
    ],
)
def test_a_webhook_that_says_nothing(app: Flask, client: FlaskClient, body: bytes) -> None:
    headers = signed(app, "acme", body)
    refused(client.post("/receipts/webhook/acme", data=body, headers=headers), 422)


def test_a_webhook_that_is_forged(app: Flask, client: FlaskClient) -> None:
    letter = make_letter()
    body = json.dumps({"type": "bounced", "message": str(letter.uuid)}).encode()
    mine, late = signed(app, "other", body), utc_now() - timedelta(minutes=6)
    cases = [{}, mine, signed(app, "acme", body, at=late), signed(app, "acme", body + b" ")]
    for headers in cases:
        refused(client.post("/receipts/webhook/acme", data=body, headers=headers), 403)
    refused(client.post("/receipts/mail", data=dsn(), headers=signed(app, "acme", dsn())), 403)
    refused(client.post("/receipts/mail", data=dsn()), 403)
    assert state_of(letter) == "sent"


@pytest.mark.parametrize("secret", ["whsec_" + "b25l" * 8, "whsec_" + "dHdv" * 8])
def test_each_of_several_carriers_may_sign_with_the_secret_it_brought(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    address = "webhook+https://{}.example/send?secret=whsec_{}&name={}"
    urls = [address.format(name, part * 8, name) for name, part in (("a", "b25l"), ("b", "dHdv"))]
    said = dataclasses.replace(app.config["SETTINGS"], sms_url=" ".join(urls))
    monkeypatch.setitem(app.config, "SETTINGS", said)
    letter, at, event = make_letter("unknown", channel="sms"), utc_now(), f"evt_{uuid4()}"
    body = json.dumps({"type": "delivered", "message": str(letter.uuid)}).encode()
    proof = sign(secret, event_id=event, at=at, body=body)
    headers = dict(zip(HEADERS, (event, str(int(at.timestamp())), proof), strict=True))
    answer = client.post("/receipts/webhook/b", data=body, headers=headers)
    assert answer.status_code == 204


def test_a_posted_report_of_a_mail_server(app: Flask, client: FlaskClient) -> None:
    letter = make_letter("unknown")
    body = dsn(envelope=str(letter.uuid))
    for _ in range(2):
        answer = client.post("/receipts/mail", data=body, headers=signed(app, "mail", body))
        assert answer.status_code == 204
    apply_all()
    assert state_of(letter) == "bounced"
    assert suppressed() == {"m***@example.org": "hard-bounce"}
    nothing = b"Subject: I am away\r\n\r\nUntil Monday"
    answer = client.post("/receipts/mail", data=nothing, headers=signed(app, "mail", nothing))
    assert answer.status_code == 422
    assert len(receipts()) == 1


def test_a_report_is_piped_in(app: Flask) -> None:
    letter = make_letter()
    runner = app.test_cli_runner()
    for kept in ("kept: 1\n", "kept: 0\n"):
        result = runner.invoke(group, ["mail"], input=arf(envelope=str(letter.uuid)))
        assert (result.exit_code, result.output) == (0, kept)
    apply_all()
    assert state_of(letter) == "complained"
    assert runner.invoke(group, ["mail"], input=b"Subject: x\r\n\r\ny").exit_code == 65
    assert runner.invoke(group, ["secret", "acme"]).output.startswith("whsec_")


@pytest.fixture
def counting_house(servers: Servers) -> Generator[Flask]:
    """A house that counts, and leaves the one limiter of all houses as it was."""
    settings = servers.settings("postgresql://hub@/hub")
    yield create_app(settings, **{**FOR_TESTS, "RATELIMIT_ENABLED": True})
    limiter.reset()
    limiter.storage.storage.close()  # type: ignore[attr-defined]
    limiter.enabled = False


def test_who_guesses_is_stopped_and_who_knows_is_not(counting_house: Flask) -> None:
    client, uuid = counting_house.test_client(), uuid4()
    known = {"id": str(uuid), "status": "3", "proof": receipt_proof(uuid, key=key(counting_house))}
    for _ in range(70):
        assert client.get("/receipts/kannel", query_string=known).status_code == 422
    answers = [client.get("/receipts/kannel?id=1").status_code for _ in range(61)]
    assert answers == [403] * 60 + [429]

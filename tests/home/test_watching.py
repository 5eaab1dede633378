"""The post office seen from outside: readiness, Prometheus, the command line."""

import dataclasses
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from volunteer_hub.dispatch.commands import group
from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.home.commands import doctor
from volunteer_hub.messages.models import Message


@pytest.fixture
def letter(app):
    def post(*, ago, state="pending", late=None, lane=1):
        due_at = database_now() - timedelta(seconds=ago)
        sent_at = due_at + timedelta(seconds=late) if late is not None else None
        values = {
            "key": uuid4().hex, "kind": "shift-joined", "channel": "email", "topic": "shift:1",
            "address": "mei@example.org", "language": "zh", "body_text": "…", "due_at": due_at,
            "try_at": due_at, "expires_at": due_at + timedelta(days=3), "dated_at": due_at,
            "message_id": f"<{uuid4().hex}@hub.test>", "sent_at": sent_at, "state": state,
            "token": uuid4() if state == "unknown" else None, "lane": lane,
        }  # fmt: skip
        with transaction():
            db.session.add(Message(**values))

    return post


@pytest.fixture
def metrics(app, client):
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(kept, metrics_token="known")
    yield lambda: client.get("/metrics", headers={"Authorization": "Bearer known"}).text
    app.config["SETTINGS"] = kept


@pytest.mark.parametrize(("ago", "overdue"), [(290, False), (310, True)])
def test_readiness_ends_when_letters_do_not_leave(client, letter, ago, overdue):
    letter(ago=ago)
    answer = client.get("/readyz")
    assert answer.status_code == 503, "no worker runs in tests"
    assert ("letters" in answer.json["faults"]) == overdue


@pytest.mark.parametrize(("ago", "fine"), [(290, True), (400, False)])
def test_the_doctor_says_by_how_much(app, letter, ago, fine):
    letter(ago=ago)
    said = app.test_cli_runner().invoke(doctor, ["--json"]).output
    [check] = [one for one in json.loads(said) if one["name"] == "letters"]
    assert check["fine"] == fine
    assert ("overdue by 6 min" in check["said"]) != fine


def test_the_numbers_for_prometheus(letter, metrics):
    for late in (4, 30, 200, 5000):
        letter(ago=7200, state="sent", late=late)
    letter(ago=90)
    letter(ago=9000, state="unknown", lane=0)
    now = database_now()
    with transaction():
        heartbeat.beat("beat", now=now - timedelta(seconds=42))
    said = metrics()
    for line in (
        'hub_messages{channel="email",lane="1",state="sent"} 4.0',
        'hub_messages{channel="email",lane="0",state="unknown"} 1.0',
        "hub_due 1.0",
        "hub_unknown 1.0",
        'hub_left_within{le="10"} 1.0',
        'hub_left_within{le="60"} 2.0',
        'hub_left_within{le="300"} 3.0',
        'hub_left_within{le="3600"} 3.0',
        'hub_left_within{le="+Inf"} 5.0',
    ):
        assert line in said
    values = dict(line.rsplit(" ", 1) for line in said.splitlines() if not line.startswith("#"))
    assert 90 <= float(values["hub_oldest_due_seconds"]) < 120
    assert 42 <= float(values['hub_silence_seconds{part="beat"}']) < 72


def test_the_command_gives_the_same_numbers(app, letter):
    letter(ago=7200, state="sent", late=4)
    letter(ago=90)
    run = app.test_cli_runner()
    said = json.loads(run.invoke(group, ["status", "--json"]).output)
    assert (said["due"], said["due_last_24_h"], said["left_within_10_s"]) == (1, 2, 1)
    [kind] = said["by_kind"]
    assert kind == {
        "kind": "shift-joined",
        "channel": "email",
        "by_state": {"sent": 1, "pending": 1},
    }
    assert set(said["silent_minutes"]) == {"beat", "worker", "worker-stats", "messages-drain"}
    assert "left within 10 s: 1" in run.invoke(group, ["status"]).output

"""Writing back from the demo inbox: only in a demonstration, and by the real way in."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from standalone.sinks.phones import Phones
from standalone.sinks.running import running_sinks
from volunteer_hub.foundation.database import database_now, db
from volunteer_hub.messages.actions import listen
from volunteer_hub.messages.models import IncomingSms

ANSWER = {"phone": "8613812345678", "text": "1"}


@pytest.fixture
def inbox(app):
    folder = app.config["SETTINGS"].var / "inbox"
    folder.mkdir(exist_ok=True)
    line = {"at": "2026-11-24T08:00:00+00:00", "to": "8613812345678", "text": "回1能来"}
    (folder / "sms.jsonl").write_text(json.dumps(line) + "\n")
    yield folder
    for text in Phones(folder).waiting():
        Phones(folder).forget(text)


def test_each_text_can_be_answered(client, inbox):
    page = client.get("/demo/inbox?to=138").text
    assert 'name="phone" value="8613812345678"' in page
    assert 'action="/demo/inbox?to=138"' in page


def test_the_built_in_centre_brings_the_answer(app, client, inbox):
    answer = client.post("/demo/inbox", data=ANSWER)
    assert answer.status_code == 303
    with running_sinks(app.config["SETTINGS"].sockets, inbox=inbox) as sinks:
        listen(clock=database_now, seconds=3)
        assert sinks.smsc.phones.waiting() == []
    (text,) = db.session.scalars(select(IncomingSms))
    assert (text.sender, text.text) == ("+8613812345678", "1")


@pytest.mark.parametrize(
    "data",
    [{}, {"phone": "8613812345678"}, ANSWER | {"phone": "../x"}, ANSWER | {"text": "x" * 201}],
)
def test_what_no_phone_writes_is_not_sent(client, inbox, data):
    assert client.post("/demo/inbox", data=data).status_code == 404
    assert Phones(inbox).waiting() == []


@pytest.mark.parametrize(
    "settings", [{"environment": "production"}, {"sms_url": "smpp://id:pw@smsc:2776"}]
)
def test_elsewhere_nobody_answers_for_others(app, client, inbox, monkeypatch, settings):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **settings))
    assert client.post("/demo/inbox", data=ANSWER).status_code == 404
    assert Phones(inbox).waiting() == []
    assert 'name="phone"' not in client.get("/demo/inbox").text

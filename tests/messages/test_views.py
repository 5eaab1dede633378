"""The outbox for those who answer for it; addresses are masked, outcomes settled by people."""

import base64
import dataclasses
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.people.actions.tokens import make_token


@pytest.fixture
def letter(world):
    def post(state="pending", **more):
        now = database_now()
        facts = {
            "key": uuid4().hex,
            "kind": "shift-joined",
            "channel": "sms",
            "topic": "shift:1",
            "recipient_id": world.volunteer.id,
            "place_path": world.community.path,
            "address": "+8613812345678",
            "language": "zh",
            "body_text": "您已报名",
            "due_at": now,
            "try_at": now,
            "expires_at": now + timedelta(days=1),
            "state": state,
            "message_id": f"<{uuid4().hex}@hub.test>",
            "dated_at": now,
            "token": uuid4() if state == "unknown" else None,
        }
        with transaction():
            message = Message(**(facts | more))
            db.session.add(message)
        return message

    return post


@pytest.mark.parametrize(
    ("role", "sees"),
    [("coordinator", True), ("supervisor", True), ("stranger", False), ("administrator", False)],
)
def test_the_letters_of_one_s_own_places(world, as_person, letter, role, sees):
    letter()
    page = as_person(getattr(world, role)).get("/messages")
    assert page.status_code == 200
    assert ("138****5678" in page.text) == sees
    assert "13812345678" not in page.text


def listed(page):
    """Give the list of the letters, without the figures below it."""
    return page.partition('id="letters-h"')[2].partition('id="kinds-h"')[0]


def test_filters_narrow_the_list(world, as_person, letter):
    letter("failed", kind="one-that-failed")
    letter("sent", sent_at=database_now(), kind="one-that-left")
    page = listed(as_person(world.coordinator).get("/messages?state=failed&channel=sms").text)
    assert "one-that-failed" in page
    assert "one-that-left" not in page


def test_the_list_is_paged(world, as_person, letter):
    for number in range(21):
        letter(kind=f"kind-{number:02d}")
    browser = as_person(world.coordinator)
    page = listed(browser.get("/messages").text)
    assert "kind-20" in page
    assert "kind-00" not in page
    assert "after=" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [("coordinator", 200), ("supervisor", 200), ("stranger", 404), ("volunteer", 403)],
)
def test_one_letter(world, as_person, letter, role, status):
    answer = as_person(getattr(world, role)).get(f"/messages/{letter().id}")
    assert answer.status_code == status


@pytest.mark.parametrize(("said", "state"), [("yes", "sent"), ("no", "pending")])
def test_a_person_settles_what_nobody_knows(world, as_person, letter, said, state):
    message = letter("unknown")
    where = f"/messages/{message.id}/settle"
    assert as_person(world.stranger).post(where, data={"received": said}).status_code == 404
    assert as_person(world.coordinator).post(where, data={"received": said}).status_code == 303
    db.session.refresh(message)
    assert message.state == state


def test_a_known_outcome_stays(world, as_person, letter):
    message = letter("sent", sent_at=database_now())
    as_person(world.coordinator).post(f"/messages/{message.id}/settle", data={"received": "no"})
    db.session.refresh(message)
    assert message.state == "sent"


@pytest.mark.parametrize(("state", "after"), [("failed", "pending"), ("unknown", "unknown")])
def test_only_a_failed_letter_is_put_back(world, as_person, letter, state, after):
    message = letter(state)
    as_person(world.coordinator).post(f"/messages/{message.id}/retry")
    db.session.refresh(message)
    assert message.state == after


def test_the_page_asks_few_questions(world, as_person, letter, queries):
    for _ in range(15):
        letter()
    del queries[:]
    as_person(world.coordinator).get("/messages")
    assert len(queries) <= 11


@pytest.mark.parametrize(
    ("role", "status"),
    [("volunteer", 200), ("other_volunteer", 404), ("coordinator", 200), ("stranger", 404)],
)
def test_the_api_tells_the_recipient_and_staff(world, client, letter, role, status):
    message = letter()
    now = database_now()
    with transaction():
        token = make_token(
            person=getattr(world, role),
            name="t",
            scopes=["read"],
            expires_at=now + timedelta(days=1),
            now=now,
        )
    answer = client.get(
        f"/api/v1/messages/{message.id}", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == status
    if status == 200:
        assert answer.json["state"] == "pending"
        assert "13812345678" not in answer.text


def test_the_demo_inbox_exists_only_with_the_built_in_servers(app, client):
    settings = app.config["SETTINGS"]
    inbox = settings.var / "inbox"
    inbox.mkdir(exist_ok=True)
    raw = base64.b64encode(b"Subject: =?utf-8?b?5L2g5aW9?=\n\nHello").decode()
    line = {"at": "2026-11-24T08:00:00+00:00", "to": ["mei@example.org"], "raw": raw}
    (inbox / "email.jsonl").write_text(json.dumps(line) + "\n")
    line = {"at": "2026-11-24T08:00:00+00:00", "to": "8613812345678", "text": "验证码 482913"}
    (inbox / "sms.jsonl").write_text(json.dumps(line) + "\n")
    page = client.get("/demo/inbox").text
    assert "你好" in page
    assert "482913" in page
    assert "482913" not in client.get("/demo/inbox?to=mei").text
    app.config["SETTINGS"] = dataclasses.replace(settings, smtp_url="smtp://relay.example:25")
    try:
        assert client.get("/demo/inbox").status_code == 404
    finally:
        app.config["SETTINGS"] = settings

"""Texts are filed word by word; only approved ones leave where a provider asks for it."""

import dataclasses
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests import routes
from volunteer_hub.dispatch.actions import claiming
from volunteer_hub.filings import actions, queries, rules
from volunteer_hub.filings.models import Filing
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries import outbox

JOINED, CODE = "signups/joined", "people/sign-in-code"
ALLOWED = (302, 403, 403, 403, 403, 200, 200, 403)
ROUTES = [
    ("GET", "/filings", ALLOWED),
    ("GET", "/filings.csv", ALLOWED),
    ("POST", "/filings", tuple(422 if status == 200 else status for status in ALLOWED)),
]


@pytest.fixture
def required(app):
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(kept, sms_filing=True)
    yield
    app.config["SETTINGS"] = kept


def go(*steps, template=JOINED):
    facts = {"vendor_code": "SMS_1", "reason": "签名不符"}
    for to in steps:
        with transaction():
            actions.move(template, to=to, now=utc_now(), **facts)


def waiting(template=JOINED, channel="sms"):
    now = database_now()
    with transaction():
        letter = Message(
            key=uuid4().hex, kind="shift-joined", channel=channel, topic="shift:1",
            template=template, address="+8613812345678", language="zh", body_text="…",
            due_at=now, try_at=now, expires_at=now + timedelta(days=1), dated_at=now,
            message_id=f"<{uuid4().hex}@hub.test>",
        )  # fmt: skip
        db.session.add(letter)
    return letter.id


def due():
    now = database_now() + timedelta(seconds=1)
    return set(db.session.scalars(outbox.due(now=now, channels=("email", "sms"), limit=50)))


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("to", rules.STATES)
def test_the_steps(state, to):
    if to in rules.MOVES[state]:
        rules.ensure_may_move(state, to, vendor_code="1", reason="x")
    else:
        with pytest.raises(rules.FilingCannotMove):
            rules.ensure_may_move(state, to, vendor_code="1", reason="x")


@pytest.mark.parametrize(
    ("to", "refusal"), [("approved", rules.CodeIsMissing), ("rejected", rules.ReasonIsMissing)]
)
def test_a_decision_says_what_it_must(to, refusal):
    with pytest.raises(refusal):
        rules.ensure_may_move("submitted", to, vendor_code=" ", reason=" ")


@pytest.mark.parametrize(
    ("text", "filed", "parts"),
    [
        ("a{{ b }}c", "a${v1}c", 1),
        ("{% if a %}x{{ b }}{% else %}y{% endif %}", "[x${v1}|y]", 1),
        ("x" * 63, "x" * 63, 1),
        ("x" * 65, "x" * 65, 2),
        ("x" * 56 + "{{ a }}", "x" * 56 + "${v1}", 1),
        ("x" * 57 + "{{ a }}", "x" * 57 + "${v1}", 2),
        ("x" * 57 + "{{ a|truncate(7) }}", "x" * 57 + "${v1}", 1),
    ],
)
def test_a_text_as_the_provider_wants_it(text, filed, parts):
    assert rules.as_filed(text) == filed
    assert rules.parts_of(text, signature="邻里志愿") == parts


def test_a_changed_text_is_a_draft_again():
    filed = rules.text_hash("您好")
    assert rules.state_now("approved", filed_hash=filed, text="您好\n") == "approved"
    assert rules.state_now("approved", filed_hash=filed, text="您们好") == "draft"


def test_every_text_is_in_the_list(app):
    listed = {one.template: one for one in queries.list_filed()}
    assert set(listed) == set(queries.texts())
    assert (listed[JOINED].state, listed[JOINED].kind) == ("draft", "notification")
    assert listed[CODE].kind == "code"


def test_only_approved_texts_leave(app, required):
    held, mail, older = waiting(), waiting(channel="email"), waiting(template=None)
    assert due() == {mail, older}
    for step, leaves in (("submitted", False), ("approved", True), ("rejected", False)):
        go(step)
        assert (held in due()) == leaves
    letter = db.session.get_one(Message, held)
    assert (letter.state, letter.attempts) == ("pending", 0)


def test_a_text_changed_after_its_approval_waits(app, required):
    go("submitted", "approved")
    held = waiting()
    db.session.scalars(select(Filing)).one().text_hash = rules.text_hash("anders")
    db.session.flush()
    assert held not in due()
    assert next(one for one in queries.list_filed() if one.template == JOINED).state == "draft"


def test_another_signature_is_another_filing(app, required):
    go("submitted", "approved")
    held = waiting()
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(kept, sms_signature="甘家巷")
    assert held not in due()


def test_what_is_held_back_is_not_overdue(app, required):
    waiting()
    later = database_now() + timedelta(hours=1)
    assert outbox.outbox_numbers(now=later).oldest_due is None


def test_what_was_held_back_for_too_long_says_why_it_never_left(app, required):
    held, mail = waiting(), waiting(channel="email")
    with transaction():
        claiming.reap(now=database_now() + timedelta(days=2))
    missed = {one: db.session.get_one(Message, one, populate_existing=True) for one in (held, mail)}
    assert {one.state for one in missed.values()} == {"missed"}
    assert "not approved" in missed[held].reason
    assert missed[mail].reason == ""


def test_without_the_rule_everything_leaves(app):
    assert waiting() in due()


@pytest.mark.parametrize(("method", "path", "role", "status"), routes.cases(ROUTES))
def test_every_route_for_everybody(world, as_person, method, path, role, status):
    answer = as_person(routes.person_of(world, role)).open(path, method=method)
    assert answer.status_code == status


def test_the_table_is_whole(app):
    assert routes.untold(app, ROUTES, room="filings") == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_leads_through_the_steps(world, as_person, language):
    browser = as_person(world.supervisor, language=language)
    steps = ({"to": "submitted"}, {"to": "approved", "vendor_code": "SMS_77"})
    for step in steps:
        assert browser.post("/filings", data={"template": JOINED, **step}).status_code == 303
    assert "SMS_77" in browser.get("/filings").text
    refused = browser.post("/filings", data={"template": JOINED, "to": "approved"})
    assert refused.status_code == 409
    assert browser.post("/filings", data={"template": "no", "to": "submitted"}).status_code == 404
    assert "SMS_77" in browser.get("/filings.csv").text


def test_the_page_asks_few_questions(world, as_person, queries):
    browser = as_person(world.supervisor)
    del queries[:]
    browser.get("/filings")
    assert len(queries) <= 6

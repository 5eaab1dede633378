"""One link stops one kind of letter: what it carries, what looking and pressing do, what leaves."""

import base64
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import current_app
from sqlalchemy import func, select

from standalone.sinks.running import running_sinks
from tests.dispatch.test_races import beside
from tests.factories.people import make_person
from tests.replies.phones import leaving, texts_to, write
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.kinds import ALWAYS_GO, KIND_WORDS, MAY_BE_STOPPED
from volunteer_hub.messages.rules.readers import stop_token
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.replies.actions import stopping
from volunteer_hub.replies.rules.stopping import LinkIsOfNoLetter, read

KIND = "watch-news"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def token_of(person, kind=KIND, channel="email"):
    return stop_token(person.id, kind, channel, key=current_app.config["SECRET_KEY"])


def post(person, kind=KIND, *, language="zh", **more):
    """Post a letter that every kind may borrow: nobody's place on a shift."""
    with transaction():
        now = database_now()
        reader = reader_of(person)._replace(language=language)
        facts = {"code": "482913", "minutes": 10}
        key = f"{kind}:{person.id}:{now}"
        values = {"topic": "trial:1", "due_at": now, "expires_at": now + timedelta(hours=1)}
        post_letter(
            "people/sign-in-code", to=reader, kind=kind, key=key, facts=facts, **values, **more
        )


def choices(person):
    said = select(Preference.kind, Preference.channel, Preference.wanted)
    return [tuple(row) for row in db.session.execute(said.where(Preference.person_id == person.id))]


def test_what_always_goes_is_known_and_cannot_be_stopped():
    assert set(ALWAYS_GO) <= set(KIND_WORDS)
    assert {"code-sign-in", "shift-cancelled", "shift-changed"} <= set(ALWAYS_GO)
    assert set(KIND_WORDS) - set(ALWAYS_GO) == MAY_BE_STOPPED
    assert {"shift-reminder-24h", "watch-news", "shift-joined"} <= MAY_BE_STOPPED


GOOD = stop_token(7, KIND, "email", key="k")


@pytest.mark.parametrize(
    "token",
    [
        "", "nothing", GOOD[:-1], GOOD + "0", GOOD.replace("7.", "8.", 1),
        GOOD.replace("email", "sms"),
        GOOD.replace(KIND, "shift-joined"), GOOD.replace("7.", "07.", 1), GOOD.upper(),
        stop_token(7, KIND, "email", key="other"),
        stop_token(7, "shift-cancelled", "email", key="k"),
        stop_token(7, "code-sign-in", "sms", key="k"), stop_token(7, "trial", "email", key="k"),
    ],
)  # fmt: skip
def test_a_link_is_believed_as_it_was_written_alone(token):
    assert read(GOOD, key="k") == (7, KIND, "email")
    with pytest.raises(LinkIsOfNoLetter):
        read(token, key="k")


@pytest.mark.parametrize(
    ("language", "question"),
    [("zh", "不想再收这类邮件"), ("en", "You want no more letters of this kind?")],
)
def test_the_letter_carries_the_link_in_head_and_foot(app, world, language, question):
    post(world.volunteer, language=language)
    mail = db.session.scalars(select(Message).where(Message.channel == "email")).one()
    address = f"http://127.0.0.1:8000/replies/stop/{token_of(world.volunteer)}"
    assert mail.headers == {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    for body in (mail.body_text, mail.body_html):
        assert question in body
        assert address in body


def test_a_letter_that_always_goes_offers_no_link(app, world):
    for kind in ALWAYS_GO:
        post(world.volunteer, kind)
    mails = db.session.scalars(select(Message).where(Message.channel == "email")).all()
    assert len(mails) == len(ALWAYS_GO)
    assert all(mail.headers == {} and "/replies/stop/" not in mail.body_html for mail in mails)


def test_looking_changes_nothing_and_pressing_can_be_undone(client, world):
    address = f"/replies/stop/{token_of(world.volunteer)}"
    for ask in (client.get, client.get, client.head):
        assert ask(address).status_code == 200
    assert choices(world.volunteer) == []
    assert "停止这类邮件吗" in client.get(address).text
    for _ in range(2):
        assert client.post(address).status_code == 303
    assert choices(world.volunteer) == [(KIND, "email", False)]
    page = client.get(address).text
    assert "这类邮件已停止" in page
    assert "/me/letters" in page
    for _ in range(2):
        assert client.post(address, data={"again": "1"}).status_code == 303
    assert choices(world.volunteer) == [(KIND, "email", True)]
    done = select(AuditEntry.verb, AuditEntry.facts).where(AuditEntry.verb.like("letters-%"))
    facts = {"kind": KIND, "channel": "email"}
    assert [tuple(row) for row in db.session.execute(done.order_by(AuditEntry.id))] == [
        ("letters-turned-off", facts),
        ("letters-wanted-again", facts),
    ]


def test_a_mail_program_presses_without_cookie_redirect_or_token(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for _ in range(2):
        address = f"/replies/stop/{token_of(world.volunteer)}"
        answer = app.test_client().post(address, data=ONE_CLICK, base_url="https://hub.test")
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert choices(world.volunteer) == [(KIND, "email", False)]


def test_the_page_speaks_english_to_who_reads_english(client, world):
    with transaction():
        world.volunteer.language = "en"
    page = client.get(f"/replies/stop/{token_of(world.volunteer)}").text
    assert "Stop these letters?" in page
    assert "News of what you watch" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_link_is_unknown(client, world, method):
    good = token_of(world.volunteer)
    gone = stop_token(999_999, KIND, "email", key=current_app.config["SECRET_KEY"])
    forged = [good[:-1], "nothing", good.replace(KIND, "shift-joined"), gone]
    pages = [getattr(client, method)(f"/replies/stop/{token}") for token in forged]
    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1
    assert choices(world.volunteer) == []


def test_who_is_reached_through_another_speaks_for_the_address(client, world):
    with transaction():
        child = make_person("陈小明", phone=None, email=None, reached_through_id=world.volunteer.id)
    assert client.post(f"/replies/stop/{token_of(child)}").status_code == 303
    assert choices(world.volunteer) == [(KIND, "email", False)]
    for person in (child, world.volunteer):
        post(person)
    assert leaving(world.volunteer.email, "email") == set()


@pytest.mark.parametrize(
    ("said", "kind", "leaves"),
    [
        (None, KIND, True),
        ((KIND, "email", True), KIND, True),
        ((KIND, "email", False), KIND, False),
        (("*", "email", False), KIND, False),
        ((KIND, "sms", False), KIND, True),
        (("shift-joined", "email", False), KIND, True),
        (("shift-cancelled", "email", False), "shift-cancelled", True),
        (("*", "email", False), "shift-cancelled", True),
        (("*", "email", False), "code-sign-in", True),
    ],
)
def test_what_was_chosen_after_posting_decides(app, world, said, kind, leaves):
    post(world.volunteer, kind, channels={"email"})
    with transaction():
        if said:
            values = dict(zip(("kind", "channel", "wanted"), said, strict=True))
            db.session.add(Preference(person_id=world.volunteer.id, **values))
    assert leaving(world.volunteer.email, "email") == ({kind} if leaves else set())
    state = select(Message.state).where(Message.kind == kind)
    assert db.session.scalar(state) == ("sending" if leaves else "suppressed")


def test_unticking_a_channel_counts_for_letters_already_posted(app, world):
    for kind in (KIND, "shift-cancelled"):
        post(world.volunteer, kind, channels={"email"})
    with transaction():
        world.volunteer.remind_by = ["sms"]
    assert leaving(world.volunteer.email, "email") == {"shift-cancelled"}


@pytest.mark.parametrize("word", ["开通", " START。"])
def test_texts_come_again_to_who_asks(app, world, word):
    phone = world.volunteer.phone
    assert write(phone, "R") == "opted-out"
    assert choices(world.volunteer) == [("*", "sms", False)]
    for _ in range(2):
        assert write(phone, word) == "opted-in"
    (text,) = texts_to(phone, "reply-opted-in")
    assert "又会发给您" in text
    post(world.volunteer, "shift-joined", channels={"sms"})
    assert "shift-joined" in leaving(phone)  # news would wait for the morning


def test_who_never_stopped_texts_is_told_nothing(app, world):
    assert write(world.volunteer.phone, "START") == "opted-in"
    assert texts_to(world.volunteer.phone, "reply-opted-in") == []


def test_who_had_unticked_texts_has_them_again(app, world):
    with transaction():
        world.volunteer.remind_by = ["email"]
    assert write(world.volunteer.phone, "开通") == "opted-in"
    assert db.session.get_one(Person, world.volunteer.id).remind_by == ["email", "sms"]
    assert len(texts_to(world.volunteer.phone, "reply-opted-in")) == 1


def test_chosen_between_claim_and_mark_it_never_leaves(committed, tmp_path):
    """The letter is at the door of the mail server when its reader presses the button."""
    with transaction():
        mei = make_person("陈晓梅", email="mei@example.org")
    sockets, key = committed.config["SETTINGS"].sockets, committed.config["SECRET_KEY"]
    with running_sinks(sockets, inbox=tmp_path / "inbox") as sinks:
        post(mei, channels={"email"})
        gate = sinks.mail_faults.gate("recipient")
        with beside(committed, lambda: deliver(clock=database_now)):
            gate.wait()
            with transaction():
                stopping.by_link(token=token_of(mei), key=key, wanted=False, now=database_now())
            gate.open()
        assert sinks.mail.arrivals() == []
        assert db.session.scalar(select(Message.state)) == "suppressed"
        for kind in ("shift-joined", "code-sign-in"):
            post(mei, kind, channels={"email"})
        deliver(clock=database_now)
        raw = [base64.b64decode(arrival["raw"]) for arrival in sinks.mail.arrivals()]
    count = select(func.count()).where(Message.state == "sent")
    assert (len(raw), db.session.scalar(count)) == (2, 2)
    heads = [message_from_bytes(one, policy=policy.default) for one in raw]
    stops = [mail["List-Unsubscribe"] for mail in heads if isinstance(mail, EmailMessage)]
    link = f"<http://127.0.0.1:8000/replies/stop/{token_of(mei, 'shift-joined')}>"
    assert sorted(map(str, stops)) == sorted([link, "None"])
    assert sum(link.encode() in one for one in raw) == 1  # whole, in one line, not encoded
    assert sum(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in one for one in raw) == 1

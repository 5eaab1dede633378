"""The way in, step by step, as a browser walks it."""

import pytest

from tests.people.outbox import letters, newest_code
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.models import Consent, Person
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION

PHONE = "138 0013 8000"
NEXT = "?next=/shifts/7%3Fa%3D1"


def agree(person):
    with transaction():
        consent = {"purpose": PRIVACY_NOTICE, "version": PRIVACY_VERSION, "language": "zh"}
        accounts.give_consent(person=person, now=utc_now(), **consent)


def ask(client, address=PHONE, query=NEXT):
    return client.post(f"/sign-in{query}", data={"address": address})


def signed_in(client):
    return client.get("/me/profile").status_code == 200


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_newcomer_gives_a_name_and_is_where_they_wanted_to_be(app, client):
    asked = ask(client)
    assert (asked.status_code, asked.location) == (303, "/sign-in/code?next=/shifts/7?a%3D1")
    page = client.get(asked.location)
    assert "138****8000" in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    used = client.post(asked.location, data={"code": newest_code()})
    assert used.location == "/sign-in/welcome?next=/shifts/7?a%3D1"
    assert not signed_in(client), "not before the consent"
    assert client.get(used.location).status_code == 200
    done = client.post(used.location, data={"name": " 陈晓梅 ", "agree": "y"})
    assert (done.status_code, done.location) == (303, "/shifts/7?a=1")
    assert signed_in(client)
    person = persons.find_by_address(PHONE)
    assert (person.name, person.phone, person.email) == ("陈晓梅", "+8613800138000", None)
    (consent,) = callers.list_own(Consent, person.id)
    assert (consent.purpose, consent.version, consent.language) == (
        "privacy-notice",
        PRIVACY_VERSION,
        "zh",
    )


def test_an_account_with_consent_goes_straight_on(world, client):
    agree(world.volunteer)
    ask(client, world.volunteer.email)
    used = client.post(f"/sign-in/code{NEXT}", data={"code": newest_code()})
    assert used.location == "/shifts/7?a=1"
    assert signed_in(client)
    entry = db.session.query(AuditEntry).filter_by(verb="signed-in").one()
    assert (entry.actor_id, entry.thing) == (world.volunteer.id, f"person:{world.volunteer.id}")


def test_an_account_made_by_staff_is_asked_for_consent_first(world, client):
    ask(client, world.volunteer.phone)
    used = client.post(f"/sign-in/code{NEXT}", data={"code": newest_code()})
    page = client.get(used.location)
    assert 'value="陈晓梅"' in page.text
    client.post(used.location, data={"name": "陈晓梅", "agree": "y"})
    assert signed_in(client)
    assert callers.has_consent(world.volunteer.id, PRIVACY_NOTICE, PRIVACY_VERSION)
    assert db.session.query(Person).filter_by(name="陈晓梅").count() == 1


@pytest.mark.parametrize(
    "data", [{"name": "陈晓梅"}, {"agree": "y"}, {"name": "x" * 61, "agree": "y"}]
)
def test_no_account_without_name_and_consent(app, client, data):
    ask(client)
    client.post("/sign-in/code", data={"code": newest_code()})
    page = client.post("/sign-in/welcome", data=data)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert not signed_in(client)
    assert db.session.query(Person).count() == 0


def test_pressing_done_twice_makes_one_account(app, client):
    ask(client)
    client.post("/sign-in/code", data={"code": newest_code()})
    with client.session_transaction() as session:
        proved = session["proved"]
    client.post("/sign-in/welcome", data={"name": "陈晓梅", "agree": "y"})
    with client.session_transaction() as session:
        session["proved"] = proved  # the second press was already on its way
    again = client.post("/sign-in/welcome?next=/x", data={"name": "陈晓梅", "agree": "y"})
    assert again.location == "/x"
    assert db.session.query(Person).count() == 1


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(world, client):
    known = ask(client, world.volunteer.phone)
    unknown = ask(client, "13800138009")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert len(letters("code-sign-in")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1380013", "手机号要 11 位，现在是 7 位。"),
        ("", "请填写"),
        ("a@b", "邮箱不完整"),
        ("12345678901", "这个号码收不到短信"),
    ],
)
def test_a_wrong_address_is_said_beside_the_field(app, client, typed, said):
    page = ask(client, typed)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{typed}"' in page.text
    assert letters() == []


def test_a_wrong_code_says_how_many_tries_are_left(app, client):
    ask(client)
    code = newest_code()
    page = client.post("/sign-in/code", data={"code": wrong(code)})
    assert page.status_code == 422
    assert "还可以再试 4 次" in page.text
    for _ in range(4):
        page = client.post("/sign-in/code", data={"code": wrong(code)})
    assert "验证码已失效" in page.text
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422
    assert not signed_in(client)


def test_the_code_stands_in_no_address_cookie_or_audit(world, client):
    agree(world.volunteer)
    asked = ask(client, world.volunteer.email)
    code = newest_code()
    page = client.get(asked.location)
    used = client.post(asked.location, data={"code": code})
    with client.session_transaction() as session:
        assert code not in str(dict(session))
    assert code not in asked.location + used.location + page.text
    assert all(code not in str(e.facts) for e in db.session.query(AuditEntry))


def test_asking_again_too_soon_is_answered_calmly(app, client):
    ask(client)
    again = client.post("/sign-in/code/again", follow_redirects=True)
    assert "秒再要下一条" in again.text
    other_tab = ask(client)
    assert other_tab.status_code == 303, "the code on its way will do"
    assert len(letters()) == 1


def test_no_step_can_be_skipped(app, client):
    for path in ("/sign-in/code", "/sign-in/welcome"):
        assert client.get(f"{path}{NEXT}").location == "/sign-in?next=/shifts/7?a%3D1"
        data = {"code": "123456", "name": "x", "agree": "y"}
        assert client.post(path, data=data).location == "/sign-in"
    assert client.post("/sign-in/code/again").location == "/sign-in"


def test_a_step_left_too_long_is_forgotten(app, client):
    ask(client)
    with client.session_transaction() as session:
        session["asked"]["at"] -= 31 * 60
        session.modified = True
    assert client.post("/sign-in/code", data={"code": newest_code()}).location == "/sign-in"


@pytest.mark.parametrize("outside", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_out_of_the_house(world, client, outside):
    agree(world.volunteer)
    ask(client, world.volunteer.email, query="")
    used = client.post(f"/sign-in/code?next={outside}", data={"code": newest_code()})
    assert used.location == "/"


def test_the_session_is_a_new_one(world, client):
    agree(world.volunteer)
    with client.session_transaction() as session:
        session.update(language="en", intent={"shift_id": 7}, planted="by somebody else")
    ask(client, world.volunteer.email)
    client.post("/sign-in/code", data={"code": newest_code()})
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "asked" not in session
        assert session["intent"] == {"shift_id": 7}, "what they were about to do goes on"
        assert session["language"] == "zh", "the account's"


@pytest.mark.parametrize("remember", [True, False])
def test_staying_signed_in_is_a_choice(world, client, remember):
    agree(world.volunteer)
    ask(client, world.volunteer.email)
    data = {"code": newest_code(), **({"remember": "y"} if remember else {})}
    cookie = client.post("/sign-in/code", data=data).headers["Set-Cookie"]
    assert ("Expires=" in cookie) == remember
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_whoever_is_signed_in_needs_no_sign_in(world, as_person):
    answer = as_person(world.volunteer).get("/sign-in?next=/projects")
    assert (answer.status_code, answer.location) == (303, "/projects")


def test_signing_out_closes_this_session_only(world, as_person):
    here, there = as_person(world.volunteer), as_person(world.volunteer)
    with here.session_transaction() as session:
        session["intent"] = {"shift_id": 7}
    assert here.post("/sign-out").location == "/"
    assert not signed_in(here)
    assert signed_in(there)
    with here.session_transaction() as session:
        assert "intent" not in session, "the next person at this device wants something else"


def test_signing_out_everywhere(world, as_person):
    here, there = as_person(world.volunteer), as_person(world.volunteer)
    assert here.post("/sign-out/everywhere").status_code == 303
    db.session.expire_all()
    assert not signed_in(here)
    assert not signed_in(there)
    assert signed_in(as_person(world.volunteer)), "a new session has the new epoch"
    assert signed_in(as_person(world.other_volunteer))


def test_a_visitor_has_nothing_to_sign_out_everywhere(app, client):
    assert client.post("/sign-out/everywhere").location.startswith("/sign-in")

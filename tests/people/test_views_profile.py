"""One's own profile, security, data, language and type."""

import json

import pytest

from tests.people.outbox import letters, newest_code
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.models import ApiToken, Person
from volunteer_hub.people.queries import persons

PROFILE = {"name": "陈晓梅", "language": "en", "by_email": "y"}


@pytest.fixture
def mine(world, as_person):
    return as_person(world.volunteer)


def stored(person):
    db.session.expire_all()
    return persons.get_person(person.id)


def stale(browser):
    with browser.session_transaction() as session:
        session["_fresh"] = False
    return browser


def test_the_profile_shows_what_is_kept(world, mine, queries):
    with transaction():
        world.volunteer.phone, world.volunteer.home_place_id = "+8613800135678", world.community.id
    queries.clear()
    page = mine.get("/me/profile")
    assert len(queries) <= 3
    assert "138 0013 5678" in page.text
    assert f'selected value="{world.community.id}"' in page.text


def test_saving_keeps_everything(world, mine):
    more = {"birth_date": "1970-05-04", "home_place": world.community.id, "elder_mode": "y"}
    saved = mine.post("/me/profile", data={**PROFILE, "name": "王芳", **more})
    assert saved.status_code == 303
    person = stored(world.volunteer)
    assert (person.name, person.sort_key, person.language) == ("王芳", "wang fang", "en")
    assert (person.birth_date.isoformat(), person.home_place.code) == ("1970-05-04", "ganjiaxiang")
    assert (person.elder_mode, person.remind_by) == (True, ["email"])
    with mine.session_transaction() as session:
        assert (session["language"], session["elder"]) == ("en", True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Please fill this in."),
        ({"name": "x" * 61}, "A name has 1 to 60 characters."),
        ({"birth_date": "2999-01-01"}, "Please check the date of birth."),
        ({"birth_date": "yesterday"}, "This is not a date."),
        ({"language": "fr"}, "language"),
        ({"home_place": "999999"}, "home_place"),
    ],
)
def test_what_is_wrong_is_not_saved(world, mine, wrong, said):
    page = mine.post("/me/profile", data={**PROFILE, **wrong})
    assert page.status_code == 422
    assert said in page.text
    assert stored(world.volunteer).name == "陈晓梅"


def test_a_new_address_needs_its_own_code(world, mine):
    old = world.volunteer.email
    asked = mine.post("/me/address", data={"address": "new@example.com"})
    assert asked.location == "/me/address/code"
    assert stored(world.volunteer).email == old
    assert mine.get(asked.location).status_code == 200
    refused = mine.post("/me/address/code", data={"code": "000000"})
    assert refused.status_code == 422
    assert stored(world.volunteer).email == old
    done = mine.post("/me/address/code", data={"code": newest_code()})
    assert done.location == "/me/profile"
    assert stored(world.volunteer).email == "new@example.com"
    assert letters("account-address-changed")[0].address == old
    assert mine.post("/me/address/code", data={"code": "1"}).location == "/me/address"


def test_anothers_address_is_refused_only_after_the_proof(world, mine):
    taken = world.coordinator.email
    assert mine.post("/me/address", data={"address": taken}).status_code == 303
    refused = mine.post("/me/address/code", data={"code": newest_code()})
    assert refused.status_code == 409
    assert "Another account already uses" in refused.text
    assert stored(world.coordinator).email == taken


def test_a_password_is_set_and_removed(world, mine):
    weak = mine.post("/me/password", data={"password": "short"})
    assert weak.status_code == 422
    assert "at least 10 characters" in weak.text
    assert mine.post("/me/password", data={"password": "correct horse"}).status_code == 303
    assert stored(world.volunteer).password_hash.startswith("$argon2id$")
    assert "Remove the password" in mine.get("/me/security").text
    assert mine.post("/me/password/remove").status_code == 303
    assert stored(world.volunteer).password_hash is None


def test_a_token_is_shown_once(world, mine, client):
    data = {"name": "my script", "scope": "write", "days": "30"}
    made = mine.post("/me/tokens", data=data)
    assert made.status_code == 201
    token = made.text.split('value="vh_')[1].split('"')[0]
    bearer = {"Authorization": f"Bearer vh_{token}"}
    me = client.get("/api/v1/me", headers=bearer)
    assert me.json["scopes"] == ["read", "write"]
    page = mine.get("/me/security")
    assert "my script" in page.text
    assert token not in page.text
    row = db.session.query(ApiToken).one()
    assert mine.post(f"/me/tokens/{row.id}/revoke").status_code == 303
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    assert "my script" not in mine.get("/me/security").text


def test_nobody_revokes_anothers_token(world, mine, as_person):
    other = as_person(world.other_volunteer)
    other.post("/me/tokens", data={"name": "t", "scope": "read", "days": "30"})
    row = db.session.query(ApiToken).one()
    assert mine.post(f"/me/tokens/{row.id}/revoke").status_code == 404
    db.session.refresh(row)
    assert row.revoked_at is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/me/address"),
        ("post", "/me/address"),
        ("post", "/me/password"),
        ("post", "/me/password/remove"),
        ("post", "/me/tokens"),
        ("get", "/me/leave"),
        ("post", "/me/leave"),
    ],
)
def test_sensitive_changes_ask_for_a_fresh_proof(world, mine, method, path):
    data = {"password": "correct horse", "name": "t", "scope": "read", "days": "30", "sure": "y"}
    answer = getattr(stale(mine), method)(path, **({"data": data} if method == "post" else {}))
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    person = stored(world.volunteer)
    assert (person.password_hash, person.left_at) == (None, None)
    assert db.session.query(ApiToken).count() == 0
    assert mine.get("/sign-in").status_code == 200, "they are let through to prove it"


def test_a_proof_grows_stale_after_half_an_hour(world, mine):
    with mine.session_transaction() as session:
        session["proved_at"] = utc_now().timestamp() - 29 * 60
    assert mine.get("/me/leave").status_code == 200
    with mine.session_transaction() as session:
        session["proved_at"] = utc_now().timestamp() - 31 * 60
    assert mine.get("/me/leave").status_code == 303
    assert mine.get("/me/profile").status_code == 200, "the session itself goes on"


def test_ones_data_is_shown_and_handed_out(world, mine):
    with transaction():
        consent = {"purpose": "privacy-notice", "version": "2026-11", "language": "zh"}
        accounts.give_consent(person=world.volunteer, now=utc_now(), **consent)
    assert world.volunteer.email in mine.get("/me/data").text
    copy = mine.get("/me/data.json")
    assert f"{world.volunteer.volunteer_no}.json" in copy.headers["Content-Disposition"]
    data = json.loads(copy.text)
    assert (data["name"], data["phone"]) == ("陈晓梅", world.volunteer.phone)
    assert data["birth_date"] == "1970-01-01"
    assert data["consents"][0]["version"] == "2026-11"
    assert data["consents"][0]["given_at"].endswith("+08:00")
    assert "password_hash" not in copy.text
    assert db.session.query(AuditEntry).filter_by(verb="exported-own-data").count() == 1


def test_leaving_takes_a_tick(world, mine):
    assert mine.get("/me/leave").status_code == 200
    assert mine.post("/me/leave").status_code == 422
    assert stored(world.volunteer).left_at is None
    left = mine.post("/me/leave", data={"sure": "y"}, follow_redirects=False)
    assert left.location == "/"
    person = stored(world.volunteer)
    assert person.left_at is not None
    assert person.phone is None
    assert mine.get("/me/profile").status_code == 302


@pytest.mark.parametrize("signed_in", [True, False])
def test_language_and_type_are_chosen_on_every_page(world, as_person, signed_in):
    browser = as_person(world.volunteer if signed_in else None, language="zh")
    back = browser.post("/prefs/language", data={"to": "en", "next": "/me/profile?x=1"})
    assert (back.status_code, back.location) == (303, "/me/profile?x=1")
    browser.post("/prefs/elder", data={"on": "1", "next": "/"})
    page = browser.get("/sign-in/password")
    assert '<html lang="en" class="elder"' in page.text
    person = db.session.get_one(Person, world.volunteer.id, populate_existing=True)
    assert (person.language, person.elder_mode) == (("en", True) if signed_in else ("zh", False))
    browser.post("/prefs/elder", data={"on": "0", "next": "/"})
    assert 'class="elder"' not in browser.get("/sign-in/password").text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example/", "", "/?"])
def test_preferences_lead_back_into_the_house(app, client, target):
    answer = client.post("/prefs/language", data={"to": "en", "next": target})
    assert answer.location == "/"


def test_an_unknown_language_is_not_kept(app, client):
    client.post("/prefs/language", data={"to": "xx", "next": "/"})
    with client.session_transaction() as session:
        assert "language" not in session

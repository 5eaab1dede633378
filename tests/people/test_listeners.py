"""Who is known at the door: sessions on pages, tokens below /api, and never the other way."""

from datetime import timedelta

import pytest

from volunteer_hub.foundation import policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.actions.tokens import make_token, revoke_token
from volunteer_hub.people.models import ApiToken
from volunteer_hub.people.queries import callers


@pytest.fixture
def token(world):
    now = utc_now()
    with transaction():
        facts = {"name": "t", "scopes": ["read"], "expires_at": now + timedelta(days=1)}
        return make_token(person=world.coordinator, now=now, **facts)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_the_api_answers_who_the_token_is(world, client, token):
    me = client.get("/api/v1/me", headers=bearer(token))
    assert me.status_code == 200
    assert me.json["id"] == world.coordinator.id
    assert me.json["roles"] == [{"role": policy.COORDINATOR, "place": "ganjiaxiang"}]
    assert me.json["scopes"] == ["read"]
    assert me.json["phone"] == world.coordinator.phone


def test_a_cookie_opens_nothing_below_api(world, as_person):
    refused = as_person(world.coordinator).get("/api/v1/me")
    assert refused.status_code == 401
    assert refused.json["refusal"] == "not-signed-in"
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_opens_no_page(world, client, token):
    assert client.get("/me/profile", headers=bearer(token)).status_code == 302


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic dGVzdDp0ZXN0", "nonsense"])
def test_a_token_that_opens_nothing_is_refused(app, client, header):
    refused = client.get("/api/v1/me", headers={"Authorization": header})
    assert refused.status_code == 401
    assert refused.mimetype == "application/problem+json"


def test_a_wrong_token_is_refused_even_where_none_is_needed(app, client):
    assert client.get("/api/v1/openapi.json").status_code == 200
    refused = client.get("/api/v1/openapi.json", headers=bearer("vh_nonsense"))
    assert refused.status_code == 401


def test_a_revoked_token_is_refused(world, client, token):
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 200
    with transaction():
        revoke_token(token=callers.list_own(ApiToken, world.coordinator.id)[0], now=utc_now())
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 401


def test_the_day_of_the_last_use_is_kept(world, client, token, queries):
    client.get("/api/v1/me", headers=bearer(token))
    db.session.expire_all()
    row = db.session.query(ApiToken).one()
    assert row.last_used_on is not None
    queries.clear()
    client.get("/api/v1/me", headers=bearer(token))
    assert not any(q.startswith("UPDATE") for q in queries), "once a day is enough"
    assert len(queries) <= 3


@pytest.mark.parametrize("broken", ["", "x", "1", "1:x", ":", "0:0", "999999999:0", "1:2:3"])
def test_a_session_that_names_nobody_is_a_visitors(world, client, broken):
    with client.session_transaction() as session:
        session["_user_id"] = broken
    assert client.get("/me/profile").status_code == 302


def test_a_session_of_an_older_epoch_is_a_visitors(world, as_person):
    browser = as_person(world.volunteer)
    assert browser.get("/me/profile").status_code == 200
    with transaction():
        accounts.end_sessions(person=world.volunteer)
    assert browser.get("/me/profile").status_code == 302


def test_whoever_left_is_a_visitor(world, as_person):
    browser = as_person(world.volunteer)
    with transaction():
        world.volunteer.left_at = utc_now()
    assert browser.get("/me/profile").status_code == 302


def test_knowing_a_person_costs_one_query(world, as_person, queries):
    browser = as_person(world.coordinator)
    queries.clear()
    browser.get("/me/leave")
    assert len(queries) == 1


def test_the_accounts_language_and_type_are_used(world, client):
    with transaction():
        world.volunteer.language, world.volunteer.elder_mode = "en", True
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = world.volunteer.get_id(), True
    page = client.get("/me/leave")
    assert '<html lang="en" class="elder"' in page.text
    assert '<html lang="en" class="elder"' in client.get("/no-such-page").text


def test_a_choice_made_in_this_browser_goes_before(world, as_person):
    with transaction():
        world.volunteer.language = "en"
    page = as_person(world.volunteer, language="zh").get("/me/leave")
    assert '<html lang="zh-CN"' in page.text

"""The caller's own papers for programs."""

from datetime import timedelta

import pytest

from tests.factories.credentials import make_credential, make_training
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions.tokens import make_token

THERE = "/api/v1/me/credentials"


@pytest.fixture
def bearer(world):
    with transaction():
        facts = {"name": "test", "scopes": ["read"], "expires_at": utc_now() + timedelta(days=1)}
        token = make_token(person=world.volunteer, now=utc_now(), **facts)
    return {"Authorization": f"Bearer {token}"}


def test_without_a_token(client):
    assert client.get(THERE).status_code == 401


def test_only_one_s_own_the_newest_first(client, world, bearer):
    by = world.coordinator
    revoked = {"revoked_at": utc_now(), "revoked_by": by.id, "revoked_because": "假证"}
    with transaction():
        make_training(world.volunteer, by=by, number="A-1", issuer="红十字会", valid_until=None)
        make_credential(world.volunteer, by=by, **revoked)
        make_credential(world.other_volunteer, by=by)
    body = client.get(THERE, headers=bearer).json
    assert body["next"] is None
    insurance, training = body["items"]
    assert (insurance["kind"], insurance["code"], insurance["name_zh"]) == ("insurance", None, None)
    assert (insurance["valid_from"], insurance["valid_until"]) == ("2026-01-01", "2027-12-31")
    assert insurance["revoked_because"] == "假证"
    assert insurance["revoked_at"].endswith("+08:00")
    assert (training["code"], training["name_en"]) == ("first-aid", "First aid")
    assert (training["number"], training["issuer"]) == ("A-1", "红十字会")
    assert training["valid_until"] is None
    assert training["revoked_at"] is None
    assert training["recorded_at"].endswith("+08:00")


def test_page_by_page(client, world, bearer):
    with transaction():
        for number in range(3):
            make_credential(world.volunteer, by=world.coordinator, number=str(number))
    first = client.get(f"{THERE}?limit=2", headers=bearer)
    assert [item["number"] for item in first.json["items"]] == ["2", "1"]
    assert 'rel="next"' in first.headers["Link"]
    after = first.json["next"]
    second = client.get(THERE, query_string={"limit": 2, "after": after}, headers=bearer)
    assert [item["number"] for item in second.json["items"]] == ["0"]

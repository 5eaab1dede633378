"""Everybody with an account may watch; the gaps are the staff's, each within their places."""

import pytest
import time_machine

from tests.factories.watches import make_watch
from tests.watches.conftest import DAY, NOW
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions.tokens import make_token

ROLES = (policy.VISITOR, *policy.ROLES)
WISH = {"understaffed": "y"}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/watches", 200),
        ("GET", "/watches/new", 200),
        ("GET", "/watches/new?place=ganjiaxiang", 200),
        ("POST", "/watches/new?place=ganjiaxiang", 303),
    ],
)
def test_everybody_with_an_account_may_watch(world, as_person, role, method, path, status):
    answer = as_person(world.roles()[role]).open(path, method=method, data=WISH)
    if role == policy.VISITOR:
        assert (answer.status_code, "/sign-in" in answer.location) == (302, True)
    else:
        assert answer.status_code == status


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "", 200), ("POST", "", 303), ("GET", "/end", 200), ("POST", "/end", 303)],
)
def test_one_s_own_alone(world, as_person, role, method, path, status):
    person = world.roles()[role]
    with transaction():
        own = make_watch(person or world.volunteer, place=world.community, created_at=NOW)
        other = make_watch(world.stranger, place=world.community, created_at=NOW)
    client = as_person(person)
    for watch, wanted in ((own, status), (other, 404)):
        answer = client.open(f"/watches/{watch.id}{path}", method=method, data=WISH)
        assert answer.status_code == (wanted if person else 302)


@pytest.mark.parametrize("role", ROLES)
def test_the_gaps_are_the_staff_s(world, shift, as_person, role):
    answer = as_person(world.roles()[role]).get("/watches/gaps")
    wanted = 200 if role in policy.STAFF else 302 if role == policy.VISITOR else 403
    assert answer.status_code == wanted
    assert ("more needed" in answer.text) is (wanted == 200)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("scope", ["read", "write"])
def test_the_call_is_the_staff_s(world, shift, client, role, scope):
    person = world.roles()[role]
    headers = {}
    if person:
        facts = {"name": "test", "scopes": [scope], "expires_at": NOW + DAY, "now": NOW}
        with transaction():
            headers = {"Authorization": f"Bearer {make_token(person=person, **facts)}"}
    answer = client.get("/api/v1/gaps", headers=headers)
    may = role in policy.STAFF and scope == "read"
    assert answer.status_code == (200 if may else 401 if role == policy.VISITOR else 403)


@pytest.mark.parametrize("role", ROLES)
def test_the_link_to_the_gaps_stands_where_it_opens(world, as_person, role):
    person = world.roles()[role]
    if person:
        shown = "/watches/gaps" in as_person(person).get("/watches").text
        assert shown is (role in policy.STAFF)

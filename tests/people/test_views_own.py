"""Every own page for every role: visitors are sent to sign in, the others see their own."""

import pytest

from volunteer_hub.foundation import policy
from volunteer_hub.foundation.doors import permission_of

ROLES = (policy.VISITOR, *policy.ROLES)
OWN = ("/me/profile", "/me/address", "/me/security", "/me/data", "/me/data.json", "/me/leave")
OPEN = ("/sign-in/password", "/sign-in/link/x")
WRITES = (
    "/me/profile",
    "/me/address",
    "/me/address/code",
    "/me/password",
    "/me/password/remove",
    "/me/tokens",
    "/me/tokens/1/revoke",
    "/me/leave",
)


@pytest.mark.parametrize("path", OWN)
@pytest.mark.parametrize("role", ROLES)
def test_own_pages(world, as_person, role, path):
    person = world.roles()[role]
    page = as_person(person).get(path)
    if person is None:
        assert page.status_code == 302
        assert page.location.startswith(f"/sign-in?next={path}")
        return
    assert page.status_code == 200
    others = [other for other in world.roles().values() if other not in (None, person)]
    assert not any(other.phone in page.text or other.email in page.text for other in others)


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("role", ROLES)
def test_open_pages(world, as_person, role, path):
    assert as_person(world.roles()[role]).get(path).status_code == 200


@pytest.mark.parametrize("path", WRITES)
def test_visitors_change_nothing(world, client, path):
    answer = client.post(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_every_change_of_ones_own_needs_the_write_scope(app):
    """The pages are for sessions, but the table must say what a token would need."""
    rules = [r for r in app.url_map.iter_rules() if r.rule.startswith("/me/")]
    loose = [
        rule.endpoint
        for rule in rules
        if rule.endpoint.startswith("people.")
        and "POST" in (rule.methods or ())
        and permission_of(rule.endpoint, app).scope != "write"
    ]
    assert loose == []

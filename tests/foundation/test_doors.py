"""The doorkeeper: no route opens without a permission, and everybody is known once."""

import functools

import pytest
from flask import Flask, g

from volunteer_hub.foundation.doors import current_actor, is_api, permission_of, permits
from volunteer_hub.foundation.policy import COORDINATOR, NOBODY, Actor, everybody

OPEN = everybody("open")


def test_the_house_stands(app, client):
    assert client.get("/healthz").status_code == 200


def test_a_permission_is_found_through_what_is_wrapped_around_the_function():
    @permits(OPEN)
    def view():
        return "seen"

    def around(*args):
        return view(*args)

    bare, told = functools.partial(view), around
    told.__wrapped__ = view  # type: ignore[attr-defined]
    app = Flask(__name__)
    app.view_functions.update(view=view, told=told, bare=bare)
    assert permission_of("view", app) is OPEN
    assert permission_of("told", app) is OPEN
    assert permission_of("bare", app) is None
    assert permission_of("nowhere", app) is None
    assert view() == "seen"


def test_a_route_without_a_permission_opens_to_nobody(house):
    with pytest.raises(RuntimeError, match=r"tried\.unguarded names no permission"):
        house.test_client().get("/tried/unguarded")


def test_whoever_asks_is_looked_up_once(house):
    asked = []
    kept = house.extensions["actor_loader"]
    house.extensions["actor_loader"] = lambda: asked.append(1) or Actor(person_id=1)
    try:
        house.test_client().get("/tried/signed-in")
        assert len(asked) == 1
        house.test_client().get("/tried/signed-in")
        assert len(asked) == 2
    finally:
        house.extensions["actor_loader"] = kept


def test_where_nobody_can_be_known_nobody_is_there():
    with Flask(__name__).app_context():
        assert current_actor() is NOBODY
        assert g.actor is NOBODY


@pytest.mark.parametrize(
    ("path", "api"),
    [("/api/v1/me", True), ("/api/", True), ("/api", False), ("/apiary", False), ("/me", False)],
)
def test_programs_are_told_from_readers_by_their_address(house, path, api):
    with house.test_request_context(path):
        assert is_api() is api


def test_two_readers_are_two(house, sign_in):
    """What one request learned about its reader is not known to the next."""
    assert sign_in(COORDINATOR).get("/tried/staff").status_code == 200
    assert sign_in().get("/tried/staff").status_code == 403
    assert house.test_client().get("/tried/staff").status_code == 302

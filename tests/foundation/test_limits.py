"""Rate limits: per person, shared through Valkey, and open when it is away."""

import logging
from contextlib import contextmanager

import pytest
import redis
from flask import Blueprint, request

from tests.conftest import FOR_TESTS, OneRequestOneContext
from volunteer_hub.app import create_app
from volunteer_hub.foundation.doors import permits
from volunteer_hub.foundation.limits import by_address, limiter, seconds_to_wait
from volunteer_hub.foundation.policy import Actor, everybody

OPEN = everybody("open")


@limiter.limit("3 per hour")
@permits(OPEN)
def counted():
    return "counted"


@limiter.limit("3 per hour", key_func=by_address)
@permits(OPEN)
def by_door():
    return "door"


def counted_doors():
    doors = Blueprint("counted", __name__)
    doors.add_url_rule("/counted", "counted", counted)
    doors.add_url_rule("/door", "door", by_door)
    doors.add_url_rule("/api/v1/counted", "called", counted)
    return doors


@contextmanager
def counting(servers, redis_url):
    """Build a house that counts, and leave the one limiter of all houses as it was."""
    settings = servers.settings("postgresql://hub@/hub", REDIS_URL=redis_url)
    app = create_app(settings, **{**FOR_TESTS, "RATELIMIT_ENABLED": True, "TESTING": False})
    app.extensions["actor_loader"] = lambda: Actor(
        person_id=int(request.headers["X-Person"]) if "X-Person" in request.headers else None
    )
    app.test_client_class = OneRequestOneContext
    app.register_blueprint(counted_doors())
    yield app
    limiter.enabled = False


@pytest.fixture
def house(servers):
    with redis.Redis.from_url(servers.redis_url) as client:
        for key in client.scan_iter("LIMITS:*"):
            client.delete(key)
    with counting(servers, servers.redis_url) as app:
        yield app
        app.extensions["limiter"].copy().pop().storage.storage.close()


def visit(app, path="/counted", *, person=None, address="10.0.0.1"):
    headers = {"Accept-Language": "en"} | ({"X-Person": str(person)} if person else {})
    return app.test_client().get(path, headers=headers, environ_base={"REMOTE_ADDR": address})


def statuses(app, times, **who):
    return [visit(app, **who).status_code for _ in range(times)]


def test_too_many_are_told_when_to_come_back(house):
    assert statuses(house, 3) == [200, 200, 200]
    page = visit(house)
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 3601
    assert "A little too fast" in page.text
    assert page.mimetype == "text/html"


def test_programs_are_told_with_a_problem(house):
    assert statuses(house, 3, path="/api/v1/counted") == [200, 200, 200]
    told = visit(house, "/api/v1/counted")
    assert told.status_code == 429
    assert told.get_json()["refusal"] == "too-many-requests"
    assert 0 < int(told.headers["Retry-After"]) <= 3601


def test_an_answer_that_is_given_does_not_say_retry(house):
    assert "Retry-After" not in visit(house).headers


def test_a_community_centre_shares_one_address_and_no_count(house):
    for person in (1, 2, 3):
        assert statuses(house, 3, person=person) == [200, 200, 200]
    assert visit(house, person=1).status_code == 429
    assert visit(house, person=4).status_code == 200


def test_a_person_on_the_move_is_counted_as_one(house):
    answers = [visit(house, person=1, address=f"10.0.0.{n}").status_code for n in range(1, 5)]
    assert answers == [200, 200, 200, 429]


def test_visitors_are_counted_by_address(house):
    assert statuses(house, 4) == [200, 200, 200, 429]
    assert visit(house, address="10.0.0.2").status_code == 200


def test_a_door_may_count_addresses_whoever_is_signed_in(house):
    answers = [visit(house, "/door", person=n).status_code for n in range(1, 5)]
    assert answers == [200, 200, 200, 429]


def test_each_door_has_its_own_count(house):
    assert statuses(house, 4) == [200, 200, 200, 429]
    assert visit(house, "/door").status_code == 200


def test_every_door_has_a_limit_by_default(house):
    assert [str(limit.limit) for limit in limiter.limit_manager.default_limits] == [
        "1200 per 1 minute"
    ]


def test_two_processes_count_together(house, servers):
    assert statuses(house, 2) == [200, 200]
    with counting(servers, servers.redis_url) as other:
        assert statuses(other, 2) == [200, 429]


@pytest.mark.parametrize("url", ["unix:///nowhere/valkey.sock", "redis://127.0.0.1:1/0"])
def test_without_a_counter_every_door_is_open(servers, caplog, url):
    with counting(servers, url) as app:
        logging.getLogger().addHandler(caplog.handler)  # making a house sets the log up anew
        assert statuses(app, 5) == [200] * 5
        logging.getLogger().removeHandler(caplog.handler)
        assert limiter.storage.storage.get_retry().get_retries() == 0  # one try, no waiting
    said = [r for r in caplog.records if r.name == "flask-limiter"]
    assert len(said) >= 5
    assert not any(record.exc_info for record in said)


def test_a_network_that_swallows_everything_costs_less_than_a_second(servers):
    with counting(servers, servers.redis_url) as app:
        options = app.config["RATELIMIT_STORAGE_OPTIONS"]
    assert options["socket_connect_timeout"] + options["socket_timeout"] < 1


def test_how_long_to_wait_is_known_even_when_the_counter_is_not_asked(house):
    with house.test_request_context():
        assert seconds_to_wait() == 60

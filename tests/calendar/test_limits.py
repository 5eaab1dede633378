"""A program that runs wild is told to wait, and nobody else is."""

import pytest
import redis

from tests.conftest import FOR_TESTS, OneRequestOneContext
from volunteer_hub.app import create_app
from volunteer_hub.foundation.limits import limiter


@pytest.fixture
def counting_client(servers):
    """A visitor of a house that counts; it has no database, which the count does not need."""
    with redis.Redis.from_url(servers.redis_url) as client:
        for key in client.scan_iter("LIMITS:*"):
            client.delete(key)
    settings = servers.settings("postgresql://hub@/hub")
    app = create_app(settings, **{**FOR_TESTS, "RATELIMIT_ENABLED": True, "TESTING": False})
    app.test_client_class = OneRequestOneContext
    yield app.test_client()
    limiter.enabled = False
    app.extensions["limiter"].copy().pop().storage.storage.close()


def test_a_feed_is_read_thirty_times_a_minute_at_most(counting_client):
    statuses = [counting_client.get("/shifts/feed/one.ics").status_code for _ in range(31)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:30]
    assert counting_client.get("/shifts/feed/another.ics").status_code != 429

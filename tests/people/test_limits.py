"""How often one network, or one account, may try: counted in Valkey, so with the limits on."""

import pytest

from tests import servers as real
from tests.conftest import FOR_TESTS, TEMPLATE
from volunteer_hub.app import create_app
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.limits import limiter


@pytest.fixture
def limited(servers):
    """An app that counts; the limits are switched off again for every other test."""
    name = real.fresh_name("hub_limited")
    settings = servers.settings(servers.create(name, template=TEMPLATE))
    app = create_app(settings, **FOR_TESTS | {"RATELIMIT_ENABLED": True})
    limiter.reset()
    yield app
    limiter.reset()
    limiter.enabled = False
    with app.app_context():
        db.engine.dispose()
    servers.drop(name)


def test_one_network_asks_for_twenty_codes_a_minute(limited):
    client = limited.test_client()
    answers = [
        client.post("/sign-in", data={"address": f"1380013{n:04d}"}).status_code for n in range(21)
    ]
    assert answers == [303] * 20 + [429]
    other = {"REMOTE_ADDR": "192.0.2.7"}
    data = {"address": "13800139999"}
    assert client.post("/sign-in", data=data, environ_base=other).status_code == 303


def test_one_account_is_tried_five_times_a_minute_from_anywhere(limited):
    client = limited.test_client()
    answers = [
        client.post(
            "/sign-in/password",
            data={"address": "mei@example.com ", "password": "guess"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{n}"},
        ).status_code
        for n in range(6)
    ]
    assert answers == [422] * 5 + [429]
    data = {"address": "other@example.com", "password": "guess"}
    assert client.post("/sign-in/password", data=data).status_code == 422

"""Bells wake workers through the broker, and cost nothing when it is away."""

import json
from types import SimpleNamespace

import pytest
import redis

import config
from volunteer_hub.foundation import bells, facts
from volunteer_hub.foundation.bells import BELLS, Bellringer, broker_answers
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.facts import Fact
from workers.app import QUEUES

QUEUE = "vh:messages"  # our own prefix, so that one server may serve several programs
NOWHERE = "unix:///nowhere/valkey.sock"


@pytest.fixture
def valkey(servers):
    with redis.Redis.from_url(servers.redis_url) as client:
        client.delete("vh:messages", "vh:stats")
        yield client


@pytest.fixture
def ringer(app, servers):
    """Put a bellringer that is not silent into the house."""
    silent = app.extensions["bellringer"]
    app.extensions["bellringer"] = ringer_to(servers.redis_url)
    yield app.extensions["bellringer"]
    app.extensions["bellringer"].celery.close()
    app.extensions["bellringer"] = silent


def ringer_to(url, *, silent=False):
    wanted = {"BROKER": config.broker(url), "BELLS_SILENT": silent}
    return Bellringer(SimpleNamespace(config=wanted))  # type: ignore[arg-type]


@pytest.fixture
def hour(monkeypatch):
    """A clock to turn by hand."""
    told = [1000.0]
    monkeypatch.setattr(bells, "time", SimpleNamespace(monotonic=lambda: told[0]))
    return told


def test_the_wake_up_arrives_in_the_queue_of_its_task(ringer, valkey):
    with transaction():
        bells.ring("messages-due")
        assert valkey.llen(QUEUE) == 0
    assert valkey.llen(QUEUE) == 1
    message = json.loads(valkey.lindex(QUEUE, 0))
    assert message["headers"]["task"] == "messages.deliver"
    assert message["headers"]["expires"]


def test_the_wake_up_carries_nothing(ringer, valkey):
    ringer.ring("messages-due")
    headers = json.loads(valkey.lindex(QUEUE, 0))["headers"]
    assert headers["argsrepr"] == "()"
    assert headers["kwargsrepr"] == "{}"
    assert headers["eta"] is None


def test_nothing_arrives_after_a_rollback(ringer, valkey):
    with pytest.raises(ZeroDivisionError), transaction():
        bells.ring(f"messages-due{1 // 0}")
    with transaction():
        bells.ring("facts-changed")
    assert valkey.llen(QUEUE) == 0
    assert valkey.llen("vh:stats") == 1


@pytest.mark.parametrize("name", BELLS)
def test_every_bell_has_a_task_and_a_queue(name):
    task, queue = BELLS[name]
    assert task.count(".") == 1
    assert queue in QUEUES


def test_a_burst_wakes_once(ringer, valkey, hour):
    for _ in range(5):
        ringer.ring("messages-due")
    ringer.ring("facts-changed")  # another bell is not held back
    assert (valkey.llen(QUEUE), valkey.llen("vh:stats")) == (1, 1)
    hour[0] += bells.SHORTEST_PAUSE
    ringer.ring("messages-due")
    assert valkey.llen(QUEUE) == 2


def test_a_silent_ringer_sends_nothing(valkey, servers):
    ringer_to(servers.redis_url, silent=True).ring("messages-due")
    assert valkey.llen(QUEUE) == 0


@pytest.mark.parametrize(
    "url", [NOWHERE, "redis://127.0.0.1:1/0", "redis+sentinel://127.0.0.1:1/0?master=x"]
)
def test_a_broker_that_is_away_costs_nothing(app, caplog, url):
    app.extensions["bellringer"], kept = ringer_to(url), app.extensions["bellringer"]
    try:
        with transaction():
            bells.ring("messages-due")
        assert caplog.text.count("did not reach the broker") == 1
    finally:
        app.extensions["bellringer"] = kept


def test_it_is_asked_once_and_then_left_alone_for_a_while(hour):
    """Each try may wait for a network that swallows it: one writer in five seconds does."""
    ringer = ringer_to(NOWHERE)
    tries = []
    ringer.celery.send_task = lambda *_, **__: tries.append(hour[0]) or 1 / 0
    for moment in (0, 1, 4.9, 5.0, 5.2):
        hour[0] = 1000.0 + moment
        ringer.ring("messages-due")
    assert tries == [1000.0, 1005.0]


def test_one_try_is_short():
    options = ringer_to(NOWHERE).celery.conf.broker_transport_options
    assert options["max_retries"] == 0
    assert options["socket_connect_timeout"] < 1
    assert options["socket_timeout"] < 1
    assert options["global_keyprefix"] == "vh:"


def test_the_broker_answers_or_does_not(app, servers):
    kept = app.extensions["bellringer"]
    try:
        app.extensions["bellringer"] = ringer_to(servers.redis_url)
        assert broker_answers()
        app.extensions["bellringer"] = ringer_to(NOWHERE)
        assert not broker_answers()
    finally:
        app.extensions["bellringer"] = kept


class TestFacts:
    @pytest.fixture
    def heard(self, app):
        """Who listens upstairs has its own tests; here is only what was said."""
        seen = []

        def hear(_sender, *, facts):
            seen.append((facts, db.session.info.get("open")))

        kept = bells.facts_changed.receivers.copy()
        bells.facts_changed.receivers.clear()
        bells.facts_changed.connect(hear)
        yield seen
        bells.facts_changed.disconnect(hear)
        bells.facts_changed.receivers.update(kept)

    def test_are_heard_inside_the_transaction_and_wake_the_compiler_after_it(
        self, heard, ringer, valkey, world
    ):
        from datetime import date

        fact = Fact(
            kind="hours", place_id=1, project_id=None, on=date(2026, 12, 5), amount=90, person_id=7
        )
        with transaction():
            facts.announce(fact, fact)
            assert heard == [([fact, fact], True)]
            assert valkey.llen("vh:stats") == 0
        assert fact.rows == 1
        assert valkey.llen("vh:stats") == 1

    def test_nothing_to_announce_is_no_announcement(self, heard, ringer, valkey):
        with transaction():
            facts.announce()
        assert heard == []
        assert valkey.llen("vh:stats") == 0

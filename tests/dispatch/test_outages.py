"""Servers that are away, silent or slow."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from standalone.sinks.running import Sinks, running_sinks
from tests.messages.letter import attempts, later, post_trial, the_letter
from tests.servers import Servers
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now
from volunteer_hub.messages.rules.times import GRACE


def test_one_probe_a_run_while_a_channel_is_down(
    committed: Flask, servers: Servers, tmp_path: Path
) -> None:
    with running_sinks(servers.var / "run", inbox=tmp_path):
        pass  # the port file now names a port where nobody listens
    for number in range(5):
        post_trial(f"letter-{number}", channels={"email", "sms"})
    count = deliver(clock=database_now)
    assert (count.sent, count.pending) == (0, 2)
    tried = [the_letter(f"letter-{n}", c).attempts for n in range(5) for c in ("email", "sms")]
    assert sum(tried) == 2  # what was not tried is not counted as tried
    assert {the_letter(f"letter-{n}").state for n in range(5)} == {"pending"}
    with running_sinks(servers.var / "run", inbox=tmp_path) as sinks:
        assert deliver(clock=later(seconds=31)).sent == 10
        assert len(sinks.mail.arrivals()) == len(sinks.sms.arrivals()) == 5


def test_one_channel_down_does_not_hold_the_other(committed: Flask, sinks: Sinks) -> None:
    (Path(sinks.sms_url.removeprefix("sink://"))).unlink()
    post_trial(channels={"email", "sms"})
    assert deliver(clock=database_now).sent == 1
    assert the_letter(channel="sms").state == "pending"
    assert the_letter(channel="sms").reason.startswith("No server")


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_lost_answer_is_unknown_and_not_sent_again(
    committed: Flask, sinks: Sinks, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("volunteer_hub.carriers.channels.window.ANSWERS_WITHIN", 1)
    sinks.mail_faults.lose = sinks.sms_faults.lose = 1.0
    post_trial(channels={channel})
    assert deliver(clock=database_now).unknown == 1
    assert the_letter(channel=channel).state == "unknown"
    assert attempts(channel=channel)[0][0] == "sending"
    for hours in (1, 23):
        assert deliver(clock=later(hours=hours)).sent == 0
    arrivals = sinks.mail.arrivals() if channel == "email" else sinks.sms.arrivals()
    assert len(arrivals) == 1
    assert the_letter(channel=channel).state == "unknown"


def test_a_kind_may_be_sent_again_with_the_same_bytes(committed: Flask, sinks: Sinks) -> None:
    sinks.mail_faults.lose = 1.0
    post_trial(on_unknown="resend-same-bytes")
    deliver(clock=database_now)
    sinks.mail_faults.lose = 0.0
    assert deliver(clock=later(seconds=GRACE.total_seconds() - 10)).sent == 0
    assert deliver(clock=later(seconds=GRACE.total_seconds() + 10)).sent == 1
    first, second = sinks.mail.arrivals()
    assert first["raw"] == second["raw"]
    assert the_letter().state == "sent"


def test_an_expired_letter_is_not_sent_again(committed: Flask, sinks: Sinks) -> None:
    sinks.mail_faults.lose = 1.0
    post_trial(on_unknown="resend-same-bytes", lasts=timedelta(minutes=1))
    deliver(clock=database_now)
    sinks.mail_faults.lose = 0.0
    assert deliver(clock=later(minutes=10)).sent == 0
    assert the_letter().state == "unknown"


def test_an_idle_connection_that_was_closed_costs_nothing(committed: Flask, sinks: Sinks) -> None:
    """The server drops every connection after each letter; all arrive, each in one attempt."""
    sinks.mail_faults.hang_up = True
    for number in range(4):
        post_trial(f"letter-{number}")
    assert deliver(clock=database_now).sent == 4
    assert len(sinks.mail.arrivals()) == 4
    assert {the_letter(f"letter-{number}").attempts for number in range(4)} == {0}

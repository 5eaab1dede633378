"""The service's numbers for Prometheus, read from the database: the same from every process."""

import hmac
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as TYPE

from volunteer_hub.carriers import queries as carriers
from volunteer_hub.carriers.channels.opening import ways
from volunteer_hub.foundation import heartbeat
from volunteer_hub.messages.queries import lateness
from volunteer_hub.messages.queries import outbox as messages

__all__ = ["TYPE", "is_known", "write"]


def is_known(token: str, authorization: str) -> bool:
    """Compare the bearer token in constant time; without a token the page does not exist."""
    return bool(token) and hmac.compare_digest(f"Bearer {token}".encode(), authorization.encode())


def write(*, now: datetime) -> bytes:
    """Write the outbox, how late letters left, and each part's silence."""
    registry = CollectorRegistry()
    _outbox(registry, now)
    _lateness(registry, now)
    _carriers(registry)
    silence = Gauge("hub_silence_seconds", "Since the last heartbeat", ["part"], registry=registry)
    for part, last in heartbeat.last_beats().items():
        silence.labels(part).set((now - last).total_seconds())
    return generate_latest(registry)


def _outbox(registry: CollectorRegistry, now: datetime) -> None:
    letters = Gauge(
        "hub_messages",
        "Messages due in the last seven days; lane 0 codes, 1 letters, 2 mailings",
        ["state", "channel", "lane"],
        registry=registry,
    )
    for state, channel, lane, count in lateness.by_lane(now=now):
        letters.labels(state, channel, lane).set(count)
    outbox = messages.outbox_numbers(now=now)
    numbers = {
        "hub_due": ("Messages that may leave now", outbox.due),
        "hub_planned": ("Messages whose time, or next try, is still to come", outbox.planned),
        "hub_at_work": ("Messages that are being handed over", outbox.at_work),
        "hub_unknown": ("Messages of any age whose outcome nobody knows", outbox.unknown),
    }
    for name, (meaning, value) in numbers.items():
        Gauge(name, meaning, registry=registry).set(value)
    oldest = outbox.oldest_due
    Gauge("hub_oldest_due_seconds", "Age of the oldest due letter", registry=registry).set(
        max((now - oldest).total_seconds(), 0) if oldest else 0
    )


def _lateness(registry: CollectorRegistry, now: datetime) -> None:
    """A window, not a counter: it is read from the letters themselves and forgets with them."""
    within = Gauge(
        "hub_left_within",
        "Messages due in the last 24 h that left within le seconds of being due; +Inf: all due",
        ["le"],
        registry=registry,
    )
    left, letters = lateness.letters_within(now=now)
    for seconds, count in left.items():
        within.labels(seconds).set(count)
    within.labels("+Inf").set(letters)


def _carriers(registry: CollectorRegistry) -> None:
    """Tell which servers are left alone for a while, and how the letters are shared out."""
    names = ["carrier", "channel"]
    broken = Gauge("hub_carrier_broken", "1 unless the breaker is closed", names, registry=registry)
    weight = Gauge("hub_carrier_weight", "Its share of the letters now", names, registry=registry)
    for one in carriers.list_carriers([way.name for way in ways()]):
        broken.labels(one.name, one.channel).set(one.state != "closed")
        weight.labels(one.name, one.channel).set(one.weight)

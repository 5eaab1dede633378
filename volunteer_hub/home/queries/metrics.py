"""The service's numbers for Prometheus, read from the database: the same from every process."""

import hmac
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as TYPE

from volunteer_hub.foundation import heartbeat
from volunteer_hub.messages.queries import outbox as messages

__all__ = ["TYPE", "is_known", "write"]


def is_known(token: str, authorization: str) -> bool:
    """Compare the bearer token in constant time; without a token the page does not exist."""
    return bool(token) and hmac.compare_digest(f"Bearer {token}".encode(), authorization.encode())


def write(*, now: datetime) -> bytes:
    """Write the outbox by state, the age of the oldest due letter and each part's silence."""
    registry = CollectorRegistry()
    letters = Gauge(
        "hub_messages",
        "Messages due in the last seven days, by state",
        ["state"],
        registry=registry,
    )
    outbox = messages.outbox_numbers(now=now)
    for state in sorted({line.state for line in outbox.counted}):
        letters.labels(state).set(outbox.total(state))
    oldest = outbox.oldest_due
    Gauge("hub_oldest_due_seconds", "Age of the oldest due letter", registry=registry).set(
        max((now - oldest).total_seconds(), 0) if oldest else 0
    )
    silence = Gauge("hub_silence_seconds", "Since the last heartbeat", ["part"], registry=registry)
    for part, last in heartbeat.last_beats().items():
        silence.labels(part).set((now - last).total_seconds())
    return generate_latest(registry)

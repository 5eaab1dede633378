"""Keep texts in the outbox that the provider has not approved."""

from flask import Flask

from volunteer_hub.filings.queries import is_held_back
from volunteer_hub.messages.queries.outbox import HELD_BACK


def init_app(_app: Flask) -> None:
    HELD_BACK.add(is_held_back)

"""What this room tells the post office: which letters their readers turned off."""

from flask import Flask

from volunteer_hub.messages.queries.outbox import TURNED_OFF
from volunteer_hub.preferences.queries import is_turned_off


def init_app(_app: Flask) -> None:
    TURNED_OFF.add(is_turned_off)

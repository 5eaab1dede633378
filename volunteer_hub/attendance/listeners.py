"""What this room does when a room below announces something."""

from typing import Any

from flask import Flask

from volunteer_hub.attendance.models import Presence
from volunteer_hub.foundation.bells import own_data_asked
from volunteer_hub.foundation.own_data import rows_about


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out when one came and went."""
    return rows_about(person_id, Presence)


def init_app(_app: Flask) -> None:
    own_data_asked.connect(tell)

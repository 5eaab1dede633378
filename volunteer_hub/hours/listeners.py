"""What this room does when a room below announces something."""

from typing import Any

from flask import Flask

from volunteer_hub.foundation.bells import own_data_asked
from volunteer_hub.foundation.own_data import rows_about
from volunteer_hub.hours.models import Dispute, Hours


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out every minute that was written down, the rejected too, and what one disputed."""
    return rows_about(person_id, Hours) | rows_about(person_id, Dispute, by="opened_by")


def init_app(_app: Flask) -> None:
    own_data_asked.connect(tell)

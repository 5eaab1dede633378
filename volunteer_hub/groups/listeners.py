"""What this room does when a room below announces something."""

from typing import Any

from flask import Flask

from volunteer_hub.foundation.bells import own_data_asked, person_left
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.own_data import rows_about
from volunteer_hub.groups.actions.companions import end_all
from volunteer_hub.groups.models import Companion


def end_relations(_sender: object, *, person_id: int) -> None:
    """Let nobody sign up others, or be signed up by others, once the account is closed."""
    end_all(person_id=person_id, now=utc_now())


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out whom one signs up, and what was agreed to."""
    return rows_about(person_id, Companion, by="helper_id")


def init_app(_app: Flask) -> None:
    person_left.connect(end_relations)
    own_data_asked.connect(tell)

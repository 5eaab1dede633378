"""What this room does when a room below announces something."""

from typing import Any

from flask import Flask

from volunteer_hub.foundation.bells import own_data_asked, person_left
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.own_data import rows_about
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.queries.signups import ids_of_coming


def free_places(_sender: object, *, person_id: int) -> None:
    """Give back the coming places of somebody who closed the account; the lines move."""
    now = utc_now()
    for signup_id in ids_of_coming(person_id, now=now):
        leave(signup_id=signup_id, now=now, by=person_id, by_staff=False)


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out every promise, the ended ones too."""
    return rows_about(person_id, Signup)


def init_app(_app: Flask) -> None:
    person_left.connect(free_places)
    own_data_asked.connect(tell)

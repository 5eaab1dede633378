"""What this room does when a room below announces something."""

from typing import Any

from flask import Flask

from volunteer_hub.foundation.bells import own_data_asked, person_left
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.own_data import rows_about
from volunteer_hub.watches.actions.watching import end
from volunteer_hub.watches.models import Watch
from volunteer_hub.watches.queries.watches import ids_live


def end_all(_sender: object, *, person_id: int) -> None:
    """End the watches of somebody who closed the account."""
    now = utc_now()
    for watch_id in ids_live(person_id):
        end(watch_id=watch_id, by=person_id, now=now)


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out what one watches, the ended too."""
    return rows_about(person_id, Watch)


def init_app(_app: Flask) -> None:
    person_left.connect(end_all)
    own_data_asked.connect(tell)

"""What this room does when a room below announces something."""

from flask import Flask

from volunteer_hub.foundation.bells import person_left
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.queries.signups import ids_of_coming


def free_places(_sender: object, *, person_id: int) -> None:
    """Give back the coming places of somebody who closed the account; the lines move."""
    now = utc_now()
    for signup_id in ids_of_coming(person_id, now=now):
        leave(signup_id=signup_id, now=now, by=person_id, by_staff=False)


def init_app(app: Flask) -> None:
    person_left.connect(free_places)

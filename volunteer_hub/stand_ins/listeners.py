"""What this room does when a room below announces something."""

from flask import Flask

from volunteer_hub.foundation.bells import person_left
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.stand_ins.actions import decline
from volunteer_hub.stand_ins.queries import ids_asked_of


def answer_for(_sender: object, *, person_id: int) -> None:
    """Say no for somebody who closed the account, to everybody who waits for their answer."""
    for request_id in ids_asked_of(person_id):
        decline(request_id=request_id, by=person_id, now=utc_now())


def init_app(_app: Flask) -> None:
    person_left.connect(answer_for)

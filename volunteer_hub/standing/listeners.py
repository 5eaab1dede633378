"""What this room does when a room below announces something."""

from datetime import datetime

from flask import Flask

from volunteer_hub.foundation.bells import person_left, shift_published
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.standing.actions.filling import fill_shift
from volunteer_hub.standing.actions.orders import stop
from volunteer_hub.standing.queries.orders import ids_running


def sign_up(_sender: object, *, shift_id: int, now: datetime) -> None:
    """Sign up whoever helps with the series of this shift every time."""
    fill_shift(shift_id=shift_id, now=now)


def stop_all(_sender: object, *, person_id: int) -> None:
    """Stop the orders of somebody who closed the account; signups gave the places back."""
    for order_id in ids_running(person_id):
        stop(order_id=order_id, by=person_id, giving_back=False, now=utc_now())


def init_app(app: Flask) -> None:
    shift_published.connect(sign_up)
    person_left.connect(stop_all)

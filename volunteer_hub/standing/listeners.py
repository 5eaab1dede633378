"""What this room does when a room below announces something."""

from datetime import datetime
from typing import Any

from flask import Flask

from volunteer_hub.foundation.bells import own_data_asked, person_left, shift_published
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.own_data import rows_about
from volunteer_hub.standing.actions.filling import fill_shift
from volunteer_hub.standing.actions.orders import stop
from volunteer_hub.standing.models import StandingOrder
from volunteer_hub.standing.queries.orders import ids_running


def sign_up(_sender: object, *, shift_id: int, now: datetime) -> None:
    """Sign up whoever helps with the series of this shift every time."""
    fill_shift(shift_id=shift_id, now=now)


def stop_all(_sender: object, *, person_id: int) -> None:
    """Stop the orders of somebody who closed the account; signups gave the places back."""
    for order_id in ids_running(person_id):
        stop(order_id=order_id, by=person_id, giving_back=False, now=utc_now())


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out what one promised until one stops."""
    return rows_about(person_id, StandingOrder)


def init_app(_app: Flask) -> None:
    own_data_asked.connect(tell)
    shift_published.connect(sign_up)
    person_left.connect(stop_all)

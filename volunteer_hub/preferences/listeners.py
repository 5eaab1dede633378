"""What this room hears from below, and what it tells the post office when it asks."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Flask

from volunteer_hub.foundation.bells import channels_ticked, own_data_asked, person_left
from volunteer_hub.foundation.own_data import rows_about
from volunteer_hub.messages.queries.nights import OWN_HOURS
from volunteer_hub.messages.queries.outbox import TURNED_OFF
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.preferences.actions import come_again, forget_night
from volunteer_hub.preferences.models import QuietHours
from volunteer_hub.preferences.queries import is_turned_off, own_hours


def let_come(_sender: object, *, person_id: int, channels: Collection[str], now: datetime) -> None:
    """Bring back what stayed away while a channel was not ticked, wherever it is ticked again."""
    person = get_person(person_id)
    for channel in sorted(channels):
        come_again(person=person, channel=channel, now=now)


def forget(_sender: object, *, person_id: int) -> None:
    forget_night(person_id=person_id)


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out when one sleeps; what one turned off is told by room people."""
    return rows_about(person_id, QuietHours)


def init_app(_app: Flask) -> None:
    TURNED_OFF.add(is_turned_off)
    OWN_HOURS.add(own_hours)
    channels_ticked.connect(let_come)
    person_left.connect(forget)
    own_data_asked.connect(tell)

"""What this room does when a room below announces something."""

from flask import Flask

from volunteer_hub.credentials import actions
from volunteer_hub.foundation.bells import person_left


def forget_numbers(_sender: object, *, person_id: int) -> None:
    """Wipe the numbers of somebody who closed the account."""
    actions.forget(person_id=person_id)


def init_app(_app: Flask) -> None:
    person_left.connect(forget_numbers)

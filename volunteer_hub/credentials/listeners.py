"""What this room does when a room below announces something."""

from typing import Any

from flask import Flask

from volunteer_hub.credentials import actions
from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.bells import own_data_asked, person_left
from volunteer_hub.foundation.own_data import rows_about


def forget_numbers(_sender: object, *, person_id: int) -> None:
    """Wipe the numbers of somebody who closed the account."""
    actions.forget(person_id=person_id)


def tell(_sender: object, *, person_id: int) -> dict[str, Any]:
    """Hand out what one can show, the revoked too."""
    return rows_about(person_id, Credential, leave_out=("told_days",))


def init_app(_app: Flask) -> None:
    person_left.connect(forget_numbers)
    own_data_asked.connect(tell)

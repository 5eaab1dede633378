"""Tell people in time that a paper of theirs runs out."""

import time

from celery import shared_task

from volunteer_hub.credentials import actions
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

TIME_BOX = 20.0  # seconds; what is left then waits for tomorrow, and a notice has days for it


@shared_task(name="credentials.tell_expiring")
def tell_expiring() -> None:
    """Tell batch by batch until everybody knows; killed anywhere, the next run goes on."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not actions.tell_expiring(now=utc_now()):
                break

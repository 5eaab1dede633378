"""Tell whoever looks after a place how its month went."""

import time

from celery import shared_task

from volunteer_hub.digests import actions
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

TIME_BOX = 20.0  # seconds; what is left then waits for the next wake-up


@shared_task(name="digests.tell_month")
def tell_month() -> None:
    """Tell batch by batch until everybody knows; killed anywhere, the next run goes on."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not actions.tell_month(now=utc_now()):
                break

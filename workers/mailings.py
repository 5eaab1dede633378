"""Put what coordinators wrote to many into the outbox, a batch at a time."""

import time

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.mailings.actions import post_batch

SECONDS = 4.0


@shared_task(name="mailings.post")
def post() -> None:
    """Go on until all is posted or the time is over; any number may run at once."""
    ends, more = time.monotonic() + SECONDS, True
    while more and time.monotonic() < ends:
        with transaction():
            more = post_batch(now=utc_now())

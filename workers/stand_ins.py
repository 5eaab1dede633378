"""Close requests that nobody can answer any more."""

import time

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.stand_ins import actions

TIME_BOX = 20.0  # seconds; what is left then waits for the next tick


@shared_task(name="stand_ins.close_ended")
def close_ended() -> None:
    """Go on until none is left; killed anywhere, the next run goes on."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not actions.close_ended(now=utc_now()):
                break

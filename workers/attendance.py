"""Check out whoever forgot to, so that nobody serves for days."""

import time

from celery import shared_task

from volunteer_hub.attendance.actions import presence
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

TIME_BOX = 20.0  # seconds; what is left then waits for the next tick


@shared_task(name="attendance.close_forgotten")
def close_forgotten() -> None:
    """Close piece by piece until none is left; killed anywhere, the next run goes on."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not presence.close_forgotten(now=utc_now()):
                break

"""Pass on offers that nobody answered, and give out by fairness what everybody could ask for."""

import time

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.signups.actions import offers

TIME_BOX = 20.0  # seconds; what is left then waits for the next tick


@shared_task(name="signups.lapse_offers")
def lapse_offers() -> None:
    """Go on until no offer is overdue; killed anywhere, the next run goes on."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not offers.lapse(now=utc_now()):
                break

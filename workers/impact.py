"""Keep the public figures in step with the facts."""

import logging
import time

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.impact import actions

log = logging.getLogger(__name__)
TIME_BOX = 20.0  # seconds; what is left then waits for the next bell


@shared_task(name="impact.compile")
def compile_pending() -> None:
    """Add what waits, batch by batch, until nothing does."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends:
        with transaction():
            if not actions.compile_cells(now=utc_now()):
                break


@shared_task(name="impact.verify")
def verify() -> None:
    """Compare with the facts every night; tell of each difference and repair it."""
    with transaction():
        found = actions.verify(now=utc_now())
    for difference in found:
        log.error("A roll-up differed: %s", difference)
    if found:
        with transaction():
            actions.rebuild(now=utc_now())

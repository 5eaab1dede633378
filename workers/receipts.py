"""Let receipts become true of their letters."""

import logging
import time

from celery import shared_task
from sqlalchemy.exc import OperationalError

from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.receipts import actions

log = logging.getLogger(__name__)
TIME_BOX = 15.0  # seconds; what is left then waits for the next tick


@shared_task(name="receipts.apply")
def apply() -> None:
    """Apply what waits, and end pauses that are over; any number of these may run at once."""
    ends = time.monotonic() + TIME_BOX
    while time.monotonic() < ends and _apply_some():
        pass
    with transaction():
        actions.end_pauses(now=database_now())


def _apply_some() -> int:
    try:
        with transaction():
            return actions.apply_waiting(now=database_now())
    except OperationalError as error:  # somebody holds a letter; the receipts are still there
        log.warning("Receipts wait: %s", type(error.orig).__name__)
        return 0

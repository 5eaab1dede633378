"""Sweep up below the stairs."""

import logging

from celery import shared_task

from volunteer_hub.foundation import replay
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

log = logging.getLogger(__name__)


@shared_task(name="foundation.sweep_replays")
def sweep_replays() -> None:
    """Forget the kept answers of writes that nobody repeats any more."""
    with transaction():
        log.info("Kept answers forgotten: %s", replay.sweep(now=utc_now()))

"""Signs of life: one of each worker, by a task, and one of beat, from its own loop."""

import logging
import time
from typing import Any

from celery import shared_task
from celery.beat import Scheduler
from sqlalchemy.exc import SQLAlchemyError

from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.database import database_now, transaction

log = logging.getLogger(__name__)
EVERY = 10.0  # seconds


@shared_task(name="heartbeat.worker")
def worker(name: str = "worker") -> None:
    """Say that the worker behind this queue takes tasks."""
    with transaction():
        heartbeat.beat(name, now=database_now())


class BeatingScheduler(Scheduler):
    """Beat without a file: nothing in its table needs a memory, and a file can break.

    Writes the sign of life "beat" as it goes round, so that one can tell a dead beat from a
    dead worker.
    """

    last_sign = -EVERY

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Go round once; the database may be away, the table goes on."""
        if time.monotonic() - self.last_sign >= EVERY:
            self.last_sign = time.monotonic()
            try:
                self.app.tasks["heartbeat.worker"](name="beat")
            except SQLAlchemyError as error:
                log.warning("Beat cannot reach the database: %s", type(error).__name__)
        return super().tick(*args, **kwargs)

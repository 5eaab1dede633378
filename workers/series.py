"""Make the days of series ahead of time."""

import logging

from celery import shared_task

from volunteer_hub.activities.queries.series import ids_going_on
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.series.actions.expansion import expand

log = logging.getLogger(__name__)


@shared_task(name="series.expand")
def expand_all() -> None:
    """Make the days series by series; one that fails waits for tomorrow and holds up no other."""
    now = utc_now()
    for series_id in ids_going_on(today=now.date()):
        try:
            with transaction():
                expand(series_id=series_id, now=now)
        except Exception:  # its own trouble, in the log with its number
            log.exception("The days of series %s were not made", series_id)

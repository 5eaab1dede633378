"""Give back what is kept for groups past its deadline."""

import logging

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.groups.actions.reservations import release
from volunteer_hub.groups.queries.reservations import ids_due

log = logging.getLogger(__name__)
AT_ONCE = 200  # what is left then waits for the next tick


@shared_task(name="groups.release_ended")
def release_ended() -> None:
    """End one after another; one that fails waits for the next tick and holds up no other."""
    now = utc_now()
    for reservation_id in ids_due(now=now, limit=AT_ONCE):
        try:
            with transaction():
                release(reservation_id=reservation_id, now=now)
        except Exception:  # its own trouble, in the log with its number
            log.exception("Reservation %s was not ended", reservation_id)

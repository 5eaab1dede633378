"""Sign standing volunteers up for what was published before they began, or opens only now."""

import logging

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.standing.actions.filling import fill_next
from volunteer_hub.standing.queries.due import list_due

log = logging.getLogger(__name__)
AT_ONCE = 200  # what is left then waits for the next tick


@shared_task(name="standing.sign_up")
def sign_up() -> None:
    """Try order by order; one that fails waits for the next tick and holds up no other."""
    now = utc_now()
    for due in list_due(now=now, limit=AT_ONCE):
        try:
            with transaction():
                fill_next(due=due, now=now)
        except Exception:  # its own trouble, in the log with its number
            log.exception("The order %s was not tried on shift %s", due.order_id, due.shift_id)

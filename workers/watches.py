"""Tell who watches a place or a series what has changed about its shifts."""

from celery import shared_task

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.watches.actions import looking


@shared_task(name="watches.look")
def look() -> None:
    """Look once: all that is new is written and told together, or left to the next look."""
    with transaction():
        looking.look(now=utc_now())

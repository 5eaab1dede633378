"""Hand over letters that are due."""

import logging

from celery import shared_task

from volunteer_hub.dispatch import actions as drain
from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.rules.states import LANE_CODES

log = logging.getLogger(__name__)
SECONDS = 15.0  # shorter than the soft shutdown, so that a stopping worker ends in order
DRAIN = "messages-drain"


@shared_task(name="messages.deliver")
def deliver() -> None:
    """Deliver until nothing is due; any number of these may run at once."""
    with transaction():
        heartbeat.beat(DRAIN, now=database_now())
    count = drain.deliver(clock=database_now, seconds=SECONDS).as_dict()
    if any(count.values()):
        log.info("Letters: %s", count)


@shared_task(name="messages.deliver_codes")
def deliver_codes() -> None:
    """Deliver sign-in codes and nothing else: they have a queue of their own."""
    drain.deliver(clock=database_now, seconds=SECONDS, lanes=(LANE_CODES,))


@shared_task(name="messages.tidy")
def tidy() -> None:
    """Forget what old letters said."""
    with transaction():
        forgotten = post_office.tidy(now=database_now())
    log.info("Letters forgotten: %s", forgotten)

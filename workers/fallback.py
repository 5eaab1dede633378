"""Deliver without Celery while nobody else does: python -m workers.fallback.

When Redis is away no task runs at all. The drain needs only PostgreSQL, and any number may run at
once, so this process looks at the drain's sign of life and steps in when it has stopped.
"""

import logging
import signal
import threading

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from volunteer_hub.app import create_app
from volunteer_hub.dispatch import actions
from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.database import database_now, db, transaction
from workers.messages import DRAIN

log = logging.getLogger(__name__)
LOOKS_EVERY = 5.0  # seconds
DELIVERS_FOR = 20.0  # seconds before it looks again whether it is still needed
FALLBACK = "messages-fallback"


def watch_the_outbox(app: Flask, stop: threading.Event) -> None:
    """Step in whenever the drain has been silent for thirty seconds, until told to stop."""
    stepped_in = False
    while not stop.wait(LOOKS_EVERY):
        with app.app_context():
            try:
                needed = deliver_if_nobody_does()
            except SQLAlchemyError as error:
                log.warning("The outbox cannot be read: %s", type(error).__name__)
                continue
            finally:
                db.session.remove()
        if needed != stepped_in:
            log.warning("The drain is silent; delivering here." if needed else "The drain is back.")
        stepped_in = needed


def deliver_if_nobody_does() -> bool:
    """Look once, deliver if need be, and tell whether there was need."""
    with transaction():
        now = database_now()
        silent = heartbeat.silent(DRAIN, now=now)
        heartbeat.beat(FALLBACK, now=now, detail="delivering" if silent else "watching")
    if silent:
        actions.deliver(clock=database_now, seconds=DELIVERS_FOR)
    return silent


def main() -> None:
    """Watch until somebody says stop."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    watch_the_outbox(create_app(), stop)


if __name__ == "__main__":
    main()

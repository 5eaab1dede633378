"""Everything the house announces, on one page.

A *bell* rings after the commit and wakes a worker by the task's name. It carries nothing: the
work itself is a row in the database, so a bell that is lost, late or doubled changes nothing
but the latency.  A *signal* is heard inside the transaction by rooms further up the stairs.
"""

import logging
import time

from blinker import Signal
from celery import Celery
from flask import Flask, current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

from volunteer_hub.foundation.database import after_commit

log = logging.getLogger(__name__)

# bell → the task it wakes and the queue the task waits in
BELLS = {
    "messages-due": ("messages.deliver", "messages"),
    "codes-due": ("messages.deliver_codes", "codes"),
    "receipts-waiting": ("receipts.apply", "messages"),
    "facts-changed": ("impact.compile", "stats"),
    "import-waiting": ("services.run_imports", "stats"),
}

# Heard inside the transaction. Keyword arguments stand behind each name.
facts_changed = Signal("facts-changed")  # facts: list[Fact]; impact adds them up
person_signed_in = Signal("person-signed-in")  # person_id: int
person_renamed = Signal("person-renamed")  # person_id: int
person_left = Signal("person-left")  # person_id: int; the account is closed
channels_ticked = Signal("channels-ticked")  # person_id, channels, now: letters may come on them
own_data_asked = Signal("own-data-asked")  # person_id: int; answered with rows: see own_data.py
shift_published = Signal("shift-published")  # shift_id: int, now: datetime; people may sign up

SHORTEST_PAUSE = 0.1  # seconds between two rings of one bell from one process
AWAY_FOR = 5.0  # seconds in which a broker that did not answer is not asked again; a tick's length
# Whoever rings has a reader waiting: one short try, where the library would wait six seconds.
SHORT = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5}
ONE_SHORT_TRY = {
    **SHORT,
    "max_retries": 0,
    "sentinel_kwargs": {**SHORT, "retry": Retry(NoBackoff(), 0)},
}


class Bellringer:
    """Wake workers through the broker; say nothing when it is away."""

    def __init__(self, app: Flask) -> None:
        self.rung: dict[str, float] = {}
        self.away_until = 0.0
        self.silent = bool(app.config.get("BELLS_SILENT"))
        self.celery = Celery("bells", set_as_current=False)
        broker = app.config["BROKER"]
        options = {**broker["broker_transport_options"], **ONE_SHORT_TRY}
        self.celery.conf.update({**broker, "broker_transport_options": options})

    def ring(self, name: str) -> None:
        """Send the wake-up; a missing broker costs nothing but the tick's delay."""
        now = time.monotonic()
        just_rung = now - self.rung.get(name, -1.0) < SHORTEST_PAUSE
        if self.silent or just_rung or now < self.away_until:
            return
        self.rung[name] = now
        task, queue = BELLS[name]
        try:
            self.celery.send_task(task, queue=queue, retry=False, ignore_result=True, expires=30)
        except Exception as error:  # the broker may be anything but there
            self.away_until = time.monotonic() + AWAY_FOR
            log.warning("The bell %s did not reach the broker: %s", name, type(error).__name__)


def ring(name: str) -> None:
    """Ring the bell once this transaction is stored."""
    ringer: Bellringer = current_app.extensions["bellringer"]
    after_commit(lambda: ringer.ring(name))


def broker_answers() -> bool:
    """Tell whether the broker takes a connection right now."""
    ringer: Bellringer = current_app.extensions["bellringer"]
    try:
        with ringer.celery.connection_for_write() as connection:
            connection.ensure_connection(max_retries=0, timeout=1)
    except Exception:  # the transports raise many types; each means the same here
        return False
    return True


def init_app(app: Flask) -> None:
    app.extensions["bellringer"] = Bellringer(app)

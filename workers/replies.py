"""Hear what people write by SMS, and answer it."""

import logging
import time
from collections import Counter

from celery import shared_task
from sqlalchemy.exc import OperationalError

from volunteer_hub.foundation.database import database_now, transaction
from volunteer_hub.foundation.settings import settings
from volunteer_hub.messages import actions as post_office
from volunteer_hub.replies.actions import by_text

log = logging.getLogger(__name__)
LISTENS = 3.0  # seconds; the message centre keeps what it cannot bring meanwhile
TIME_BOX = 15.0  # seconds; what is left then waits for the next tick


@shared_task(name="replies.listen")
def listen() -> None:
    """Take what came in, then answer it one by one; killed anywhere, the next run goes on."""
    if not settings().sms_url:
        return
    post_office.listen(clock=database_now, seconds=LISTENS)
    ends, became = time.monotonic() + TIME_BOX, Counter[str]()
    while time.monotonic() < ends and (outcome := _answer_next()):
        became[outcome] += 1
    if became:
        log.info("Texts from phones: %s", dict(became))


def _answer_next() -> str | None:
    try:
        with transaction():
            return by_text.answer_next(now=database_now())
    except OperationalError as error:  # somebody holds what it needs; it is still there next time
        log.warning("A text waits: %s", type(error.orig).__name__)
        return None

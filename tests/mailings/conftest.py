from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.mailings import actions
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.mailings.rules import CONFIRMED, Words
from volunteer_hub.messages.models import Message
from volunteer_hub.shifts.models import Shift

NOW = datetime(2026, 12, 7, 4, tzinfo=UTC)  # noon in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = Words(
    subject_zh="换门", text_zh="请走东门。", subject_en="Gate", text_en="Use the east gate."
)


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shift(world) -> Shift:
    """A shift in two days: one person has a place, one waits."""
    with transaction():
        made = make_shift(
            world.community, starts_at=NOW + 2 * DAY, ends_at=NOW + 2 * DAY + 3 * HOUR
        )
        make_signup(made, world.volunteer)
        make_signup(made, world.other_volunteer, state="waitlisted")
        return made


def draft(world, *, by=None, **more: Any) -> Mailing:
    facts: dict[str, Any] = {"words": WORDS, "channels": ["email", "sms"], "audience": CONFIRMED}
    by = (by or world.coordinator).id
    with transaction():
        return actions.draft(place=world.community, by=by, **(facts | more))


def send(mailing: Mailing, *, now: datetime = NOW) -> bool:
    with transaction():
        return actions.send(mailing_id=mailing.id, by=mailing.made_by, now=now)


def work(*, now: datetime = NOW) -> int:
    """Do what the worker does; give how many batches it took."""
    batches = 0
    while True:
        with transaction():
            if not actions.post_batch(now=now):
                return batches
        batches += 1


def letters(mailing: Mailing, **where: Any) -> list[Message]:
    found = select(Message).filter_by(topic=mailing.topic, **where).order_by(Message.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))

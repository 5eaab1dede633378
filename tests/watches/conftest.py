from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.shifts import make_shift
from tests.world import World
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.places.models import Place
from volunteer_hub.shifts.models import Shift
from volunteer_hub.watches.actions.looking import look

NOW = datetime(2026, 12, 7, 4, tzinfo=UTC)  # noon in Shanghai, a Monday
START = datetime(2026, 12, 9, 1, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HELD = 10 * MINUTE


def shift_at(place: Place, *, at: datetime = START, **more: Any) -> Shift:
    """A shift of three hours that needs two people."""
    return make_shift(place, starts_at=at, ends_at=at + 3 * HOUR, **({"minimum": 2} | more))


def letters(**where: Any) -> list[Message]:
    """The news that were posted, as they stand now."""
    found = select(Message).filter_by(kind="watch-news", **where).order_by(Message.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def look_at(now: datetime) -> int:
    """Look in a transaction of its own, as the worker does."""
    with transaction():
        return look(now=now)


def hear(now: datetime = NOW) -> int:
    """Look, and again once what was seen has stood for long enough."""
    look_at(now)
    return look_at(now + HELD)


@pytest.fixture
def shift(app: Flask, world: World) -> Shift:
    """A shift in two days that needs two people, has none, and has five places."""
    with transaction():
        return shift_at(world.community)


def set_staff(shift: Shift, **numbers: int) -> None:
    """Write the counters of a shift, as joining and leaving do."""
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        for name, number in numbers.items():
            setattr(held, name, number)


def activity_of(shift: Shift) -> Activity:
    return db.session.get_one(Activity, shift.activity_id)

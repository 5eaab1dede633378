from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.shifts import make_shift, make_signup
from tests.world import World
from volunteer_hub.foundation.database import transaction
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

NOW = datetime(2026, 12, 7, 4, tzinfo=UTC)
START = datetime(2026, 12, 9, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def shift(app: Flask, world: World) -> Shift:
    """A shift in two days with five places."""
    with transaction():
        return make_shift(world.community, starts_at=START, ends_at=START + 3 * HOUR)


@pytest.fixture
def mine(world: World, shift: Shift) -> Signup:
    """The volunteer's place on it."""
    with transaction():
        return make_signup(shift, world.volunteer)

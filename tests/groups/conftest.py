from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.shifts import make_shift
from tests.world import World
from volunteer_hub.foundation.database import transaction
from volunteer_hub.groups.actions.companions import Agreed
from volunteer_hub.groups.actions.together import Helper
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift

NOW = datetime(2026, 12, 7, 4, tzinfo=UTC)
START = datetime(2026, 12, 9, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = date(2026, 12, 7)
TEN_YEARS_OLD, GROWN_UP = date(2016, 5, 1), date(1950, 5, 1)
GUARDIAN = Agreed("guardian", "我是孩子的监护人，我同意。", "zh")
OWN_WORD = Agreed("own_word", "本人同意。", "zh")


@pytest.fixture
def shift(app: Flask, world: World) -> Shift:
    """A shift in two days with five places."""
    with transaction():
        return make_shift(world.community, starts_at=START, ends_at=START + 3 * HOUR)


@pytest.fixture
def mother(world: World) -> Person:
    with transaction():
        world.volunteer.home_place = world.community
    return world.volunteer


@pytest.fixture
def helper(mother: Person) -> Helper:
    return Helper(mother)

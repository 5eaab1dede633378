"""A family: a boy of thirteen without a phone, and his mother."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.people import make_person
from tests.world import World
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.models import Person

TODAY = date(2026, 12, 5)
NOW = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)  # 9:00 in Lanzhou
DAY = timedelta(days=1)
NO_ADDRESS = {"phone": None, "email": None}


@pytest.fixture
def neighbour(world: World) -> Person:
    """A volunteer who lives in the community of everybody's roles, and reads English."""
    with transaction():
        world.volunteer.home_place_id = world.community.id
        world.volunteer.language = "en"
    return world.volunteer


@pytest.fixture
def mother(world: World) -> Person:
    with transaction():
        return make_person("林芳", home_place_id=world.community.id, language="en")


@pytest.fixture
def boy(world: World, mother: Person) -> Person:
    with transaction():
        born, home = date(2013, 5, 1), world.community.id
        reached = {**NO_ADDRESS, "reached_through_id": mother.id}
        return make_person("林小宝", birth_date=born, home_place_id=home, **reached)

"""A market morning at the community: five places, one of them taken by the world's volunteer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from tests.factories.shifts import make_shift, make_signup
from tests.world import World
from volunteer_hub.attendance.rules import codes
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.models import Signup

START = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)  # 8:00 in Lanzhou
END = START + timedelta(hours=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def shift(world: World) -> Shift:
    with transaction():
        project = make_project(world.community)
        activity = make_activity(
            world.community, starts_at=START, ends_at=END, project_id=project.id
        )
        return make_shift(world.community, activity=activity)


@pytest.fixture
def signup(world: World, shift: Shift) -> Signup:
    with transaction():
        return make_signup(shift, world.volunteer)


@contextmanager
def announced() -> Iterator[list[Fact]]:
    """Collect the facts that are announced inside."""
    heard: list[Fact] = []

    def hear(_sender: object, *, facts: list[Fact]) -> None:
        heard.extend(facts)

    with bells.facts_changed.connected_to(hear):
        yield heard


@pytest.fixture
def english(world: World) -> World:
    """The world, where everybody reads English: pages are tested by their source sentences."""
    with transaction():
        for person in vars(world).values():
            if isinstance(person, Person):
                person.language = "en"
    return world


def token_of(app: Flask, shift: Shift, *, now: datetime = START) -> str:
    """Make the token that the screen at the entrance shows at that moment."""
    key = codes.key_of(app.config["SECRET_KEY"])
    return codes.write_token(codes.rotating(shift.id, now=now), key=key)


def at(now: datetime) -> Any:
    """Let the clock stand still at that moment."""
    return time_machine.travel(now, tick=False)

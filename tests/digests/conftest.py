"""Two communities with a little more than a year of services, hours and money; the 3rd at 9:00."""

from collections.abc import Generator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from standalone.sinks.running import Sinks, running_sinks
from tests.factories.people import make_person
from tests.factories.projects import make_project
from tests.impact.facts import make_day, make_entry, make_hours, make_record
from tests.servers import Servers
from tests.world import World
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import transaction
from volunteer_hub.impact import actions as impact

SHANGHAI = ZoneInfo("Asia/Shanghai")
OCTOBER = Days.month(date(2026, 10, 1))
DUE = datetime(2026, 11, 3, 1, tzinfo=UTC)  # 9:00 in Shanghai


def fill(world: World) -> None:
    """October 2026: 300 professional, 85 outreach, 3 people 4.5 hours; a year before: 240, 85."""
    here = world.community
    with transaction():
        for on, professional, outreach in (
            (date(2025, 10, 9), 240, 85),
            (date(2026, 5, 5), 400, 131),
            (date(2026, 10, 9), 300, 85),
        ):
            make_record(here, on, professional)
            make_record(here, on, outreach, mode="outreach")
        make_record(world.neighbour, date(2026, 10, 9), 7)
        make_record(here, date(2026, 11, 1), 999)
        shift = make_day(here, date(2026, 10, 10), capacity=5)
        for name in ("甲", "乙", "丙"):
            make_hours(shift, make_person(name), 90)
        make_entry(make_project(here, slug="silver"), "spent", date(2026, 10, 12), 123_450)
    with transaction():
        impact.compile_cells(now=DUE)


@pytest.fixture
def town(world: World) -> World:
    fill(world)
    return world


@pytest.fixture
def sinks(servers: Servers, tmp_path: Path) -> Generator[Sinks]:
    """Run the receiving servers where the settings of every test look for them."""
    with running_sinks(servers.var / "run", inbox=tmp_path / "inbox") as running:
        yield running

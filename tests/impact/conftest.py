"""A small story in numbers: 2019 with two projects, a little of 2026."""

from dataclasses import dataclass
from datetime import date

import pytest

from tests.factories.people import make_person
from tests.factories.projects import make_project
from tests.impact.facts import NOW, make_day, make_entry, make_hours, make_record
from tests.world import World
from volunteer_hub.foundation.database import transaction
from volunteer_hub.impact import actions
from volunteer_hub.projects.models import Project


@dataclass
class Story:
    """2019: 300 + 200 professional, 100 outreach; 15,000 yuan for two projects; 7 volunteers.

    Their 21 hours: 9 clocked, 3 confirmed by the coordinator, 7.5 back-filled, 1.5 self-declared.
    `silver` is at home in the community, `plants` in the neighbouring one.
    """

    world: World
    silver: Project
    plants: Project


def compile_all() -> None:
    with transaction():
        actions.compile_cells(now=NOW)


@pytest.fixture
def story(world: World) -> Story:
    here, there = world.community, world.neighbour
    with transaction():
        silver = make_project(here, slug="silver", title_en="Silver Guard", title_zh="银龄守护")
        plants = make_project(there, slug="plants", title_en="Plants", title_zh="绿植换万家")
        make_entry(silver, "awarded", date(2019, 5, 6), 1_000_000)
        make_entry(plants, "awarded", date(2019, 5, 7), 500_000)
        make_entry(silver, "paid_out", date(2019, 5, 20), 500_000)
        make_entry(silver, "spent", date(2019, 9, 1), 123_450)
        make_record(here, date(2019, 3, 5), 300, project=silver)
        make_record(there, date(2019, 9, 5), 200, project=plants)
        make_record(there, date(2019, 9, 5), 100, mode="outreach")
        make_record(here, date(2019, 9, 6), 999, state="draft")
        wrong = make_record(here, date(2019, 3, 6), 50)
        make_record(here, date(2019, 3, 6), -50, takes_back=wrong)
        people = [make_person(f"志愿者{number}") for number in range(7)]
        for month, served, sources in (
            (3, people[:6], ("clocked",) * 6),
            (4, people[:5], ("back_filled",) * 5),
            (9, people[4:], ("confirmed_by_leader", "self_declared", "confirmed_by_leader")),
        ):
            shift = make_day(here if month < 9 else there, date(2019, month, 5), capacity=9)
            for person, source in zip(served, sources, strict=True):
                make_hours(shift, person, 90, source=source)
        late = make_day(here, date(2026, 11, 5))
        make_hours(late, people[0], 120)
        make_record(here, date(2026, 11, 6), 7)
    compile_all()
    return Story(world, silver, plants)

"""The rows behind a figure add up to it, and lists show what one may see."""

from datetime import date
from typing import Any

import pytest

from tests.factories.places import make_place
from tests.factories.projects import make_project
from tests.factories.services import make_record, make_row, make_sheet, work
from tests.world import World
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.paging import read_page
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.queries import records, sheets

KEYS = [ServiceRecord.occurred_on, ServiceRecord.id]


def rows(select: Any, *, limit: int = 200) -> list[ServiceRecord]:
    """Read every page, as the pages do."""
    found, after = [], None
    while True:
        page = read_page(select, keys=KEYS, after=after, limit=limit)
        found += page.items
        after = page.next
        if after is None:
            return found


@pytest.fixture
def book(world: World) -> dict[str, Any]:
    """Verified records of two modes, places and projects, a reversal, a draft, a rejected one."""
    with transaction():
        house = make_place("lou", kind="compound", parent=world.community, name_zh="兰东小区")
        project = make_project(world.community)
        by: dict[str, Any] = {
            "creator": world.grid_worker,
            "verifier": world.coordinator,
            "persons_known": 0,
        }
        wrong = make_record(world.community, person_times=100, **by)
        make_record(world.community, person_times=30, project=project, **by)
        make_record(house, person_times=7, occurred_on=date(2026, 12, 1), **by)
        make_record(world.neighbour, person_times=5, mode="outreach", **by)
        make_record(
            world.community,
            person_times=-100,
            reverses_id=wrong.id,
            reason="重复",
            **by,
        )
        make_record(world.elsewhere, world.partner_contact, person_times=1000)
    return {"project": project, "house": house}


@pytest.mark.parametrize(
    ("wanted", "amount", "count"),
    [
        ({"mode": "professional"}, 37, 4),
        ({"mode": "outreach"}, 5, 1),
        ({"mode": "other"}, 0, 0),
        ({"mode": "professional", "place_path": "/baiyin/ganjiaxiang/"}, 37, 4),
        ({"mode": "professional", "place_path": "/baiyin/ganjiaxiang/lou/"}, 7, 1),
        ({"mode": "outreach", "place_path": "/baiyin/ganjiaxiang/"}, 0, 0),
        ({"place_path": "/baiyin/"}, 42, 5),
        ({"days": Days.month(date(2026, 11, 1))}, 35, 4),
        ({"days": Days(date(2026, 11, 6), date(2026, 12, 1))}, 0, 0),
    ],
)
def test_the_rows_behind_a_figure_add_up_to_it(
    world: World, book: dict[str, Any], wanted: dict[str, Any], amount: int, count: int
) -> None:
    found = rows(records.counted_records(**wanted), limit=2)
    assert sum(record.person_times for record in found) == amount
    assert len(found) == len({record.id for record in found}) == count
    assert found == sorted(found, key=lambda record: (record.occurred_on, record.id))


def test_the_rows_of_one_project(world: World, book: dict[str, Any]) -> None:
    (record,) = rows(records.counted_records(project_id=book["project"].id))
    assert record.person_times == 30


def test_the_sums_of_the_cells_are_the_sums_of_the_rows(world: World, book: dict[str, Any]) -> None:
    cells = db.session.execute(records.fact_sums()).all()
    assert sum(cell.amount for cell in cells) == 42
    assert sum(cell.rows for cell in cells) == 5
    taken_back = next(cell for cell in cells if cell.rows == 2)
    assert (taken_back.kind, taken_back.amount) == ("service.professional", 0)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("grid_worker", 4),
        ("coordinator", 4),
        ("supervisor", 5),
        ("stranger", 1),
        ("partner_contact", 1),
    ],
)
def test_one_sees_ones_places_and_what_one_wrote(
    world: World, book: dict[str, Any], role: str, seen: int
) -> None:
    paths = {
        "grid_worker": (world.community.path,),
        "coordinator": (world.community.path,),
        "supervisor": (world.subdistrict.path,),
        "stranger": (world.elsewhere.path,),
        "partner_contact": (),
    }
    own = world.partner_contact.id if role == "partner_contact" else None
    sight = records.Sight(paths[role], own)
    assert len(rows(records.list_records(sight, records.Wanted()))) == seen


def test_what_waits_is_counted_for_each_person(world: World, book: dict[str, Any]) -> None:
    here = [world.community.path]
    with transaction():
        make_record(world.community, world.coordinator)
        make_record(world.community, world.grid_worker)
        make_record(world.elsewhere, world.stranger)
    assert records.count_waiting(here) == 2
    assert records.count_waiting(here, world.coordinator.id) == 1
    assert records.count_waiting([world.subdistrict.path], world.second_coordinator.id) == 2
    assert records.count_waiting([world.elsewhere.path], world.coordinator.id) == 2
    assert records.count_waiting([], world.coordinator.id) == 0


def test_sheets_wait_as_a_whole(world: World) -> None:
    with transaction():
        batch = make_sheet(world.community, world.grid_worker, [make_row(), make_row()])
        make_record(world.community, world.grid_worker)
    work()
    paths = [world.community.path]
    (waiting,) = sheets.list_waiting_sheets(paths, world.coordinator.id)
    assert (waiting.batch.id, waiting.records, waiting.person_times) == (batch.id, 2, 96)
    assert sheets.list_waiting_sheets(paths, world.grid_worker.id) == []
    single = read_page(
        records.list_waiting(paths, world.coordinator.id), keys=[ServiceRecord.id], after=None
    )
    assert len(single.items) == 1


def test_what_is_not_there_is_not_found(world: World) -> None:
    for get in (records.get_record, records.lock_record, sheets.get_batch, sheets.lock_batch):
        with pytest.raises(NotFound):
            get(0)

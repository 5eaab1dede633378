from datetime import date, timedelta

import pytest

from tests.factories.funding import make_entry
from tests.factories.projects import make_project
from tests.funding.ledger import DAY, approve, reverse, write
from tests.world import World
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.funding import queries as asked
from volunteer_hub.funding.queries import Totals
from volunteer_hub.projects.models import Project


@pytest.fixture
def project(world: World) -> Project:
    with transaction():
        return make_project(world.community)


def test_totals_count_what_is_approved_of_each_project(world: World, project: Project) -> None:
    with transaction():
        other, empty = make_project(world.neighbour), make_project(world.neighbour)
        make_entry(project, "awarded", 18_000)
        make_entry(project, "awarded", 2_000)
        make_entry(project, "paid_out", 9_000)
        make_entry(project, "spent", 100, state="draft")
        make_entry(project, "spent", 100, state="rejected", reason="票据不清")
        make_entry(other, "spent", 7)
    assert asked.totals([project.id, other.id, empty.id]) == {
        project.id: Totals(2_000_000, 900_000, 0),
        other.id: Totals(0, 0, 700),
        empty.id: Totals(0, 0, 0),
    }
    assert asked.totals([]) == {}


def test_totals_of_many_projects_are_one_statement(
    world: World, project: Project, queries: list[str]
) -> None:
    with transaction():
        others = [make_project(world.neighbour) for _ in range(5)]
    queries.clear()
    asked.totals([project.id, *(other.id for other in others)])
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("sums", "payable"),
    [(Totals(5, 3, 9), 2), (Totals(5, 5, 0), 0), (Totals(0, 0, 4), 0)],
)
def test_what_is_left_of_the_award(sums: Totals, payable: int) -> None:
    assert sums.payable == payable


def test_the_ledger_is_paged_the_latest_first(world: World, project: Project) -> None:
    with transaction():
        days = [DAY + timedelta(days=n // 2) for n in range(7)]
        made = [make_entry(project, "spent", 5, occurred_on=day) for day in days]
        make_entry(project, "spent", 5, state="draft")
        make_entry(make_project(world.community), "spent", 5)
    seen, after = [], None
    while True:
        page = asked.list_ledger(project.id, after=after, limit=3)
        seen += [entry.id for entry in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [entry.id for entry in reversed(made)]
    assert [entry.id for entry in asked.list_whole_ledger(project.id)] == seen[::-1]


def test_the_last_payment_is_one_that_stands(world: World, project: Project) -> None:
    assert asked.find_last_payment(project.id) is None
    approve(write(project, world.coordinator), world.supervisor)
    first, last = (
        approve(
            write(project, world.coordinator, "paid_out", 100 + n, occurred_on=date(2026, n, 1)),
            world.supervisor,
        )
        for n in (5, 8)
    )
    approve(write(project, world.coordinator, "spent", 1), world.supervisor)
    write(project, world.coordinator, "paid_out", 3, occurred_on=date(2026, 9, 1))
    assert asked.find_last_payment(project.id) == date(2026, 8, 1)
    back = reverse(last, world.coordinator)
    assert asked.find_last_payment(project.id) == date(2026, 8, 1)
    approve(back, world.supervisor)
    assert asked.find_last_payment(project.id) == first.occurred_on


def test_what_waits_is_listed_by_place_the_oldest_first(world: World, project: Project) -> None:
    with transaction():
        elsewhere = make_project(world.elsewhere)
    older = write(project, world.coordinator, yuan=1)
    newer = write(project, world.coordinator, yuan=2)
    far = write(elsewhere, world.stranger)
    approve(write(project, world.coordinator, yuan=3), world.supervisor)

    def waiting(*paths: str) -> list[int]:
        return [entry.id for entry in asked.list_waiting(paths).items]

    assert waiting(world.subdistrict.path) == [older.id, newer.id]
    assert waiting(world.community.path, world.elsewhere.path) == [older.id, newer.id, far.id]
    assert waiting(world.neighbour.path) == waiting() == []
    assert asked.count_waiting([world.subdistrict.path]) == 2
    assert asked.count_waiting([]) == 0
    assert [entry.id for entry in asked.list_waiting_of(project.id)] == [older.id, newer.id]


def test_a_page_of_what_waits_is_one_statement(
    world: World, project: Project, queries: list[str]
) -> None:
    for number in range(1, 5):
        write(project, world.coordinator, yuan=number)
    db.session.expunge_all()
    queries.clear()
    page = asked.list_waiting([world.subdistrict.path], limit=3)
    assert {entry.project.place.code for entry in page.items} == {"ganjiaxiang"}
    assert {entry.creator.name for entry in page.items} == {"马丽"}
    assert page.next
    assert len(queries) == 1

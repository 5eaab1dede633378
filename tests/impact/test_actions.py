"""Changes are noted with the fact, added exactly once, rebuilt from the facts, and compared."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text

from tests.factories.projects import make_project
from tests.impact.facts import NOW, make_day, make_entry, make_hours, make_record
from tests.world import build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.impact import actions
from volunteer_hub.impact.models import Cell, CellDelta, CellPerson, StatRun

MAY = date(2026, 5, 6)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def cells() -> list[tuple[str, int, int]]:
    return [tuple(row) for row in db.session.execute(select(Cell.kind, Cell.amount, Cell.rows))]


def compile_all() -> int:
    with transaction():
        return actions.compile_cells(now=NOW)


def check() -> list[str]:
    with transaction():
        return [str(one) for one in actions.verify(now=NOW)]


def test_a_fact_notes_its_change_in_its_own_transaction(world):
    with transaction():
        make_record(world.community, MAY, 25)
    noted = db.session.scalars(select(CellDelta)).one()
    assert (noted.kind, noted.place_id, noted.project_id) == (
        "service.professional",
        world.community.id,
        0,
    )
    assert (noted.day, noted.amount, noted.rows, noted.person_id) == (MAY, 25, 1, None)


def test_a_fact_that_is_rolled_back_notes_nothing(world):
    def break_down() -> None:
        with transaction():
            make_record(world.community, MAY, 25)
            assert count(CellDelta) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_down()
    assert count(CellDelta) == 0


def test_a_draft_notes_nothing(world):
    with transaction():
        make_record(world.community, MAY, 25, state="draft")
        make_entry(make_project(world.community), "awarded", MAY, 100, state="draft")
        make_hours(make_day(world.community, MAY), world.volunteer, 60, state="recorded")
    assert count(CellDelta) == 0
    assert check() == []


def test_compiling_adds_up_a_cell(world):
    with transaction():
        for times in (25, 10, 5):
            make_record(world.community, MAY, times)
    assert compile_all() == 3
    assert cells() == [("service.professional", 40, 3)]
    assert (count(CellDelta), compile_all()) == (0, 0)
    run = db.session.scalars(select(StatRun)).one()
    assert (run.kind, run.changes, run.started_at) == ("compile", 3, NOW)


def test_a_reversal_takes_the_amount_back_and_stays_a_row(world):
    with transaction():
        wrong = make_record(world.community, MAY, 25)
    compile_all()
    with transaction():
        make_record(world.community, MAY, -25, takes_back=wrong)
    compile_all()
    assert cells() == [("service.professional", 0, 2)]
    assert check() == []


def test_a_cell_that_came_to_nothing_is_dropped(world):
    fact = {"kind": "hours.clocked", "place_id": 1, "project_id": None, "on": MAY, "person_id": 7}
    with transaction():
        announce(Fact(**fact, amount=60, rows=1))
    compile_all()
    assert (count(Cell), count(CellPerson)) == (1, 1)
    with transaction():
        announce(Fact(**fact, amount=-60, rows=-1))
    compile_all()
    assert (count(Cell), count(CellPerson)) == (0, 0)


def test_compiling_goes_in_batches_in_order(world):
    with transaction():
        for times in range(1, 8):
            make_record(world.community, MAY, times)
    taken = []
    for _ in range(4):
        with transaction():
            taken.append(actions.compile_cells(now=NOW, limit=3))
    assert taken == [3, 3, 1, 0]
    assert cells() == [("service.professional", 28, 7)]


def test_presence_is_kept_for_hours_only(world):
    with transaction():
        shift = make_day(world.community, MAY)
        make_hours(shift, world.volunteer, 150)
        make_hours(shift, world.other_volunteer, 90)
        make_record(world.community, MAY, 25)
    compile_all()
    found = db.session.execute(select(CellPerson.person_id, CellPerson.amount, CellPerson.rows))
    assert sorted(map(tuple, found)) == sorted(
        [(world.volunteer.id, 150, 1), (world.other_volunteer.id, 90, 1)]
    )
    assert sorted(cells()) == [("hours.clocked", 240, 2), ("service.professional", 25, 1)]


def test_a_compiler_stopped_before_its_commit_did_nothing(world):
    with transaction():
        make_record(world.community, MAY, 25)

    def be_killed() -> None:
        with transaction():
            assert actions.compile_cells(now=NOW) == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_killed()
    assert (count(CellDelta), count(Cell)) == (1, 0)
    assert check() == []
    assert compile_all() == 1
    assert cells() == [("service.professional", 25, 1)]


def test_rebuilding_computes_from_the_facts_and_drops_what_waits(world):
    with transaction():
        project = make_project(world.neighbour)
        make_record(world.community, MAY, 25, project=project)
        make_entry(project, "awarded", MAY, 1_800_000)
        make_hours(make_day(world.community, MAY), world.volunteer, 150)
    compile_all()
    kept = sorted(cells())
    with transaction():
        db.session.execute(text("update cell set amount = amount + 1"))
        make_record(world.community, MAY, 5, project=project)
    assert len(check()) == 3
    with transaction():
        assert actions.rebuild(now=NOW) == 3
    assert count(CellDelta) == 0
    assert sorted(cells()) == [*kept[:2], ("service.professional", 30, 2)]
    assert check() == []
    with transaction():
        actions.rebuild(now=NOW)
    assert check() == []


def test_verifying_names_each_difference(world):
    with transaction():
        make_record(world.community, MAY, 25)
        make_hours(make_day(world.community, MAY), world.volunteer, 150)
    compile_all()
    with transaction():
        db.session.execute(text("update cell set amount = 24 where kind like 'service%'"))
        db.session.execute(text("delete from cell_person"))
        db.session.execute(
            text(
                "insert into cell_delta (kind, place_id, project_id, day, amount, rows)"
                " values ('funding.spent', 1, 2, '2026-05-07', 700, 1)"
            )
        )
    here, person = world.community.id, world.volunteer.id
    assert check() == [
        "funding.spent place 1 project 2 on 2026-05-07: facts 0 in 0 rows, roll-up 700 in 1 rows",
        f"service.professional place {here} project none on 2026-05-06:"
        " facts 25 in 1 rows, roll-up 24 in 1 rows",
        f"hours.clocked place {here} project none person {person} on 2026-05-06:"
        " facts 150 in 1 rows, roll-up 0 in 0 rows",
    ]
    run = db.session.scalars(select(StatRun).where(StatRun.kind == "verify")).one()
    assert run.differences == 3


def test_an_announcement_below_zero_does_not_stop_the_compiler(world):
    with transaction():
        announce(
            Fact(kind="service.other", place_id=1, project_id=None, on=MAY, amount=-3, rows=-1)
        )
        make_record(world.community, MAY, 25)
    assert compile_all() == 2
    assert len(check()) == 1


def in_threads(app, work, number: int) -> None:
    together = Barrier(number)

    def run() -> None:
        with app.app_context():
            together.wait()
            work()
            db.session.remove()

    threads = [Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_compilers_writers_and_a_rebuilder_at_once(committed):
    world = build_world()

    def write() -> None:
        for _ in range(25):
            with transaction():
                make_record(world.community, MAY, 2)

    def add() -> None:
        for _ in range(25):
            with transaction():
                actions.compile_cells(now=NOW, limit=4)

    def renew() -> None:
        for _ in range(10):
            with transaction():
                actions.rebuild(now=NOW)

    work = [write, add, write, add, renew]
    in_threads(committed, lambda: work.pop()(), len(work))
    assert check() == []
    while compile_all():
        pass
    assert cells() == [("service.professional", 100, 50)]
    assert check() == []


def test_a_second_compiler_leaves_it_to_the_first(committed):
    world = build_world()
    with transaction():
        make_record(world.community, MAY, 25)
    done: list[int] = []

    def other() -> None:
        with transaction():
            done.append(actions.compile_cells(now=NOW))

    with transaction():
        assert actions.compile_cells(now=NOW) == 1
        in_threads(committed, other, 1)
    assert done == [0]
    assert cells() == [("service.professional", 25, 1)]

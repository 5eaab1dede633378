"""An installation with hours in its roll-ups keeps its figures, up and down."""

from datetime import date

import pytest
from alembic import command
from sqlalchemy import func, select, text

from tests.impact.conftest import compile_all
from tests.impact.facts import NOW, make_day, make_hours, make_record
from tests.world import World, build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.facts import Fact, announce
from volunteer_hub.impact import actions
from volunteer_hub.impact.models import Cell, CellDelta, CellPerson

BEFORE, AFTER = "0021_watches", "0022_hour_classes"
MAY = date(2026, 5, 6)


def kinds(model: type) -> dict[str, tuple[int, int]]:
    sums = select(model.kind, func.sum(model.amount), func.sum(model.rows)).group_by(model.kind)
    return {kind: (int(amount), int(rows)) for kind, amount, rows in db.session.execute(sums)}


def move(app, step, revision: str) -> None:
    db.session.remove()
    step(app.extensions["migrate"].migrate.get_config(), revision)


def differences() -> list[str]:
    with transaction():
        return [str(one) for one in actions.verify(now=NOW)]


@pytest.fixture
def town(committed) -> World:
    """Compiled hours of three classes, one row taken back, and some that still wait."""
    world = build_world()
    with transaction():
        shift = make_day(world.community, MAY)
        make_hours(shift, world.volunteer, 61)
        make_hours(shift, world.volunteer, 30, source="back_filled")
        wrong = make_hours(shift, world.other_volunteer, 45, source="self_declared")
        make_hours(shift, world.other_volunteer, -45, takes_back=wrong)
        make_record(world.community, MAY, 25)
    compile_all()
    with transaction():
        make_hours(make_day(world.neighbour, MAY), world.volunteer, 20, source="back_filled")
    return world


CLASSES = {
    "hours.clocked": (61, 1),
    "hours.back_filled": (50, 2),
    "hours.self_declared": (0, 2),
}
SERVED = {"service.professional": (25, 1)}


def test_down_and_up_the_hours_stay(town, committed):
    move(committed, command.downgrade, BEFORE)
    assert kinds(Cell) == {"hours": (91, 4), **SERVED}
    assert kinds(CellPerson) == {"hours": (91, 4)}
    assert kinds(CellDelta) == {"hours": (20, 1)}
    move(committed, command.upgrade, AFTER)
    assert kinds(Cell) == CLASSES | SERVED
    assert kinds(CellPerson) == CLASSES
    assert kinds(CellDelta) == {}  # what waited is counted in the cells
    assert differences() == []


def test_it_may_be_gone_twice(town, committed):
    for _ in range(2):
        move(committed, command.downgrade, BEFORE)
        move(committed, command.upgrade, AFTER)
    assert kinds(Cell) == CLASSES | SERVED
    assert differences() == []


def test_other_changes_that_wait_are_kept(town, committed):
    with transaction():
        make_record(town.community, MAY, 7)
    move(committed, command.downgrade, BEFORE)
    move(committed, command.upgrade, AFTER)
    assert kinds(CellDelta) == {"service.professional": (7, 1)}
    assert differences() == []


def test_a_rebuild_heals_what_old_code_announces_meanwhile(town):
    with transaction():
        person = {"person_id": town.volunteer.id}
        announce(Fact(kind="hours", place_id=1, project_id=None, on=MAY, amount=9, **person))
    compile_all()
    found = differences()
    assert len(found) == 2  # the cell, and the person's
    assert all(one.startswith("hours place 1 ") for one in found)
    with transaction():
        actions.rebuild(now=NOW)
    assert kinds(Cell) == CLASSES | SERVED
    assert differences() == []
    assert db.session.scalar(text("select count(*) from cell where kind = 'hours'")) == 0

"""`hub impact` and the worker: what an operator and the clock can make of the roll-ups."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from tests.impact.facts import make_record
from tests.world import build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.impact.commands import group
from volunteer_hub.impact.models import Cell, CellDelta, StatRun
from workers import impact as worker

MAY = date(2026, 5, 6)


def run(*arguments: str):
    return CliRunner().invoke(group, list(arguments))


def spoil() -> None:
    with transaction():
        db.session.execute(text("update cell set amount = amount - 1"))


def total() -> int:
    return int(db.session.scalar(select(func.sum(Cell.amount))) or 0)


@pytest.fixture
def counted(world):
    with transaction():
        for times in (25, 10):
            make_record(world.community, MAY, times)
    return world


def test_compile_adds_what_waits(counted):
    assert run("compile").output == "added 2 changes\n"
    assert run("compile").output == "added 0 changes\n"
    assert total() == 35


def test_verify_is_content_when_all_is_in_step(counted):
    found = run("verify")
    assert (found.exit_code, found.output) == (0, "0 differences\n")


def test_verify_names_each_difference_and_fails(counted):
    run("compile")
    spoil()
    found = run("verify")
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        f"service.professional place {counted.community.id} project none on 2026-05-06:"
        " facts 35 in 2 rows, roll-up 34 in 2 rows",
        "1 differences",
    ]


def test_verify_tells_programs(counted):
    run("compile")
    assert json.loads(run("verify", "--json").output) == {"differences": []}
    spoil()
    found = run("verify", "--json")
    assert found.exit_code == 1
    [difference] = json.loads(found.output)["differences"]
    assert (difference["amount"], difference["rolled_up_amount"]) == (35, 34)
    assert difference["day"] == "2026-05-06"


def test_rebuild_repairs(counted):
    run("compile")
    spoil()
    assert run("rebuild").output == "rebuilt 1 cells\n"
    assert (total(), run("verify").exit_code) == (35, 0)


def test_the_worker_adds_all_that_waits(committed, monkeypatch):
    world = build_world()
    with transaction():
        for times in range(1, 8):
            make_record(world.community, MAY, times)
    monkeypatch.setattr("volunteer_hub.impact.actions.BATCH", 3)
    worker.compile_pending()
    assert total() == 28
    assert db.session.scalar(select(func.count()).select_from(CellDelta)) == 0


def test_the_nightly_comparison_repairs_and_tells(committed, caplog):
    world = build_world()
    with transaction():
        make_record(world.community, MAY, 25)
    worker.compile_pending()
    spoil()
    worker.verify()
    assert "facts 25 in 1 rows, roll-up 24 in 1 rows" in caplog.text
    assert total() == 25
    caplog.clear()
    worker.verify()
    assert caplog.text == ""
    runs = db.session.execute(select(StatRun.kind, StatRun.differences).order_by(StatRun.id))
    assert [tuple(row) for row in runs] == [
        ("compile", 0),
        ("verify", 1),
        ("rebuild", 0),
        ("verify", 0),
    ]

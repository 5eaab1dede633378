"""Two people, or two workers, at the very same moment; and a worker killed for real."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.factories.services import make_record, make_row, make_sheet, make_xlsx, work
from tests.world import World, build_world
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.places.queries import get_place
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.actions import sheets
from volunteer_hub.services.models import ImportBatch, ServiceRecord

ROUNDS = 5
WORKER = """
from volunteer_hub.app import create_app
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.services.actions import sheets
sheets.PIECE = 2
with create_app(BELLS_SILENT=True).app_context():
    more = 1
    while more:
        with transaction():
            more = sheets.run_imports(now=utc_now())
"""


@pytest.fixture
def town(committed: Flask) -> World:
    world = build_world()
    db.session.remove()
    return world


@pytest.fixture
def announced(committed: Flask) -> Generator[list[Fact]]:
    """Collect the facts that are announced, whoever announces them."""
    facts: list[Fact] = []

    def hear(_sender: object, **said: Any) -> None:
        facts.extend(said["facts"])

    with bells.facts_changed.connected_to(hear):
        yield facts


def at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each in its own transaction; give results or refusals."""
    gate = Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait(timeout=30)
            try:
                with transaction():
                    return act()
            except Exception as error:
                return type(error).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_two_people_verify_the_same_record_and_one_wins(
    committed: Flask, town: World, announced: list[Fact]
) -> None:
    def verify(record_id: int, person: int) -> int:
        return actions.verify_record(record_id=record_id, verifier=person, now=utc_now()).id

    people = (town.coordinator.id, town.second_coordinator.id, town.supervisor.id)
    for _ in range(ROUNDS):
        announced.clear()
        with transaction():
            record_id = make_record(town.community, town.grid_worker).id
        answers = at_once(committed, *(partial(verify, record_id, p) for p in people))
        assert sorted(answers, key=str) == [record_id, "RecordIsSettled", "RecordIsSettled"]
        assert [fact.amount for fact in announced] == [48]


def test_verifying_and_returning_at_once_settles_once(
    committed: Flask, town: World, announced: list[Fact]
) -> None:
    for _ in range(ROUNDS):
        announced.clear()
        with transaction():
            record_id = make_record(town.community, town.grid_worker).id
        answers = at_once(
            committed,
            lambda record_id=record_id: (
                actions.verify_record(
                    record_id=record_id, verifier=town.coordinator.id, now=utc_now()
                ).state
            ),
            lambda record_id=record_id: (
                actions.reject_record(
                    record_id=record_id, rejecter=town.supervisor.id, reason="x", now=utc_now()
                ).state
            ),
        )
        assert answers.count("RecordIsSettled") == 1
        assert len(announced) == answers.count("verified")


def test_two_people_take_the_same_record_back_and_one_may(committed: Flask, town: World) -> None:
    with transaction():
        record_id = make_record(town.community, town.grid_worker, verifier=town.coordinator).id
    people = (town.coordinator.id, town.second_coordinator.id)
    answers = at_once(
        committed,
        *(
            lambda person=person: (
                actions.reverse_record(
                    record_id=record_id, reason="重复", created_by=person, now=utc_now()
                ).reverses_id
            )
            for person in people
        ),
    )
    assert sorted(answers, key=str) == [record_id, "RecordCannotBeReversed"]


def test_the_same_service_typed_in_by_two_at_once_is_written_once(
    committed: Flask, town: World
) -> None:
    def write(person: int) -> str:
        return actions.record_service(
            occurred_on=date(2026, 11, 5),
            place=get_place(town.community.id),
            project=None,
            mode="outreach",
            service_type="探访",
            person_times=3,
            evidence="签到表 9",
            created_by=person,
            now=utc_now(),
        ).state

    people = (town.grid_worker.id, town.coordinator.id, town.second_coordinator.id)
    answers = at_once(committed, *(lambda p=p: write(p) for p in people))
    assert sorted(answers) == ["RecordIsKnown", "RecordIsKnown", "draft"]


def test_the_same_sheet_by_two_at_once_is_taken_once(committed: Flask, town: World) -> None:
    content = make_xlsx([make_row(), make_row()])
    people = (town.grid_worker, town.coordinator)
    answers = at_once(
        committed,
        *(
            lambda person=person: (
                make_sheet(get_place(town.community.id), person, content=content).state
            )
            for person in people
        ),
    )
    assert sorted(answers) == ["SheetIsKnown", "waiting"]
    work()
    assert count(ServiceRecord) == 2


def test_two_workers_and_overlapping_sheets_write_each_row_once(
    committed: Flask, town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "PIECE", 3)
    rows = [make_row(evidence=f"签到表 {n}") for n in range(30)]
    with transaction():
        make_sheet(town.community, town.grid_worker, rows)
        make_sheet(town.community, town.coordinator, [*reversed(rows), make_row()])

    def labour() -> str:
        with committed.app_context():
            work()
        return "home"

    with ThreadPoolExecutor(2) as pool:
        assert [f.result() for f in [pool.submit(labour), pool.submit(labour)]] == ["home"] * 2
    work()
    batches = list(db.session.scalars(select(ImportBatch)))
    assert {batch.state for batch in batches} == {"done"}
    assert sum(batch.rows_new for batch in batches) == count(ServiceRecord) == 31
    assert sum(batch.rows_known for batch in batches) == 30


def test_two_people_verify_the_same_sheet_and_each_row_counts_once(
    committed: Flask, town: World, announced: list[Fact]
) -> None:
    with transaction():
        batch = make_sheet(town.community, town.grid_worker, [make_row() for _ in range(40)])
        batch_id = batch.id
    work()
    people = (town.coordinator.id, town.second_coordinator.id)
    at_once(
        committed,
        *(
            lambda person=person: (
                actions.verify_sheet(batch_id=batch_id, verifier=person, now=utc_now()).id
            )
            for person in people
        ),
    )
    assert sum(fact.amount for fact in announced) == 40 * 48
    assert sum(fact.rows for fact in announced) == 40


def test_a_worker_killed_for_real_loses_and_repeats_nothing(
    committed: Flask, town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "PIECE", 2)
    with transaction():
        rows = [make_row(evidence=f"签到表 {n % 50}") for n in range(60)]
        batch_id = make_sheet(town.community, town.grid_worker, rows).id
    settings = committed.config["SETTINGS"]
    environ = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "HUB_VAR": str(settings.var),
    }
    child = subprocess.Popen([sys.executable, "-c", WORKER], env=environ)
    while child.poll() is None and rows_done(batch_id) < 10:
        time.sleep(0.01)
    child.kill()
    child.wait()
    work()
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    assert (batch.state, batch.rows_new, batch.rows_known) == ("done", 50, 10)
    assert count(ServiceRecord) == 50


def rows_done(batch_id: int) -> int:
    with db.engine.connect() as connection:
        asked = text("select rows_done from import_batch where id = :id")
        return connection.execute(asked, {"id": batch_id}).scalar_one()


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count(table.id))) or 0

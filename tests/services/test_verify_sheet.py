"""A sheet is verified as a whole: the first rows at once, the rest by the worker."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.services import Killed, die_at_work, make_row, make_sheet, work
from tests.world import World
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.models import Person
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.rules.records import VerifierWroteIt
from volunteer_hub.services.rules.sheets import SheetIsAtWork


def hand_in(world: World, rows: int) -> ImportBatch:
    with transaction():
        return make_sheet(world.community, world.grid_worker, [make_row() for _ in range(rows)])


def read_in(world: World, rows: int) -> ImportBatch:
    batch = hand_in(world, rows)
    work()
    return batch


def verify_sheet(batch: ImportBatch, by: Person) -> None:
    with transaction():
        actions.verify_sheet(batch_id=batch.id, verifier=by.id, now=utc_now())


def drafts() -> list[ServiceRecord]:
    return list(db.session.scalars(select(ServiceRecord).where(ServiceRecord.state == "draft")))


def waiting() -> int:
    return len(drafts())


def test_a_sheet_is_verified_as_a_whole_by_somebody_else(world: World) -> None:
    batch = read_in(world, 2)
    with pytest.raises(VerifierWroteIt):
        verify_sheet(batch, world.grid_worker)
    assert waiting() == 2
    verify_sheet(batch, world.coordinator)
    assert waiting() == 0


def test_what_is_still_being_read_cannot_be_verified(world: World) -> None:
    batch = hand_in(world, 1)
    with pytest.raises(SheetIsAtWork):
        verify_sheet(batch, world.coordinator)


def test_a_large_sheet_is_verified_on_by_the_worker(world: World, monkeypatch: Any) -> None:
    batch = read_in(world, 7)
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    verify_sheet(batch, world.coordinator)
    assert (waiting(), batch.verifier_id) == (4, world.coordinator.id)
    with pytest.raises(Killed):
        die_at_work()
    db.session.refresh(batch)
    assert (waiting(), batch.verifier_id) == (4, world.coordinator.id)
    work()
    db.session.refresh(batch)
    assert (waiting(), batch.verifier_id) == (0, None)


def test_some_rows_may_be_left_to_wait(world: World) -> None:
    batch = read_in(world, 4)
    left = [record.id for record in drafts()[:2]]
    with transaction():
        done = actions.verify_batch(
            batch_id=batch.id, verifier=world.coordinator.id, now=utc_now(), leave=left
        )
    assert (done, waiting()) == (2, 2)
    with transaction():
        again = actions.verify_batch(
            batch_id=batch.id, verifier=world.coordinator.id, now=utc_now(), leave=left
        )
    assert again == 0

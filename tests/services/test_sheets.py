"""How a sheet gets into the book: checked first, written piece by piece, each service once."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories.places import make_place
from tests.factories.projects import make_project
from tests.factories.services import (
    Killed,
    die_at_work,
    make_csv,
    make_row,
    make_sheet,
    make_xlsx,
    work,
)
from tests.world import World
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.sheets import SheetCannotBeRead
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.actions import sheets
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.rules.sheets import SheetHasNoHeads, SheetIsKnown


def hand_in(world: World, rows: list[list[Any]], **more: Any) -> ImportBatch:
    with transaction():
        return make_sheet(more.pop("place", world.community), world.grid_worker, rows, **more)


def read_in(world: World, rows: list[list[Any]], **more: Any) -> ImportBatch:
    batch = hand_in(world, rows, **more)
    work()
    return batch


def counts(batch: ImportBatch) -> tuple[str, int, int, int]:
    return batch.state, batch.rows_new, batch.rows_known, batch.rows_bad


def book() -> list[ServiceRecord]:
    return list(db.session.scalars(select(ServiceRecord).order_by(ServiceRecord.batch_row)))


def test_each_good_row_becomes_a_draft_of_whoever_handed_it_in(world: World) -> None:
    project = make_project(world.community, title_zh="银龄守护")
    row = make_row(
        place="甘家巷", project="银龄守护", person_times=30, persons_known=7, note="雨天"
    )
    batch = read_in(world, [row, make_row()])
    assert counts(batch) == ("done", 2, 0, 0)
    first, second = book()
    assert (first.state, first.created_by) == ("draft", world.grid_worker.id)
    assert (first.place_id, first.project_id) == (world.community.id, project.id)
    assert (first.person_times, first.persons_known, first.note) == (30, 7, "雨天")
    assert (first.batch_id, first.batch_row, second.batch_row) == (batch.id, 2, 3)
    assert second.occurred_on == date(2026, 11, 5)


@pytest.mark.parametrize("name", ["ganjiaxiang", "甘家巷社区", "甘家巷", "Ganjiaxiang", ""])
def test_a_place_is_known_by_its_names(world: World, name: str) -> None:
    assert counts(read_in(world, [make_row(place=name)])) == ("done", 1, 0, 0)
    assert book()[0].place_id == world.community.id


@pytest.mark.parametrize("place", ["酒泉路街道", "xibeixincun", "没有这里"])
def test_a_place_outside_the_scope_is_not_known(world: World, place: str) -> None:
    batch = read_in(world, [make_row(place=place)])
    assert counts(batch) == ("failed", 0, 0, 1)
    assert [problem["field"] for problem in batch.problems] == ["place"]
    assert book() == []


def test_two_places_of_one_name_are_told_apart_by_their_codes(world: World) -> None:
    for code in ("yuan-1", "yuan-2"):
        make_place(code, kind="compound", parent=world.community, name_zh="兰东小区")
    batch = read_in(world, [make_row(place="兰东小区"), make_row(place="yuan-2")])
    assert counts(batch) == ("failed", 1, 0, 1)
    assert "code" in batch.problems[0]["said"]


@pytest.mark.parametrize(
    ("state", "named", "outcome"),
    [
        ("published", "title", ("done", 1, 0, 0)),
        ("closed", "slug", ("done", 1, 0, 0)),
        ("draft", "title", ("failed", 0, 0, 1)),
        ("published", "nobody", ("failed", 0, 0, 1)),
    ],
)
def test_a_project_is_known_once_it_is_published(
    world: World, state: str, named: str, outcome: tuple[Any, ...]
) -> None:
    project = make_project(world.neighbour, state=state, title_zh="四点半课堂")
    names = {"title": project.title_zh, "slug": project.slug, "nobody": "没有这个"}
    assert counts(read_in(world, [make_row(project=names[named])])) == outcome


def test_a_dry_run_tells_everything_and_writes_nothing(world: World) -> None:
    read_in(world, [make_row(evidence="1")])
    rows = [make_row(evidence="1"), make_row(evidence="2"), make_row(person_times="十二")]
    batch = read_in(world, [*rows, make_row(occurred_on="2999-01-01")], dry_run=True)
    assert counts(batch) == ("done", 1, 1, 2)
    assert [(p["row"], p["field"]) for p in batch.problems] == [
        (4, "person_times"),
        (5, "occurred_on"),
    ]
    assert len(book()) == 1


def test_one_bad_row_keeps_all_rows_out(world: World) -> None:
    batch = read_in(world, [make_row(), make_row(mode="上门")])
    assert counts(batch) == ("failed", 1, 0, 1)
    assert book() == []


def test_the_good_rows_come_in_when_that_is_wanted(world: World) -> None:
    batch = read_in(world, [make_row(), make_row(mode="上门")], good_rows_only=True)
    assert counts(batch) == ("done", 1, 0, 1)
    assert [record.batch_row for record in book()] == [2]


def test_the_same_row_counts_once_within_a_sheet_and_in_another(world: World) -> None:
    row = make_row(evidence="签到表 5")
    first = read_in(world, [row, make_row(), row])
    assert counts(first) == ("done", 2, 1, 0)
    second = read_in(world, [make_row(), row])
    assert counts(second) == ("done", 1, 1, 0)
    assert len(book()) == 3


def test_a_row_that_was_typed_in_before_counts_once(world: World) -> None:
    with transaction():
        actions.record_service(
            occurred_on=date(2026, 11, 5),
            place=world.community,
            project=None,
            mode="professional",
            service_type="义诊",
            person_times=48,
            persons_known=12,
            evidence="签到表 7",
            created_by=world.coordinator.id,
            now=utc_now(),
        )
    assert counts(read_in(world, [make_row(evidence="签到表 7")])) == ("done", 0, 1, 0)


def test_a_rejected_row_may_come_again(world: World) -> None:
    row = make_row(evidence="签到表 6")
    read_in(world, [row])
    with transaction():
        actions.reject_record(
            record_id=book()[0].id, rejecter=world.coordinator.id, reason="有误", now=utc_now()
        )
    assert counts(read_in(world, [row, make_row()])) == ("done", 2, 0, 0)


def test_the_very_same_sheet_is_refused_and_its_import_named(world: World) -> None:
    content = make_xlsx([make_row()])
    first = read_in(world, [], content=content)
    with pytest.raises(SheetIsKnown) as refused:
        hand_in(world, [], content=content, file_name="另一个名字.xlsx")
    assert refused.value.facts == {"batch_id": first.id}
    assert hand_in(world, [], content=content, dry_run=True).id != first.id


def test_a_sheet_that_failed_may_be_handed_in_again(world: World) -> None:
    content = make_xlsx([make_row(place="四点半楼")])
    assert read_in(world, [], content=content).state == "failed"
    make_place("sidianban", kind="compound", parent=world.community, name_zh="四点半楼")
    assert counts(read_in(world, [], content=content)) == ("done", 1, 0, 0)


@pytest.mark.parametrize(
    "content",
    [
        make_csv([make_row(evidence="1"), make_row(evidence="2")]),
        b"".join(make_csv([make_row(evidence="1"), make_row(evidence="2")]).split(b"\xef\xbb\xbf")),
        make_csv([make_row(evidence="1"), make_row(evidence="2")])
        .decode("utf-8-sig")
        .encode("gb18030"),
        make_xlsx([make_row(evidence="1"), make_row(evidence="2")]),
        make_xlsx(
            [make_row(evidence="1"), make_row(evidence="2")],
            [
                "Date",
                "Place",
                "Project",
                "Mode",
                "Service type",
                "Person-times",
                "Known persons",
                "Evidence",
                "Note",
            ],
        ),
    ],
    ids=["utf-8 with mark", "utf-8", "gb18030", "xlsx", "english heads"],
)
def test_what_office_programs_write_can_be_read(world: World, content: bytes) -> None:
    assert counts(read_in(world, [], content=content)) == ("done", 2, 0, 0)
    assert {record.service_type for record in book()} == {"义诊"}


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04 broken", b"\xff\xfe\x00"])
def test_what_is_no_sheet_is_refused_at_the_door(world: World, content: bytes) -> None:
    with pytest.raises((SheetCannotBeRead, SheetHasNoHeads)) as refused:
        hand_in(world, [], content=content)
    assert refused.value.status == 422


def test_a_killed_worker_loses_and_repeats_nothing(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(sheets, "PIECE", 3)
    batch = hand_in(world, [make_row(evidence=str(n)) for n in range(10)])
    assert work(pieces=3) == 3  # checked, and two pieces of three rows written
    with pytest.raises(Killed):
        die_at_work()
    db.session.refresh(batch)
    assert (batch.state, batch.rows_done, len(book())) == ("running", 6, 6)
    work()
    assert counts(batch) == ("done", 10, 0, 0)
    assert len(book()) == 10


def test_pieces_add_up_to_what_one_go_gives(world: World, monkeypatch: Any) -> None:
    rows = [make_row(evidence=str(n % 7), mode="走" if n == 4 else "专业") for n in range(20)]
    monkeypatch.setattr(sheets, "PIECE", 2)
    batch = read_in(world, rows, good_rows_only=True)
    assert counts(batch) == ("done", 7, 12, 1)
    assert sum(record.person_times for record in book()) == 7 * 48

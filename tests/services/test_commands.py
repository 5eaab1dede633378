"""The book as spreadsheets on the command line."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.factories.projects import make_project
from tests.factories.services import make_csv, make_record, make_row, make_xlsx
from tests.world import World
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.sheets import read_rows
from volunteer_hub.services.commands import group
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.rules.sheets import find_rows, read_line


def hub(*arguments: object) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def records() -> list[Any]:
    return list(db.session.scalars(db.select(ServiceRecord)))


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "十一月.xlsx"
    path.write_bytes(make_xlsx([make_row(), make_row(), make_row(mode="上门")]))
    return path


def bring(world: World, path: Path, *more: str) -> Result:
    return hub("import", path, "--place", "ganjiaxiang", "--by", world.grid_worker.email, *more)


def test_a_bad_row_is_one_line_and_nothing_is_written(world: World, sheet: Path) -> None:
    result = bring(world, sheet)
    assert result.exit_code == 1
    bad, counts = result.output.splitlines()
    said = "“上门” is not a mode. Write professional, outreach or other."
    assert bad == f"row 4, 服务方式 Mode: {said}"
    assert "state failed, rows 3, new 2, known 0, bad 1" in counts
    assert records() == []


def test_the_good_rows_alone_and_then_all_of_them_known(world: World, sheet: Path) -> None:
    assert bring(world, sheet, "--good-rows-only").exit_code == 1
    assert {r.created_by for r in records()} == {world.grid_worker.id}
    assert len(records()) == 2
    again = bring(world, sheet)
    assert again.exit_code == 1
    assert "imported before" in again.output


def test_a_dry_run_answers_programs(world: World, sheet: Path) -> None:
    result = bring(world, sheet, "--dry-run", "--json")
    said = json.loads(result.output)
    assert (result.exit_code, said["new"], said["bad"]) == (1, 2, 1)
    assert said["problems"][0]["row"] == 4
    assert records() == []


def test_a_clean_sheet_ends_well(world: World, tmp_path: Path) -> None:
    path = tmp_path / "gb.csv"
    path.write_bytes(make_csv([make_row()]).decode("utf-8-sig").encode("gb18030"))
    result = bring(world, path)
    assert (result.exit_code, len(records())) == (0, 1)


@pytest.mark.parametrize(
    ("place", "account", "said"),
    [
        ("nirgends", "person", "No place has the code 'nirgends'."),
        ("ganjiaxiang", "nobody@example.org", "No account has the phone or e-mail"),
    ],
)
def test_who_and_where_must_exist(
    world: World, sheet: Path, place: str, account: str, said: str
) -> None:
    by = world.grid_worker.email if account == "person" else account
    result = hub("import", sheet, "--place", place, "--by", by)
    assert result.exit_code == 1
    assert said in result.output


def test_no_cell_of_an_export_can_act_as_a_formula(world: World, tmp_path: Path) -> None:
    with transaction():
        make_record(
            world.community,
            world.grid_worker,
            verifier=world.coordinator,
            service_type='=HYPERLINK("http://evil.example")',
            note="@SUM(A1)",
        )
    for name in ("out.csv", "out.xlsx"):
        assert hub("export", "--output", tmp_path / name).exit_code == 0
    csv = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert "\"'=HYPERLINK(" in csv
    assert "'@SUM(A1)" in csv
    cells = read_rows((tmp_path / "out.xlsx").read_bytes())[1]
    assert '=HYPERLINK("http://evil.example")' in cells  # a text: a formula would read as empty


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ((), 2),
        (("--state", "draft"), 1),
        (("--mode", "outreach"), 1),
        (("--project", "yinling"), 1),
        (("--place", "baiyin"), 2),
        (("--place", "xibeixincun"), 0),
        (("--from", "2026-11-06"), 1),
        (("--to", "2026-11-06"), 1),
    ],
)
def test_an_export_is_narrowed(world: World, arguments: tuple[str, ...], count: int) -> None:
    with transaction():
        project = make_project(world.community, slug="yinling")
        verified = {"verifier": world.coordinator}
        make_record(world.community, world.grid_worker, project=project, **verified)
        day = {"occurred_on": date(2026, 11, 6), "mode": "outreach"}
        make_record(world.community, world.grid_worker, **verified, **day)
        make_record(world.community, world.grid_worker)
    result = hub("export", *arguments)
    assert len(result.output.splitlines()) == 1 + count


def test_an_export_can_be_read_in_again(world: World) -> None:
    with transaction():
        project = make_project(world.community, title_zh="银龄守护")
        record = make_record(
            world.community, world.grid_worker, verifier=world.coordinator, project=project
        )
    (row,) = find_rows(read_rows(hub("export").stdout_bytes))
    line, flaws = read_line(row)
    assert flaws == []
    assert line is not None
    assert (line.occurred_on, line.place, line.project) == (
        record.occurred_on,
        "甘家巷社区",
        "银龄守护",
    )
    assert (line.mode, line.person_times, line.evidence) == ("professional", 48, record.evidence)

"""`hub import services` and `hub export services`: the book as spreadsheets."""

import json
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.language import gettext, say, speaking
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.foundation.sheets import write_csv, write_xlsx
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import find_by_address
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import find_by_code
from volunteer_hub.projects.queries import get_by_slug
from volunteer_hub.services.actions.sheets import hand_in_sheet, run_imports
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.queries.records import Wanted, stream
from volunteer_hub.services.queries.sheets import get_batch
from volunteer_hub.services.rules.cells import MODE_NAMES
from volunteer_hub.services.rules.records import MODES, STATES
from volunteer_hub.services.rules.sheets import HEADS

HEAD = (*(zh for zh, *_ in HEADS.values()), "编号 No.", "状态 State", "冲销 Reverses")
PAUSE = 0.2  # seconds until the worker that holds our sheet is looked at again
file_to_read = click.Path(exists=True, dir_okay=False, path_type=Path)
file_to_write = click.Path(dir_okay=False, writable=True, path_type=Path)
day = click.DateTime(["%Y-%m-%d"])


@click.group("services")
def group() -> None:
    """The book of services rendered, in person-times."""


@group.command("import")
@click.argument("file", type=file_to_read)
@click.option("--place", "code", required=True, help="Code of the place the rows lie at or below.")
@click.option("--by", "account", required=True, help="Phone or e-mail of whoever hands it in.")
@click.option("--dry-run", is_flag=True, help="Only tell what is wrong; write nothing.")
@click.option("--good-rows-only", is_flag=True, help="Import the good rows beside bad ones.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_(
    file: Path, code: str, account: str, dry_run: bool, good_rows_only: bool, as_json: bool
) -> None:
    """Bring a sheet of records in as drafts; exit 1 when a row is bad, one line for each."""
    place, person = _place(code), _person(account)
    try:
        with speaking("en"), transaction():
            batch = hand_in_sheet(
                file_name=file.name,
                content=file.read_bytes(),
                place=place,
                created_by=person.id,
                dry_run=dry_run,
                good_rows_only=good_rows_only,
                now=utc_now(),
            )
    except Refusal as refusal:
        with speaking("en"):
            raise click.ClickException(say(refusal)) from refusal
    batch = _finish(batch.id)
    with speaking("en"):
        _tell(batch, as_json=as_json)
    if batch.rows_bad:
        raise SystemExit(1)


def _finish(batch_id: int) -> ImportBatch:
    """Read the sheet here, or wait for the worker that has taken it already."""
    while (batch := get_batch(batch_id)).state in ("waiting", "running"):
        with transaction():
            done = run_imports(now=utc_now())
        if not done:
            time.sleep(PAUSE)
    return batch


def _tell(batch: ImportBatch, *, as_json: bool) -> None:
    bad = [
        {
            "row": flaw.row,
            "column": " ".join(HEADS[flaw.field][:2]),
            "message": gettext(flaw.said, **flaw.facts),
        }
        for flaw in batch.flaws
    ]
    counts = {
        "sheet": batch.id,
        "state": batch.state,
        "rows": batch.rows_total,
        "new": batch.rows_new,
        "known": batch.rows_known,
        "bad": batch.rows_bad,
    }
    if as_json:
        click.echo(json.dumps(counts | {"problems": bad}, ensure_ascii=False))
        return
    for problem in bad:
        click.echo(f"row {problem['row']}, {problem['column']}: {problem['message']}")
    click.echo(", ".join(f"{name} {value}" for name, value in counts.items()))


@group.command("export")
@click.option("--output", type=file_to_write, help="A .csv or .xlsx file; else CSV to the screen.")
@click.option("--from", "first", type=day, help="First day.")
@click.option("--to", "end", type=day, help="First day that is left out.")
@click.option("--place", "code", help="Code of a place: there and below.")
@click.option("--project", "slug", help="Short name of a project.")
@click.option("--mode", type=click.Choice(MODES))
@click.option("--state", type=click.Choice(STATES), default="verified", show_default=True)
def export(
    output: Path | None,
    first: datetime | None,
    end: datetime | None,
    code: str | None,
    slug: str | None,
    mode: str | None,
    state: str,
) -> None:
    """Write records as a spreadsheet that can be read in again."""
    wanted = Wanted(
        first=first.date() if first else None,
        end=end.date() if end else None,
        place_path=_place(code).path if code else None,
        project_id=_project_id(slug) if slug else None,
        mode=mode,
        state=state,
    )
    rows = _rows(wanted)
    if output and output.suffix.lower() == ".xlsx":
        output.write_bytes(write_xlsx("服务记录", HEAD, rows))
        return
    with click.open_file(str(output or "-"), "wb") as out:
        for part in write_csv(HEAD, rows):
            out.write(part)


def _rows(wanted: Wanted) -> Iterator[tuple[str | int | date | None, ...]]:
    for record, place, project in stream(wanted):
        yield (
            record.occurred_on,
            place.name_zh,
            project.title_zh if project else "",
            MODE_NAMES[record.mode][0],
            *_counts(record),
            record.id,
            record.state,
            record.reverses_id or "",
        )


def _counts(record: ServiceRecord) -> tuple[Any, ...]:
    counts = (record.service_type, record.person_times, record.persons_known)
    return (*counts, record.evidence, record.note)


def _place(code: str) -> Place:
    place = find_by_code(code)
    if place is None:
        raise click.ClickException(f"No place has the code {code!r}.")
    return place


def _person(account: str) -> Person:
    person = find_by_address(account)
    if person is None:
        raise click.ClickException(f"No account has the phone or e-mail {account!r}.")
    return person


def _project_id(slug: str) -> int:
    try:
        return get_by_slug(slug).id
    except Refusal as refusal:
        raise click.ClickException(f"No project has the short name {slug!r}.") from refusal


commands = (group,)

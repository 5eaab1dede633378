"""What a sheet of records looks like, and how its rows are found and read.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.services.rules.cells import READERS, CellIsWrong, text_of
from volunteer_hub.services.rules.records import plain

IMPORT_STATES = ("waiting", "running", "done", "failed")
MOST_ROWS = 20_000  # a sheet is checked in one transaction
LOOKED_AT = 20  # rows in which the heads may stand, below a title

# What a column is called: the first two names are ours (中文, English), the others are understood.
HEADS = {
    "occurred_on": ("服务日期", "Date", "日期", "service date", "day"),
    "place": ("地点", "Place", "服务地点", "社区"),
    "project": ("项目", "Project", "项目名称"),
    "mode": ("服务方式", "Mode", "方式"),
    "service_type": ("服务类型", "Service type", "类型", "服务内容", "type", "service"),
    "person_times": ("人次", "Person-times", "服务人次", "person times"),
    "persons_known": ("已知人数", "Known persons", "人数", "实名人数", "persons known"),
    "evidence": ("佐证", "Evidence", "凭证", "签到表"),
    "note": ("备注", "Note", "说明"),
}
NEEDED = ("occurred_on", "mode", "service_type", "person_times")
EXAMPLE = "示例 Example"  # the evidence of the template's example row, which is never read
TOTALS = ("合计", "总计", "小计", "total", "sum")


class SheetIsKnown(Refusal):
    """The same sheet was handed in before; the fact `batch_id` names that import."""

    said = sentence("This very sheet was imported before; nothing was counted twice.")


class SheetHasNoHeads(Refusal):
    """The columns cannot be told apart."""

    status = 422
    said = sentence("No column is headed %(missing)s. Use the heads of the template.")


class SheetIsEmpty(Refusal):
    """There is a head and nothing below it."""

    status = 422
    said = sentence("There is no row below the heads.")


class SheetIsTooLong(Refusal):
    """A sheet is checked in one go."""

    status = 422
    said = sentence("The sheet has %(rows)s rows; at most %(most)s fit. Split it.")


class SheetIsAtWork(Refusal):
    """What is still being read cannot be imported or verified."""

    said = sentence("This sheet is still being read. Wait a moment and try again.")


def ensure_is_read(state: str) -> None:
    """Refuse what needs all rows of a sheet while they are still being read.

    :raises SheetIsAtWork: a worker is at it, or will be soon
    """
    if state in ("waiting", "running"):
        raise SheetIsAtWork


class Flaw(NamedTuple):
    """What is wrong with one cell: a sentence for the person who filled it in."""

    row: int
    field: str
    said: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as it was read; place and project are still the names that were written."""

    number: int
    occurred_on: date
    place: str
    project: str
    mode: str
    service_type: str
    person_times: int
    persons_known: int
    evidence: str
    note: str


class Numbered(NamedTuple):
    """One row of cells by field, with its number in the sheet, counted from 1 as people do."""

    number: int
    cells: dict[str, Any]


def find_rows(table: Sequence[Sequence[Any]]) -> list[Numbered]:
    """Find the heads, and the rows below them that say anything: no blanks, totals, example.

    :raises SheetHasNoHeads: if a needed column is missing
    :raises SheetIsEmpty: if nothing stands below the heads
    :raises SheetIsTooLong: above MOST_ROWS
    """
    at, columns = _find_heads(table)
    rows = []
    for number, cells in enumerate(table[at + 1 :], start=at + 2):
        named = {field: cells[x] for field, x in columns.items() if x < len(cells)}
        if _says_something(cells, named):
            rows.append(Numbered(number, named))
    if not rows:
        raise SheetIsEmpty
    if len(rows) > MOST_ROWS:
        raise SheetIsTooLong(rows=len(rows), most=MOST_ROWS)
    return rows


def _find_heads(table: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]]:
    known = {_compared(name): field for field, names in HEADS.items() for name in names}
    best: tuple[int, dict[str, int]] = (0, {})
    for y, cells in enumerate(table[:LOOKED_AT]):
        found: dict[str, int] = {}
        for x, cell in enumerate(cells):
            field = known.get(_compared(text_of(cell)))
            if field:
                found.setdefault(field, x)
        if len(found) > len(best[1]):
            best = (y, found)
    missing = [f"{HEADS[field][0]} / {HEADS[field][1]}" for field in NEEDED if field not in best[1]]
    if missing:
        raise SheetHasNoHeads(missing=", ".join(missing))
    return best


def _compared(head: str) -> str:
    return plain(head).strip("* ").casefold()


def _says_something(cells: Sequence[Any], named: dict[str, Any]) -> bool:
    first = next((text for cell in cells if (text := text_of(cell))), "")
    if not first or plain(first).casefold().rstrip(":") in TOTALS:
        return False
    return text_of(named.get("evidence")) != EXAMPLE


def read_line(row: Numbered) -> tuple[Line | None, list[Flaw]]:
    """Read one row; None when a cell is wrong, with a flaw for each that is."""
    said: dict[str, Any] = {}
    flaws = []
    for field, read in READERS.items():
        try:
            said[field] = read(row.cells.get(field))
        except CellIsWrong as wrong:
            flaws.append(Flaw(row.number, field, wrong.said, dict(wrong.facts)))
    if not flaws and said["persons_known"] > said["person_times"]:
        facts = {"known": said["persons_known"], "times": said["person_times"]}
        flaws.append(Flaw(row.number, "persons_known", TOO_MANY_KNOWN, facts))
    return (None if flaws else Line(number=row.number, **said)), flaws


TOO_MANY_KNOWN = sentence(
    "%(known)s known persons cannot have been served %(times)s times. Write at most %(times)s."
)

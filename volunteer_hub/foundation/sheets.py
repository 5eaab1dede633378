"""Spreadsheets in and out: XLSX and CSV read alike; nothing we write can act as a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from volunteer_hub.foundation.refusal import Refusal, sentence

LARGEST_SHEET = 10 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024  # a small XLSX can unpack to more than any machine holds
LONGEST_CELL = 32_767  # characters; a spreadsheet program takes no more
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetCannotBeRead(Refusal):
    """The file is neither XLSX nor CSV in UTF-8 or GB 18030."""

    status = 422
    said = sentence("This file cannot be read. Save it as XLSX or CSV and send it again.")


def neutral(cell: Any) -> Any:
    """Keep a spreadsheet program from running a cell as a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield CSV in UTF-8 with the mark that office programs look for."""
    yield "\ufeff".encode()
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([neutral(cell) for cell in head])
    for number, row in enumerate(rows):
        writer.writerow([neutral(_plain(cell)) for cell in row])
        if number % 500 == 499:
            yield _take(buffer)
    yield _take(buffer)


def write_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write one sheet with a frozen head; dates as dates, numbers as numbers, the rest as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, head, bold)
    sheet.freeze_panes(1, 0)
    for y, row in enumerate(rows, start=1):
        for x, cell in enumerate(row):
            if isinstance(cell, date) and not isinstance(cell, datetime):
                sheet.write(y, x, cell, day)
            elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
                sheet.write_number(y, x, float(cell))
            else:
                text = "" if cell is None else str(_plain(cell))
                sheet.write_string(y, x, text[:LONGEST_CELL])
    sheet.autofit()
    book.close()
    return out.getvalue()


def read_rows(content: bytes) -> list[list[Any]]:
    """Read the first sheet of an XLSX file, or a CSV file, as rows of cells.

    :raises SheetCannotBeRead: if it is neither
    """
    try:
        if content.startswith(b"PK"):
            _ensure_small(content)
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        return _read_csv(content)
    except SheetCannotBeRead:
        raise
    except Exception as error:  # the readers raise many types on a broken file
        raise SheetCannotBeRead from error


def _read_csv(content: bytes) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        rows = csv.reader(io.StringIO(text, newline=""))
        return [[_raw(cell) for cell in row] for row in rows]
    raise SheetCannotBeRead


def _ensure_small(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
            raise SheetCannotBeRead


def _sheet_name(title: str) -> str:
    """Leave out what a spreadsheet program refuses in the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "1"


def _raw(cell: str) -> str:
    """Undo `neutral`, so that our own files come back as they were."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date | datetime) else cell


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()

"""Spreadsheets in and out: XLSX and CSV read alike; nothing we write can act as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from volunteer_hub.foundation.refusal import Refusal, sentence

LARGEST_SHEET = 10 * 1024 * 1024
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
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
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, head, bold)
    sheet.freeze_panes(1, 0)
    for y, row in enumerate(rows, start=1):
        for x, cell in enumerate(row):
            if isinstance(cell, date) and not isinstance(cell, datetime):
                sheet.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), day)
            elif isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(y, x, cell)
            else:
                sheet.write_string(y, x, "" if cell is None else str(_plain(cell)))
    sheet.autofit()
    book.close()
    return out.getvalue()


def read_rows(content: bytes) -> list[list[Any]]:
    """Read the first sheet of an XLSX file, or a CSV file, as rows of cells.

    :raises SheetCannotBeRead: if it is neither
    """
    try:
        if content.startswith(b"PK"):
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
        return list(csv.reader(io.StringIO(text)))
    raise SheetCannotBeRead


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date | datetime) else cell


def _take(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()

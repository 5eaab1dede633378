"""Spreadsheets in and out."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

import pytest
from python_calamine import CalamineWorkbook

from volunteer_hub.foundation import sheets
from volunteer_hub.foundation.sheets import (
    SheetCannotBeRead,
    neutral,
    read_rows,
    write_csv,
    write_xlsx,
)

HEAD = ["日期", "项目", "人次"]
ROW = [date(2026, 12, 5), "共享集市", 53]


def as_csv(head, rows):
    return b"".join(write_csv(head, rows))


def test_xlsx_comes_back_with_its_types():
    assert read_rows(write_xlsx("服务记录", HEAD, [ROW])) == [HEAD, ROW]


def test_csv_comes_back_as_text():
    assert read_rows(as_csv(HEAD, [ROW])) == [HEAD, ["2026-12-05", "共享集市", "53"]]


def test_amounts_are_numbers_in_xlsx():
    book = write_xlsx("a", ["x"], [[Decimal("106500.50")], [-3], [0.25]])
    assert read_rows(book)[1:] == [[106500.5], [-3], [0.25]]


def test_what_is_neither_number_nor_day_is_text_in_xlsx():
    moment = datetime(2026, 12, 5, tzinfo=UTC)
    book = write_xlsx("a", ["x"], [[None], [True], ["007"], [moment]])
    assert read_rows(book)[1:] == [[""], ["True"], ["007"], ["2026-12-05T00:00:00+00:00"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_any_office_program_is_read(encoding):
    content = '姓名,备注\r\n陈晓梅,"第一行\n第二行, 还有 ""引号"""\r\n㐀,🏮\r\n'.encode(encoding)
    assert read_rows(content) == [
        ["姓名", "备注"],
        ["陈晓梅", '第一行\n第二行, 还有 "引号"'],
        ["㐀", "🏮"],
    ]


def test_our_csv_carries_the_mark_that_office_programs_look_for():
    assert as_csv(["姓名"], []).startswith(b"\xef\xbb\xbf")


DANGEROUS = ["=1+1", "+8613800000001", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
DANGEROUS += ["＝1+1", "＋1", "－1", "＠SUM(A1)"]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_is_run_as_a_formula(cell):
    assert neutral(cell) == f"'{cell}"
    assert f"'{cell[0]}" in as_csv(["x"], [[cell]]).decode()
    assert f"'{cell[0]}" in as_csv([cell], []).decode()


@pytest.mark.parametrize("cell", ["a=1", " =1", "", "陈晓梅", "'=1", -5, 1.5, None, ROW[0]])
def test_other_cells_are_left_as_they_are(cell):
    assert neutral(cell) == cell


@pytest.mark.parametrize("cell", [*DANGEROUS, "'quoted'", "plain"])
def test_a_neutral_cell_comes_back_as_it_was(cell):
    assert read_rows(as_csv(["x"], [[cell]]))[1] == [cell]


def test_xlsx_needs_no_apostrophe():
    """There a cell says by itself that it is text."""
    book = write_xlsx("a", ["x"], [["=1+1"], ["https://example.org"]])
    assert read_rows(book)[1:] == [["=1+1"], ["https://example.org"]]
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("服务记录", "服务记录"),
        ("2026/12: [a]*?\\b", "2026 12   a    b"),
        ("x" * 40, "x" * 31),
        ("'quoted'", "quoted"),
        ("", "1"),
        ("///", "1"),
    ],
)
def test_any_title_becomes_the_name_of_a_sheet(title, name):
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx(title, ["x"], [])))
    assert book.sheet_names == [name]


def test_a_cell_longer_than_a_sheet_can_hold_is_cut():
    assert read_rows(write_xlsx("a", ["x"], [["字" * 40_000]]))[1] == ["字" * 32_767]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and then nothing that is a sheet",
        write_xlsx("a", ["x"], [[1]])[:-200],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),  # the old XLS
        b"\xff\xfe" + "姓名\n".encode("utf-16-le"),
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"a,\x00b\n",
    ],
    ids=["broken zip", "cut off", "xls", "utf-16", "picture", "nul"],
)
def test_what_cannot_be_read_is_refused(content):
    with pytest.raises(SheetCannotBeRead):
        read_rows(content)


def test_a_zip_without_a_sheet_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("hello.txt", "hello")
    with pytest.raises(SheetCannotBeRead):
        read_rows(out.getvalue())


def test_a_sheet_that_unpacks_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 100_000)
    book = write_xlsx("a", ["x"], [["字" * 500] for _ in range(2_000)])
    assert len(book) < 100_000
    with pytest.raises(SheetCannotBeRead):
        read_rows(book)


def test_an_empty_file_has_no_rows():
    assert read_rows(b"") == []


def test_csv_is_written_while_the_rows_are_read():
    """A large export never stands in memory as a whole."""
    taken = []

    def rows():
        for number in range(1_000_000):
            taken.append(number)
            yield [number, "x" * 10]

    begun = list(islice(write_csv(["n", "text"], rows()), 3))
    assert len(taken) == 1000
    assert all(len(part) < 20_000 for part in begun)


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1200])
def test_no_row_is_lost_between_two_parts(count):
    found = read_rows(as_csv(["n"], ([n] for n in range(count))))
    assert found == [["n"], *([str(n)] for n in range(count))]

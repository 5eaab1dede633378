"""Truth tables: who may settle a record, what it must say, how a sheet's cells are read."""

from datetime import date, datetime
from typing import Any

import pytest

from volunteer_hub.services.rules import cells, records, sheets

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("state", "writer", "verifier", "refusal"),
    [
        ("draft", 1, 2, None),
        ("draft", 1, 1, records.VerifierWroteIt),
        ("verified", 1, 2, records.RecordIsSettled),
        ("verified", 1, 1, records.RecordIsSettled),
        ("rejected", 1, 2, records.RecordIsSettled),
        ("rejected", 1, 1, records.RecordIsSettled),
    ],
)
def test_who_may_verify(
    state: str, writer: int, verifier: int, refusal: type[Exception] | None
) -> None:
    expect(refusal, records.ensure_may_verify, state=state, created_by=writer, verifier=verifier)


@pytest.mark.parametrize(
    ("state", "is_reversal", "is_reversed", "may"),
    [
        ("verified", False, False, True),
        ("verified", False, True, False),
        ("verified", True, False, False),
        ("verified", True, True, False),
        ("draft", False, False, False),
        ("draft", True, False, False),
        ("rejected", False, False, False),
    ],
)
def test_what_may_be_reversed(state: str, is_reversal: bool, is_reversed: bool, may: bool) -> None:
    expect(
        None if may else records.RecordCannotBeReversed,
        records.ensure_may_reverse,
        state=state,
        is_reversal=is_reversal,
        is_reversed=is_reversed,
    )


@pytest.mark.parametrize(
    ("occurred_on", "times", "known", "project_state", "refusal"),
    [
        (TODAY, 5, 5, "", None),
        (date(2019, 1, 5), 5, 0, "closed", None),
        (TODAY, 1, 1, "published", None),
        (date(2026, 11, 25), 5, 5, "", records.DayHasNotCome),
        (TODAY, 5, 6, "", records.PersonsExceedPersonTimes),
        (TODAY, 5, 5, "draft", records.ProjectIsNotPublished),
    ],
)
def test_what_can_be_true(
    occurred_on: date, times: int, known: int, project_state: str, refusal: Any
) -> None:
    expect(
        refusal,
        records.ensure_makes_sense,
        occurred_on=occurred_on,
        today=TODAY,
        person_times=times,
        persons_known=known,
        project_state=project_state,
    )


def expect(refusal: type[Exception] | None, rule: Any, **facts: Any) -> None:
    if refusal is None:
        rule(**facts)
        return
    with pytest.raises(refusal):
        rule(**facts)


def key(**more: Any) -> str:
    facts: dict[str, Any] = {
        "occurred_on": TODAY,
        "place": "ganjiaxiang",
        "project": "yinling",
        "mode": "professional",
        "service_type": "义诊",
        "person_times": 48,
        "persons_known": 12,
        "evidence": "AB 0137",
    }
    return records.row_key(**(facts | more))


@pytest.mark.parametrize("evidence", ["ab 0137", "ＡＢ ０１３７", " AB   0137 "])
def test_width_case_and_blanks_make_no_other_service(evidence: str) -> None:
    assert key(evidence=evidence) == key()


@pytest.mark.parametrize(
    "more",
    [
        {"occurred_on": date(2026, 11, 23)},
        {"place": "xibeixincun"},
        {"project": ""},
        {"mode": "outreach"},
        {"service_type": "理发"},
        {"person_times": 47},
        {"persons_known": 13},
        {"evidence": "AB 0138"},
        {"service_type": "义诊AB", "evidence": "0137"},
    ],
)
def test_every_fact_makes_another_service(more: dict[str, Any]) -> None:
    assert key(**more) != key()


@pytest.mark.parametrize(
    "cell",
    [
        date(2019, 5, 20),
        datetime(2019, 5, 20, 8),  # noqa: DTZ001  (a cell knows no zone)
        "2019-05-20",
        "2019/5/20",
        "2019.5.20",
        "2019年5月20日",
        "２０１９-05-20",
        "20190520",
        " 2019-05-20 00:00:00 ",
    ],
)
def test_days_that_can_be_read(cell: Any) -> None:
    assert cells.read_day(cell) == date(2019, 5, 20)


@pytest.mark.parametrize(
    "cell", ["", None, "五月", "2019-13-01", "2019-06-31", "20-05-2019", 43605.0, "2019-5"]
)
def test_days_that_cannot_be_read(cell: Any) -> None:
    with pytest.raises(cells.CellIsWrong):
        cells.read_day(cell)


@pytest.mark.parametrize(
    ("cell", "count"),
    [(48, 48), (48.0, 48), ("48", 48), ("1,200", 1200), ("48人次", 48), ("４８ 人次", 48)],
)
def test_counts_that_can_be_read(cell: Any, count: int) -> None:
    assert cells.read_person_times(cell) == count


@pytest.mark.parametrize(
    "cell", ["", None, "十二", "-3", "0", 0, 4.5, "1e3", "12,00", "100001", "48次/人"]
)
def test_counts_that_cannot_be_read(cell: Any) -> None:
    with pytest.raises(cells.CellIsWrong):
        cells.read_person_times(cell)


@pytest.mark.parametrize(("cell", "known"), [("", 0), (None, 0), (0, 0), ("12人", 12)])
def test_nobody_may_be_known(cell: Any, known: int) -> None:
    assert cells.read_persons_known(cell) == known


@pytest.mark.parametrize(
    ("cell", "mode"),
    [
        ("专业", "professional"),
        ("专业服务", "professional"),
        ("Professional", "professional"),
        ("外展", "outreach"),
        ("OUTREACH", "outreach"),
        ("其它", "other"),
    ],
)
def test_modes_by_their_names(cell: str, mode: str) -> None:
    assert cells.read_mode(cell) == mode


@pytest.mark.parametrize("cell", ["", "义诊", "专业外展", None])
def test_a_record_has_exactly_one_mode(cell: Any) -> None:
    with pytest.raises(cells.CellIsWrong):
        cells.read_mode(cell)


def test_a_number_typed_as_evidence_stays_the_number() -> None:
    assert cells.READERS["evidence"](137.0) == "137"


@pytest.mark.parametrize(
    ("field", "length", "fits"),
    [("evidence", 200, True), ("evidence", 201, False), ("service_type", 61, False)],
)
def test_texts_have_a_length(field: str, length: int, fits: bool) -> None:
    if fits:
        assert len(cells.READERS[field]("字" * length)) == length
        return
    with pytest.raises(cells.CellIsWrong):
        cells.READERS[field]("字" * length)


HEAD = ["服务日期*", "服务方式*", "服务类型*", "人次*", "佐证"]
ROW = ["2019-05-20", "专业", "义诊", 48, "签到表 1"]


@pytest.mark.parametrize(
    "table",
    [
        [HEAD, ROW],
        [["甘家巷社区五月服务登记表"], [], HEAD, ROW],
        [["Date", "MODE", "Service type", "Person-times", "Evidence"], ROW],
        [HEAD, ["", "", "", "", ""], ROW, ["合计", "", "", 48, ""]],
        [HEAD, ROW, ["总计：", "", "", 48, ""]],
        [HEAD, ["2019-05-20", "专业", "义诊", 1, sheets.EXAMPLE], ROW],
    ],
)
def test_titles_blanks_totals_and_the_example_are_no_rows(table: list[list[Any]]) -> None:
    (row,) = sheets.find_rows(table)
    assert row.number == table.index(ROW) + 1
    line, flaws = sheets.read_line(row)
    assert flaws == []
    assert line is not None
    assert (line.occurred_on, line.person_times) == (date(2019, 5, 20), 48)


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_a_needed_column_that_is_missing_is_named(gone: int) -> None:
    head = [name for x, name in enumerate(HEAD) if x != gone]
    with pytest.raises(sheets.SheetHasNoHeads) as refused:
        sheets.find_rows([head, ROW])
    assert HEAD[gone].rstrip("*") in str(refused.value.facts["missing"])


def test_a_sheet_without_rows_is_refused() -> None:
    with pytest.raises(sheets.SheetIsEmpty):
        sheets.find_rows([HEAD, ["合计"]])


def test_a_sheet_too_long_to_be_checked_at_once_is_refused() -> None:
    with pytest.raises(sheets.SheetIsTooLong):
        sheets.find_rows([HEAD, *[ROW] * (sheets.MOST_ROWS + 1)])


def test_each_bad_cell_has_its_sentence() -> None:
    (row,) = sheets.find_rows([HEAD, ["五月", "上门", "", "十二", ""]])
    line, flaws = sheets.read_line(row)
    assert line is None
    assert [(flaw.row, flaw.field) for flaw in flaws] == [
        (2, "occurred_on"),
        (2, "mode"),
        (2, "service_type"),
        (2, "person_times"),
    ]
    assert all(flaw.said % flaw.facts for flaw in flaws)


def test_more_people_than_services_cannot_be() -> None:
    head, row = [*HEAD, "已知人数"], [*ROW, 49]
    (numbered,) = sheets.find_rows([head, row])
    line, (flaw,) = sheets.read_line(numbered)
    assert line is None
    assert (flaw.field, flaw.facts) == ("persons_known", {"known": 49, "times": 48})

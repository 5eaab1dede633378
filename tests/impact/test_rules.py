"""A figure is never told without unit, period and as-of; unlike things are never added."""

from dataclasses import replace
from datetime import date

import pytest

from volunteer_hub.foundation.clock import Days
from volunteer_hub.impact.rules.figures import (
    Difference,
    Figure,
    FigureIsIncomplete,
    FiguresDoNotAddUp,
    Scope,
    add,
    hidden,
    too_small,
    trim,
)
from volunteer_hub.impact.rules.measures import MEASURES, UNITS
from volunteer_hub.impact.rules.periods import (
    PeriodIsBackwards,
    choose_period,
    choose_span,
    months_of,
    quarter_ends,
)

TODAY = date(2026, 11, 24)
YEAR = Days.year(2019)
SCOPE = Scope(days=YEAR, as_of=date(2019, 12, 31))


def figure(key: str, amount: int, *, rows: int = 1, scope: Scope = SCOPE) -> Figure:
    """A figure; one of hours is all clocked."""
    measure = MEASURES[key]
    amounts = [amount] + [0] * len(measure.classes)
    classes = [
        Figure(measure=one, amount=part, scope=scope, source_count=rows)
        for one, part in zip(measure.classes, amounts, strict=False)
    ]
    whole = {"measure": measure, "amount": amount, "scope": scope, "source_count": rows}
    return Figure(**whole, classes=tuple(classes))


@pytest.mark.parametrize("key", MEASURES)
def test_every_measure_is_defined_whole(key):
    measure = MEASURES[key]
    assert measure.key == key
    assert measure.unit == UNITS[measure.unit_code] != ""
    assert measure.label
    assert measure.definition.endswith(".")
    assert measure.version >= 1


@pytest.mark.parametrize(
    ("key", "amount", "written", "value"),
    [
        ("pt_professional", 35_000, "35,000", "35000"),
        ("pt_outreach", -5, "-5", "-5"),
        ("funding_awarded", 10_650_000, "106,500.00", "106500.00"),
        ("funding_spent", 1, "0.01", "0.01"),
        ("volunteer_hours", 560_400, "9,340", "9340.0"),
        ("volunteer_hours", 90, "1.5", "1.5"),
        ("volunteers_active", 473, "473", "473"),
        ("projects_count", 6, "6", "6"),
    ],
)
def test_a_figure_is_written_in_its_unit(key, amount, written, value):
    one = figure(key, amount)
    assert (one.written, str(one.value)) == (written, value)


def test_a_figure_without_unit_cannot_be_made(monkeypatch):
    nameless = replace(MEASURES["pt_outreach"], unit_code="nothing")
    monkeypatch.setitem(UNITS, "nothing", "")
    with pytest.raises(FigureIsIncomplete):
        Figure(measure=nameless, amount=1, scope=SCOPE, source_count=1)


@pytest.mark.parametrize("missing", ["as_of", "days"])
def test_a_figure_without_as_of_or_period_cannot_be_made(missing):
    scope = replace(SCOPE, **{missing: None})
    with pytest.raises(FigureIsIncomplete):
        Figure(measure=MEASURES["pt_outreach"], amount=1, scope=scope, source_count=1)


def test_a_figure_carries_what_it_means():
    scope = replace(SCOPE, place="ganjiaxiang", project="p1")
    one = figure("pt_outreach", 18_000, rows=1206, scope=scope)
    assert (one.unit, one.definition_version, one.precision) == ("person-times", 1, "exact")
    assert (one.days, one.as_of, one.source_count) == (YEAR, date(2019, 12, 31), 1206)
    assert one.records == {
        "measure": "pt_outreach",
        "from": "2019-01-01",
        "to": "2020-01-01",
        "as_of": "2019-12-31",
        "place": "ganjiaxiang",
        "project": "p1",
    }


def test_a_withheld_figure_tells_no_number():
    one = figure("volunteers_active", 3).withheld()
    assert (one.amount, one.value, one.written, one.precision) == (None, None, "<5", "fewer_than_5")


def test_person_times_of_both_ways_add_up():
    assert add([figure("pt_professional", 35_000), figure("pt_outreach", 18_000)]) == 53_000


@pytest.mark.parametrize(
    "keys",
    [
        ("pt_professional", "volunteers_active"),
        ("pt_professional", "volunteer_hours"),
        ("funding_awarded", "projects_count"),
        ("volunteers_active", "volunteers_active"),
        ("projects_count", "projects_count"),
    ],
)
def test_unlike_figures_are_never_added(keys):
    with pytest.raises(FiguresDoNotAddUp):
        add([figure(key, 1) for key in keys])


@pytest.mark.parametrize(
    ("asked", "first", "end", "as_of"),
    [
        ({}, (2019, 1, 1), (2020, 1, 1), (2019, 12, 31)),
        ({"as_of": date(2019, 6, 30)}, (2019, 1, 1), (2020, 1, 1), (2019, 6, 30)),
        ({"as_of": date(2026, 11, 24)}, (2026, 1, 1), (2027, 1, 1), (2026, 11, 24)),
        ({"first": date(2026, 3, 1)}, (2026, 3, 1), (2027, 1, 1), (2026, 11, 24)),
        ({"end": date(2019, 7, 1)}, (2019, 1, 1), (2019, 7, 1), (2019, 6, 30)),
        ({"end": date(2020, 1, 1)}, (2019, 1, 1), (2020, 1, 1), (2019, 12, 31)),
        (
            {"first": date(2019, 1, 1), "end": date(2020, 1, 1), "as_of": date(2025, 1, 1)},
            *((2019, 1, 1), (2020, 1, 1), (2019, 12, 31)),
        ),
        (
            {"first": date(2018, 5, 1), "as_of": date(2019, 6, 30)},
            *((2018, 5, 1), (2020, 1, 1), (2019, 6, 30)),
        ),
    ],
)
def test_the_period_of_the_page(asked, first, end, as_of):
    given = {"first": None, "end": None, "as_of": None} | asked
    found = choose_period(**given, today=TODAY, year=2019)
    assert found == (Days(date(*first), date(*end)), date(*as_of))


@pytest.mark.parametrize(
    ("asked", "first", "end", "as_of"),
    [
        ({}, (2019, 1, 1), (2026, 11, 25), (2026, 11, 24)),
        ({"as_of": date(2019, 12, 31)}, (2019, 1, 1), (2020, 1, 1), (2019, 12, 31)),
        ({"end": date(2020, 1, 1)}, (2019, 1, 1), (2020, 1, 1), (2019, 12, 31)),
        ({"as_of": date(2018, 5, 5)}, (2018, 1, 1), (2018, 5, 6), (2018, 5, 5)),
        (
            {"first": date(2026, 1, 1), "as_of": date(2025, 5, 5)},
            *((2026, 1, 1), (2026, 1, 2), (2025, 5, 5)),
        ),
    ],
)
def test_the_span_for_a_program(asked, first, end, as_of):
    given = {"first": None, "end": None, "as_of": None} | asked
    found = choose_span(**given, today=TODAY, opening=2019)
    assert found == (Days(date(*first), date(*end)), date(*as_of))


@pytest.mark.parametrize("choose", [choose_period, choose_span])
def test_a_period_that_ends_before_it_begins_is_refused(choose):
    year = {"year": 2019} if choose is choose_period else {"opening": 2019}
    day = date(2019, 5, 1)
    with pytest.raises(PeriodIsBackwards):
        choose(first=day, end=day, as_of=None, today=TODAY, **year)


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        (date(2019, 6, 30), date(2019, 7, 1)),
        (date(2030, 1, 1), date(2020, 1, 1)),
        (date(2018, 1, 1), date(2019, 1, 1)),
    ],
)
def test_facts_count_up_to_as_of(as_of, end):
    assert replace(SCOPE, as_of=as_of).counted == Days(date(2019, 1, 1), end)


def test_only_a_whole_year_is_called_by_its_number():
    assert SCOPE.year == 2019
    assert SCOPE.during(Days(date(2019, 1, 1), date(2019, 12, 31))).year is None


def test_months_are_cut_at_the_edges():
    days = Days(date(2019, 11, 20), date(2020, 1, 10))
    assert months_of(days) == [
        Days(date(2019, 11, 20), date(2019, 12, 1)),
        Days(date(2019, 12, 1), date(2020, 1, 1)),
        Days(date(2020, 1, 1), date(2020, 1, 10)),
    ]
    assert months_of(Days(days.first, days.first)) == []


def test_quarter_ends_do_not_run_ahead():
    assert quarter_ends(2019, today=TODAY)[0] == date(2019, 12, 31)
    assert quarter_ends(2026, today=TODAY) == [
        *(TODAY, date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31))
    ]
    assert quarter_ends(2027, today=TODAY) == []


@pytest.mark.parametrize(("persons", "small"), [(0, False), (1, True), (4, True), (5, False)])
def test_few_persons_are_a_small_group(persons, small):
    assert too_small(persons) is small


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ({}, set()),
        ({"a": 9, "b": 12}, set()),
        ({"a": 3, "b": 12, "c": 7}, {"a", "c"}),
        ({"a": 3, "b": 2, "c": 7}, {"a", "b"}),
        ({"a": 3, "b": 0}, {"a"}),
    ],
)
def test_one_small_group_is_hidden_behind_a_second(groups, names):
    assert hidden(groups) == names


def test_empty_months_are_cut_off_both_ends():
    lines = [
        [figure("pt_outreach", n, rows=n) for n in row]
        for row in ([0, 0, 3, 0, 0], [0, 2, 0, 0, 0])
    ]
    assert [[one.amount for one in line] for line in trim(lines)] == [[0, 3], [2, 0]]
    assert trim([[figure("pt_outreach", 0, rows=0)]]) == [[]]


def test_a_difference_says_where_and_by_how_much():
    said = Difference(
        kind="hours.clocked",
        place_id=3,
        project_id=0,
        day=date(2026, 5, 6),
        person_id=7,
        amount=60,
        rows=1,
        rolled_up_amount=0,
        rolled_up_rows=0,
    )
    assert str(said) == (
        "hours.clocked place 3 project none person 7 on 2026-05-06:"
        " facts 60 in 1 rows, roll-up 0 in 0 rows"
    )

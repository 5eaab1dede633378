"""Figures come out of the roll-ups exactly, and lead to rows that add up to them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.people import make_person
from tests.factories.projects import make_project
from tests.impact.conftest import compile_all
from tests.impact.facts import make_day, make_entry, make_hours, make_record
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.impact.queries import facts, figures, projects, records, report, rollups
from volunteer_hub.impact.rules.figures import Scope, add
from volunteer_hub.impact.rules.measures import MEASURES

YEAR = Scope(days=Days.year(2019), as_of=date(2019, 12, 31))
WHOLE_2019 = {
    "projects_count": ("2", 2),
    "funding_awarded": ("15,000.00", 2),
    "funding_paid_out": ("5,000.00", 1),
    "funding_spent": ("1,234.50", 1),
    "pt_professional": ("500", 4),
    "pt_outreach": ("100", 1),
    "volunteer_hours": ("21", 14),
    "volunteers_active": ("7", 14),
}


def scopes(story) -> list[Scope]:
    here, there = story.world.community, story.world.neighbour
    return [
        YEAR,
        replace(YEAR, as_of=date(2019, 6, 30)),
        replace(YEAR, path=here.path, place=here.code),
        replace(YEAR, path=there.path, place=there.code),
        replace(YEAR, path=story.world.elsewhere.path),
        YEAR.of_project(story.silver.id, "silver"),
        YEAR.during(Days(date(2019, 3, 1), date(2019, 4, 1))),
        Scope(days=Days(date(2019, 1, 1), date(2027, 1, 1)), as_of=date(2026, 12, 31)),
    ]


def test_the_figures_of_a_year(story):
    found = figures.figures(YEAR)
    assert {key: (one.written, one.source_count) for key, one in found.items()} == WHOLE_2019


def test_a_smaller_as_of_gives_a_smaller_figure(story):
    june = figures.figures(replace(YEAR, as_of=date(2019, 6, 30)))
    written = {key: one.written for key, one in june.items()}
    assert (written["pt_professional"], written["pt_outreach"]) == ("300", "0")
    assert (written["funding_awarded"], written["funding_spent"]) == ("15,000.00", "0.00")
    assert (written["volunteer_hours"], written["volunteers_active"]) == ("16.5", "6")


@pytest.mark.parametrize("number", range(8))
def test_every_figure_equals_its_facts(story, number):
    scope = scopes(story)[number]
    for key, one in figures.figures(scope).items():
        counted = facts.count_facts(MEASURES[key], scope)
        assert (key, one.amount, one.source_count) == (key, counted.amount, counted.rows)


@pytest.mark.parametrize("number", range(8))
def test_months_add_up_unless_they_count_people(story, number):
    found = figures.tally(scopes(story)[number])
    for measure in MEASURES.values():
        whole, months = found.figure(measure), found.by_month(measure)
        if measure.additive:
            assert add(months) == whole.amount
        else:
            assert whole.amount <= sum(month.amount for month in months)
        assert sum(month.source_count for month in months) == whole.source_count


def test_places_add_up_for_person_times(story):
    one, two = (
        replace(YEAR, path=place.path) for place in (story.world.community, story.world.neighbour)
    )
    for key in ("pt_professional", "pt_outreach", "volunteer_hours", "funding_awarded"):
        parts = [figures.figures(scope, [key])[key].amount for scope in (one, two)]
        assert sum(parts) == figures.figures(YEAR, [key])[key].amount
    key = "volunteers_active"
    parts = [figures.figures(scope, [key])[key].amount for scope in (one, two)]
    assert (sorted(parts), figures.figures(YEAR, [key])[key].amount) == ([3, 6], 7)


def test_hours_that_were_taken_back_make_nobody_active(world):
    with transaction():
        shift = make_day(world.community, date(2026, 5, 6))
        wrong = make_hours(shift, world.volunteer, 90)
        make_hours(shift, world.volunteer, -90, takes_back=wrong)
        make_hours(shift, world.other_volunteer, 30)
    compile_all()
    scope = Scope(days=Days.year(2026), as_of=date(2026, 12, 31))
    found = figures.tally(scope)
    assert found.figure(MEASURES["volunteers_active"]).amount == 1
    assert [one.amount for one in found.by_month(MEASURES["volunteers_active"])][4] == 1
    assert facts.count_facts(MEASURES["volunteers_active"], scope).amount == 1


def test_a_project_whose_award_was_taken_back_is_not_funded(story):
    with transaction():
        wrong = make_entry(story.plants, "awarded", date(2019, 6, 1), 10_000)
        make_entry(story.plants, "awarded", date(2019, 6, 1), -10_000, takes_back=wrong)
    compile_all()
    june = YEAR.during(Days(date(2019, 6, 1), date(2019, 7, 1)))
    assert figures.figures(june, ["projects_count"])["projects_count"].amount == 0


def test_years_and_the_usual_year(story):
    assert rollups.list_years() == [2019, 2026]
    assert figures.usual_year(date(2026, 11, 24)) == 2019
    with transaction():
        make_entry(story.silver, "awarded", date(2026, 2, 1), 100)
    compile_all()
    assert figures.usual_year(date(2026, 11, 24)) == 2026
    assert figures.usual_year(date(2025, 1, 1)) == 2019


def test_without_awards_the_newest_year_with_facts_is_usual(world):
    assert figures.usual_year(date(2026, 11, 24)) == 2026
    with transaction():
        make_record(world.community, date(2024, 11, 6), 7)
    compile_all()
    assert figures.usual_year(date(2026, 11, 24)) == 2024


def test_the_headline(story):
    shown = figures.headline(as_of=date(2026, 11, 24))
    assert [(one.measure.key, one.written) for one in shown] == [
        ("projects_count", "2"),
        ("funding_awarded", "15,000.00"),
        ("pt_professional", "500"),
        ("pt_outreach", "100"),
    ]
    assert {one.as_of for one in shown} == {date(2019, 12, 31)}
    here = figures.headline(place_path=story.world.community.path, as_of=date(2019, 6, 30))
    assert [one.written for one in here] == ["1", "10,000.00", "300", "0"]
    assert here[0].records["place"] == "ganjiaxiang"


def read_all(page_of, measure, scope):
    rows, after = [], None
    while True:
        page = page_of(measure, scope, after=after)
        rows += page.items
        after = page.next
        if after is None:
            return rows


def test_the_rows_behind_add_up_over_many_pages(story):
    with transaction():
        for day in range(1, 29):
            make_record(story.world.community, date(2019, 2, day), day)
            make_entry(story.silver, "spent", date(2019, 10, day), day)
            shift = make_day(story.world.community, date(2019, 10, day))
            make_hours(shift, story.world.volunteer, day)
    compile_all()
    found = figures.figures(YEAR)
    for key, page_of, amount in (
        ("pt_professional", records.page_services, "person_times"),
        ("funding_spent", records.page_entries, "amount_fen"),
        ("volunteer_hours", records.page_hours, "minutes"),
        ("funding_awarded", records.page_entries, "amount_fen"),
    ):
        rows = read_all(page_of, MEASURES[key], YEAR)
        assert sum(getattr(row, amount) for row in rows) == found[key].amount
        if key != "volunteer_hours":
            assert len(rows) == found[key].source_count
    awarded = read_all(records.page_awarded, MEASURES["projects_count"], YEAR)
    assert [(row.id, row.fen) for row in awarded] == [
        (story.silver.id, 1_000_000),
        (story.plants.id, 500_000),
    ]


def test_hours_by_shift_tell_how_many_but_not_who(story):
    rows = records.page_hours(MEASURES["volunteer_hours"], YEAR, after=None).items
    assert [(row.served_on, row.persons, row.minutes) for row in rows] == [
        (date(2019, 3, 5), 6, 540),
        (date(2019, 4, 5), 5, 450),
        (date(2019, 9, 5), 3, 270),
    ]
    assert "person_id" not in rows[0]._fields


def test_small_groups_are_withheld_and_one_more(story):
    shown = {}
    for name in ("community", "neighbour"):
        place = getattr(story.world, name)
        scope = replace(YEAR, path=place.path)
        one = figures.figures(scope, ["volunteers_active", "pt_professional"])
        shown[name] = report.guard(list(one.values()), scope, everything=False)
    # 3 at the neighbour's are few; 6 in the community would tell them from the 7 in all
    assert [one.written for one in shown["neighbour"]] == ["<5", "200"]
    assert [one.written for one in shown["community"]] == ["<5", "300"]
    whole = list(figures.figures(YEAR, ["volunteers_active"]).values())
    assert [one.written for one in report.guard(whole, YEAR, everything=False)] == ["7"]


def test_months_with_few_people_are_withheld(story):
    found = report.read_report(YEAR, everything=False).by_month["volunteers_active"]
    assert [one.written for one in found][2:4] == ["6", "5"]
    assert found[8].amount is None
    shown = report.read_report(YEAR, everything=True).by_month["volunteers_active"]
    assert shown[8].amount == 3


def test_money_by_project(story):
    lines = report.read_report(YEAR, everything=True).money
    assert [
        (line.project.slug, line.awarded.written, line.paid_out.written, line.spent.written)
        for line in lines
    ] == [("silver", "10,000.00", "5,000.00", "1,234.50"), ("plants", "5,000.00", "0.00", "0.00")]
    assert lines[0].spent.records["project"] == "silver"


def test_many_projects_show_the_largest(story, monkeypatch):
    monkeypatch.setattr(report, "MOST_PROJECTS", 1)
    found = report.read_report(YEAR, everything=True)
    assert [line.project.slug for line in found.projects] == ["silver"]
    assert (found.more_projects, len(found.money)) == (1, 2)


def test_a_draft_project_is_no_scope(story):
    with transaction():
        make_project(story.world.community, slug="secret", state="draft")
    with pytest.raises(NotFound):
        report.get_scope(days=YEAR.days, as_of=YEAR.as_of, project="secret")
    with pytest.raises(NotFound):
        projects.get_achieved("secret", as_of=YEAR.as_of)


def test_a_report_costs_the_same_number_of_statements(story, queries):
    report.read_report(YEAR, everything=False)
    few = len(queries)
    with transaction():
        for day in range(1, 25):
            make_record(story.world.community, date(2019, 2, day), day)
            make_hours(make_day(story.world.community, date(2019, 7, day)), make_person(), 60)
    compile_all()
    queries.clear()
    report.read_report(YEAR, everything=False)
    assert len(queries) == few <= 6


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(served=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 12)), max_size=12))
def test_the_union_of_people_is_at_most_the_sum(world, served):
    people = [world.volunteer, world.other_volunteer, world.coordinator, world.supervisor]
    people.append(world.grid_worker)
    with transaction():
        for who, month in served:
            shift = make_day(world.community, date(2018, month, 1))
            make_hours(shift, people[who], 30)
    compile_all()
    found = figures.tally(Scope(days=Days.year(2018), as_of=date(2018, 12, 31)))
    active = MEASURES["volunteers_active"]
    whole = found.figure(active).amount or 0
    months = [one.amount or 0 for one in found.by_month(active)]
    assert max(months) <= whole <= min(sum(months), len(people))

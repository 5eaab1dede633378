"""The public page: exact figures, each with its rows; the same in files; few people hidden."""

import csv
import io
import re
from datetime import date

import pytest

from tests.impact.conftest import compile_all
from tests.impact.facts import make_record
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.sheets import read_rows
from volunteer_hub.projects.models import Indicator

ROLES = (
    "visitor",
    "volunteer",
    "grid_worker",
    "partner_contact",
    "community_coordinator",
    "subdistrict_supervisor",
    "administrator",
    "stranger",
)
YEAR = "from=2019-01-01&to=2020-01-01&as_of=2019-12-31"
RECORDS = f"/impact/records?{YEAR}&measure="
ROUTES = (
    "/impact",
    "/impact.csv",
    "/impact.xlsx",
    f"{RECORDS}pt_outreach",
    "/projects/silver/impact",
)


def person_of(story, role):
    """The person who holds the role, reading English."""
    world = story.world
    person = world.stranger if role == "stranger" else world.roles()[role]
    if person is not None:
        with transaction():
            person.language = "en"
    return person


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", ROUTES)
def test_figures_are_open_to_everybody(story, as_person, route, role):
    assert as_person(person_of(story, role)).get(route).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_opens_with_the_year_of_the_awards(story, as_person, language):
    answer = as_person(None, language=language).get("/impact")
    shown = text_of(answer)
    for number in ("500", "100", "15,000.00", "5,000.00", "1,234.50", "21", "7"):
        assert f" {number} " in shown
    title = "2019 试点年，做了什么" if language == "zh" else "2019, the pilot year: what was done"
    assert title in shown
    assert ("截至 2019年12月31日" if language == "zh" else "as of 31 Dec 2019") in shown
    for key in ("projects_count", "funding_awarded", "pt_professional", "pt_outreach"):
        link = f"/impact/records?measure={key}&amp;from=2019-01-01&amp;to=2020-01-01"
        assert link in answer.get_data(as_text=True)


def test_another_year_and_an_earlier_day_can_be_chosen(story, as_person):
    shown = text_of(as_person(None).get("/impact?as_of=2026-11-24"))
    assert "2026: what was done" in shown
    assert " 7 person-times " in shown


def test_an_earlier_day_gives_less(story, as_person):
    shown = text_of(as_person(None).get("/impact?as_of=2019-06-30&place=ganjiaxiang"))
    assert " 300 person-times " in shown
    assert "as of 30 Jun 2019" in shown


def test_a_period_of_days_is_named_by_its_days(story, as_person):
    shown = text_of(as_person(None).get("/impact?from=2019-03-01&to=2019-04-01"))
    assert "What was done from 1 Mar 2019 to 31 Mar 2019" in shown


def test_a_period_of_many_years_has_tables_instead_of_charts(story, as_person):
    answer = as_person(None).get("/impact?from=2019-01-01&to=2027-01-01")
    page = answer.get_data(as_text=True)
    assert 'class="chart ' not in page
    assert "19/3" in page


def test_a_month_with_few_people_is_not_drawn_as_nothing(story, as_person):
    page = as_person(None).get("/impact").get_data(as_text=True)
    assert 'id="people-t"' not in page
    assert "Months with fewer than 5 people are not public" in page
    assert 'id="hours-t"' in page


def test_nothing_counted_says_so(world, as_person):
    shown = text_of(as_person(None).get("/impact"))
    assert "Nothing was counted here in this time" in shown


def test_a_draft_changes_nothing_until_it_is_verified_and_added(story, as_person):
    with transaction():
        make_record(story.world.community, date(2019, 9, 9), 40, state="draft")
    compile_all()
    assert " 500 person-times " in text_of(as_person(None).get("/impact"))


def test_what_waits_is_told(story, as_person):
    with transaction():
        make_record(story.world.community, date(2019, 9, 9), 40)
    shown = text_of(as_person(None).get("/impact"))
    assert " 500 person-times " in shown
    assert "Changes being added right now: 1." in shown


def test_what_was_added_is_shown(story, as_person):
    with transaction():
        make_record(story.world.community, date(2019, 9, 9), 40)
    compile_all()
    shown = text_of(as_person(None).get("/impact"))
    assert " 540 person-times " in shown
    assert "being added" not in shown


def rows_of_csv(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_csv_holds_the_same_numbers_with_all_they_need(story, as_person):
    answer = as_person(None).get("/impact.csv")
    assert "impact-2019-01-01-2019-12-31.csv" in answer.headers["Content-Disposition"]
    rows = rows_of_csv(answer)
    year = {"From": "2019-01-01", "To (not included)": "2020-01-01", "Project": ""}
    yearly = {row["Measure"]: row for row in rows if year.items() <= row.items()}
    months = [row for row in rows if row["Measure"] == "pt_professional"][1:]
    assert {key: row["Value"] for key, row in yearly.items()} == {
        "projects_count": "2",
        "funding_awarded": "15000.00",
        "funding_paid_out": "5000.00",
        "funding_spent": "1234.50",
        "pt_professional": "500",
        "pt_outreach": "100",
        "volunteer_hours": "21.0",
        "volunteers_active": "7",
    }
    assert sum(int(row["Value"]) for row in months) == 500
    one = yearly["pt_professional"]
    assert (one["Unit"], one["As of"], one["Precision"]) == ("person-times", "2019-12-31", "exact")
    assert (one["Definition, version"], one["Records"]) == ("1", "4")
    assert one["Where the records are"].startswith("http://hub.test/impact/records?")
    assert {row["Project"] for row in rows} == {"", "Silver Guard", "Plants"}


def test_the_xlsx_holds_what_the_csv_holds(story, as_person):
    client = as_person(None, language="zh")
    head, *rows = read_rows(client.get("/impact.xlsx").data)
    table = rows_of_csv(client.get("/impact.csv"))
    assert head == list(table[0])
    assert len(rows) == len(table)
    for row, line in zip(rows, table, strict=True):
        assert row[:3] == [line["指标"], line["名称"], line["项目"]]
        said = line["数值"]
        assert str(row[3]) == said or float(row[3]) == float(said)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (
            "pt_professional",
            "Rows behind it: 4. Added up one by one they make 500 person-times.",
        ),
        ("pt_outreach", "Rows behind it: 1. Added up one by one they make 100 person-times."),
        (
            "funding_awarded",
            "Rows behind it: 2. Added up one by one they make 15,000.00 yuan.",
        ),
        ("volunteer_hours", "Rows behind it: 14. Added up one by one they make 21 hours."),
        ("volunteers_active", "Rows behind it: 14. Counted one by one: 7 people;"),
        ("projects_count", "Rows behind it: 2. Counted one by one: 2 projects;"),
    ],
)
def test_the_rows_behind_add_up_to_the_figure(story, as_person, measure, said):
    assert said in text_of(as_person(None).get(f"{RECORDS}{measure}"))


def test_the_rows_of_services_show_reversals_and_no_names(story, as_person):
    page = text_of(as_person(None).get(f"{RECORDS}pt_professional"))
    assert page.count("Takes a record back") == 1
    assert " -50 " in page
    assert "甲" not in page
    assert "乙" not in page


def test_the_rows_of_money_name_no_payee(story, as_person):
    page = text_of(as_person(None).get(f"{RECORDS}funding_spent"))
    assert "1,234.50" in page
    assert "白银路街道办事处" not in page


def test_many_rows_are_paged(story, as_person):
    with transaction():
        for day in range(1, 29):
            make_record(story.world.community, date(2019, 2, day), day)
    compile_all()
    client = as_person(None)
    first = client.get(f"{RECORDS}pt_professional").get_data(as_text=True)
    onward = re.search(r'href="([^"]+after=[^"]+)"\s+rel="next"', first)
    assert onward is not None
    second = client.get(onward[1].replace("&amp;", "&")).get_data(as_text=True)
    assert first.count("<tr>") + second.count("<tr>") == 32 + 2
    assert 'rel="next"' not in second


def test_too_many_rows_are_not_added_up_while_one_waits(story, as_person, monkeypatch):
    monkeypatch.setattr("volunteer_hub.impact.views.MOST_ROWS_ADDED", 3)
    said = "Rows behind it: 4, too many to add up while you wait."
    assert said in text_of(as_person(None).get(f"{RECORDS}pt_professional"))


FEW = f"{RECORDS}volunteers_active&place=xibeixincun"


@pytest.mark.parametrize("role", ROLES)
def test_few_people_are_shown_to_who_looks_after_the_place_only(story, as_person, role):
    path = f"/impact?{YEAR}&place=xibeixincun"
    shown = text_of(as_person(person_of(story, role)).get(path))
    assert ("&lt;5 people" in shown) is (role != "subdistrict_supervisor")
    assert (" 3 people " in shown) is (role == "subdistrict_supervisor")


@pytest.mark.parametrize("role", ["visitor", "stranger", "community_coordinator"])
def test_few_people_cannot_be_read_off_the_records(story, as_person, role):
    shown = text_of(as_person(person_of(story, role)).get(FEW))
    assert "Fewer than 5 people are not shown" in shown
    assert "one by one: 3" not in shown


def test_the_supervisor_reads_few_people_in_the_records(story, as_person):
    assert "one by one: 3 people" in text_of(
        as_person(person_of(story, "subdistrict_supervisor")).get(FEW)
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/impact?as_of=yesterday", 422),
        ("/impact?from=2019-02-30", 422),
        ("/impact?from=0001-01-01", 422),
        ("/impact?from=2019-05-01&to=2019-05-01", 422),
        ("/impact?place=nowhere", 404),
        ("/impact?project=nothing", 404),
        ("/impact.csv?place=nowhere", 404),
        ("/impact/records", 404),
        ("/impact/records?measure=happiness", 404),
        ("/impact/records?measure=pt_outreach&after=made-up", 422),
        ("/projects/nothing/impact", 404),
    ],
)
def test_what_makes_no_sense_is_refused(story, as_person, path, status):
    assert as_person(None).get(path).status_code == status


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_asks_the_database_few_times(story, as_person, queries, route):
    as_person(None).get(route)
    assert len(queries) <= 11


def test_a_project_shows_whom_it_served_and_how_far_it_is(story, as_person):
    with transaction():
        for name, unit, target, measure in (
            ("专业服务", "人次", 1200, "pt_professional"),
            ("满意率", "%", 90, None),
        ):
            db.session.add(
                Indicator(
                    project_id=story.silver.id,
                    name_zh=name,
                    unit_zh=unit,
                    target=target,
                    measure=measure,
                )
            )
    page = text_of(as_person(None).get("/projects/silver/impact"))
    assert "Silver Guard: what it achieved" in page
    assert "1,200 人次" in page
    assert " 300 person-times " in page
    assert "not counted here" in page

"""Hours are never told as one sum without the four classes they are made of."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from tests.house.test_words import catalogue
from tests.impact.conftest import compile_all
from tests.impact.facts import make_day, make_hours
from tests.impact.test_queries import YEAR, scopes
from tests.impact.test_views import RECORDS, person_of, text_of
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.foundation.sheets import read_rows
from volunteer_hub.hours.rules.hours import SOURCE_WORDS, SOURCES
from volunteer_hub.impact.api.figures import Source
from volunteer_hub.impact.queries import facts, figures, records
from volunteer_hub.impact.rules.figures import (
    Figure,
    FigureIsIncomplete,
    FiguresDoNotAddUp,
    Scope,
)
from volunteer_hub.impact.rules.measures import HOURS_KINDS, MEASURES
from volunteer_hub.projects.models import Indicator

HOURS, ACTIVE = MEASURES["volunteer_hours"], MEASURES["volunteers_active"]
MINUTES = dict(zip(SOURCES, (540, 180, 450, 90), strict=True))
CLOCKED = f"{RECORDS}volunteer_hours&class=clocked"
SPLIT = (
    "clocked in and out 9 hours · confirmed by the coordinator 3 hours"
    " · written in later 7.5 hours · declared by the volunteer 1.5 hours"
)


def made_of(minutes: dict[str, int], *, whole: int | None = None) -> Figure:
    """A figure of hours of these minutes by class."""
    classes = tuple(
        Figure(measure=one, amount=minutes.get(one.source, 0), scope=YEAR, source_count=1)
        for one in HOURS.classes
    )
    amount = sum(minutes.values()) if whole is None else whole
    return Figure(measure=HOURS, amount=amount, scope=YEAR, source_count=4, classes=classes)


# --- The rule.


def test_the_word_list_is_the_one_of_the_hours():
    assert HOURS.kinds == ACTIVE.kinds == HOURS_KINDS
    assert [one.source for one in HOURS.classes] == list(SOURCES) == list(get_args(Source))
    assert [one.label for one in HOURS.classes] == list(SOURCE_WORDS.values())
    assert all(one.classes == () for one in HOURS.classes)


@pytest.mark.parametrize("key", [key for key in MEASURES if key != "volunteer_hours"])
def test_nothing_else_is_made_of_classes(key):
    assert MEASURES[key].classes == ()


@pytest.mark.parametrize("measure", [HOURS, ACTIVE], ids=lambda one: one.key)
def test_the_definition_names_each_class_in_both_languages(measure):
    chinese = {str(one.id): str(one.string) for one in catalogue("zh_CN", "impact").values()}
    words = {str(one.id): str(one.string) for one in catalogue("zh_CN", "hours").values()}
    assert measure.version == 2
    for word in SOURCE_WORDS.values():
        assert word in measure.definition
        assert words[word] in chinese[measure.definition]


def test_hours_cannot_be_told_without_their_classes():
    with pytest.raises(FigureIsIncomplete):
        Figure(measure=HOURS, amount=60, scope=YEAR, source_count=1)
    with pytest.raises(FigureIsIncomplete):
        replace(made_of({"clocked": 60}), classes=made_of({"clocked": 60}).classes[:3])


@pytest.mark.parametrize("whole", [59, 61])
def test_classes_that_do_not_make_the_whole_are_refused(whole):
    with pytest.raises(FiguresDoNotAddUp):
        made_of({"clocked": 40, "back_filled": 20}, whole=whole)


@pytest.mark.parametrize(
    ("minutes", "written", "apart"),
    [
        ({"clocked": 60, "back_filled": 30}, ["1", "0", "0.5", "0"], False),
        ({"clocked": 62, "back_filled": 62}, ["1", "0", "1", "0"], True),  # 2.1 in all
        ({"clocked": 3, "self_declared": 3}, ["0.1", "0", "0", "0.1"], True),  # 0.1 in all
        ({"clocked": 3}, ["0.1", "0", "0", "0"], False),
        ({"clocked": 60, "back_filled": -60}, ["1", "0", "-1", "0"], False),
    ],
)
def test_rounding_that_seems_not_to_add_up_is_known(minutes, written, apart):
    figure = made_of(minutes)
    assert [one.written for one in figure.classes] == written
    assert figure.is_rounded_apart is apart


def test_a_class_is_found_by_its_name():
    figure = made_of({"clocked": 40, "back_filled": 20})
    part = figure.of_class("back_filled")
    assert (part.amount, part.records["class"]) == (20, "back_filled")
    assert "class" not in figure.records
    for unknown in ("", "guessed"):
        with pytest.raises(NotFound):
            figure.of_class(unknown)


# --- Out of the roll-ups.


@pytest.mark.parametrize("number", range(8))
def test_every_class_equals_its_facts_and_the_classes_make_the_whole(story, number):
    scope = scopes(story)[number]
    found = figures.tally(scope)
    whole = found.figure(HOURS)
    for one in whole.classes:
        counted = facts.count_facts(one.measure, scope)
        assert (one.amount, one.source_count) == tuple(counted)
    assert sum(one.source_count for one in whole.classes) == whole.source_count
    months = found.by_month(HOURS)
    for index, one in enumerate(whole.classes):
        assert sum(month.classes[index].amount or 0 for month in months) == one.amount


def test_an_earlier_day_knows_the_classes_of_its_time(story):
    june = replace(YEAR, as_of=date(2019, 6, 30))
    for scope, minutes in ((YEAR, MINUTES), (june, {"clocked": 540, "back_filled": 450})):
        whole = figures.figures(scope, ["volunteer_hours"])["volunteer_hours"]
        told = {one.measure.source: one.amount for one in whole.classes}
        assert told == dict.fromkeys(SOURCES, 0) | minutes


def test_a_reversal_takes_from_its_own_class(story):
    with transaction():
        shift = make_day(story.world.community, date(2019, 5, 5))
        wrong = make_hours(shift, story.world.volunteer, 90, source="self_declared")
        make_hours(shift, story.world.volunteer, -90, takes_back=wrong)
    compile_all()
    [whole] = figures.figures(YEAR, ["volunteer_hours"]).values()
    assert {one.measure.source: one.amount for one in whole.classes} == MINUTES
    assert whole.of_class("self_declared").source_count == 3


def test_who_serves_in_two_classes_counts_once(world):
    with transaction():
        shift = make_day(world.community, date(2026, 5, 6))
        make_hours(shift, world.volunteer, 60)
        make_hours(shift, world.volunteer, 30, source="back_filled")
    compile_all()
    scope = Scope(days=Days.year(2026), as_of=date(2026, 12, 31))
    assert figures.figures(scope, [ACTIVE.key])[ACTIVE.key].amount == 1
    assert facts.count_facts(ACTIVE, scope).amount == 1
    [row] = records.page_hours(HOURS, scope, after=None).items
    assert (row.persons, row.minutes) == (1, 90)
    assert row.by_class == {"clocked": 60, "back_filled": 30}


@pytest.mark.parametrize("source", SOURCES)
def test_the_rows_of_one_class_add_up_to_it(story, source):
    part = figures.figures(YEAR, ["volunteer_hours"])["volunteer_hours"].of_class(source)
    rows = records.page_hours(part.measure, YEAR, after=None).items
    assert sum(row.minutes for row in rows) == part.amount == MINUTES[source]
    assert all(row.by_class == {source: row.minutes} for row in rows)


# --- On the pages.


@pytest.mark.parametrize("path", ["/impact", f"{RECORDS}volunteer_hours"])
def test_the_split_stands_beside_the_sum(story, as_person, path):
    page = text_of(as_person(None).get(path))
    assert " 21 hours " in page
    if path == "/impact":
        assert page.count(SPLIT) == page.count(SPLIT.replace(" ·", "")) == 1  # chart and figure
        assert "of these: written in later (hours) " in page
    else:
        for row in ("clocked in and out 6 540 9 ", "declared by the volunteer 1 90 1.5 "):
            assert row in page
        assert "All classes 14 1,260 21 " in page
    assert "rounded by itself;" not in page


def test_the_split_in_chinese(story, as_person):
    page = text_of(as_person(None, language="zh").get("/impact"))
    assert "签到签退 9 小时 · 负责人确认 3 小时 · 补录 7.5 小时 · 本人申报 1.5 小时" in page


def test_a_project_shows_the_split_also_beside_its_target(story, as_person):
    with transaction():
        shift = make_day(story.world.community, date(2019, 5, 5))
        db.session.get_one(Activity, shift.activity_id).project_id = story.silver.id
        for person, source in (
            (story.world.volunteer, "clocked"),
            (story.world.other_volunteer, "self_declared"),
        ):
            make_hours(shift, person, 62, source=source)
        of = {"project_id": story.silver.id, "name_zh": "志愿服务", "unit_zh": "小时"}
        db.session.add(Indicator(**of, target=100, measure="volunteer_hours"))
    compile_all()
    page = text_of(as_person(None).get("/projects/silver/impact"))
    split = "clocked in and out 1 hours · declared by the volunteer 1 hours"
    for told in (split, split.replace(" ·", "")):
        assert page.count(f"{told} (each rounded by itself; in minutes they add up exactly)") == 1
    assert " 2.1 hours " in page


def test_the_rows_of_a_class_are_behind_a_link(story, as_person):
    client = as_person(None)
    whole = client.get(f"{RECORDS}volunteer_hours").get_data(as_text=True)
    [link] = set(re.findall(r'href="([^"]*class=back_filled[^"]*)"', whole))
    page = text_of(client.get(link.replace("&amp;", "&")))
    assert "Volunteer hours: written in later" in page
    assert "Rows behind it: 5. Added up one by one they make 7.5 hours." in page
    assert "5 Apr 2019" in page
    assert "5 Mar 2019" not in page


def test_many_rows_of_a_class_are_paged_within_it(story, as_person):
    with transaction():
        for day in range(1, 29):
            make_hours(
                make_day(story.world.community, date(2019, 2, day)),
                story.world.volunteer,
                60,
                source="back_filled" if day < 4 else "clocked",
            )
    compile_all()
    first = as_person(None).get(CLOCKED).get_data(as_text=True)
    onward = re.search(r'href="([^"]+after=[^"]+)"\s+rel="next"', first)
    assert onward is not None
    assert "class=clocked" in onward[1]
    second = as_person(None).get(onward[1].replace("&amp;", "&"))
    assert "Volunteer hours: clocked in and out" in text_of(second)


@pytest.mark.parametrize("query", ["volunteer_hours&class=guessed", "pt_outreach&class=clocked"])
def test_an_unknown_class_is_no_page(story, as_person, query):
    assert as_person(None).get(f"{RECORDS}{query}").status_code == 404


@pytest.mark.parametrize("role", ["visitor", "stranger", "subdistrict_supervisor"])
def test_how_many_people_make_up_a_class_is_for_staff(story, as_person, role):
    page = text_of(as_person(person_of(story, role)).get(f"{CLOCKED}&place=baiyin"))
    assert ("Persons" in page) is (role == "subdistrict_supervisor")


@pytest.mark.parametrize("path", [CLOCKED, f"{RECORDS}volunteer_hours"])
def test_the_page_of_a_class_asks_the_database_few_times(story, as_person, queries, path):
    as_person(None).get(path)
    assert len(queries) <= 11


# --- In files and for programs.


def test_the_files_hold_the_minutes_of_each_class(story, as_person):
    client = as_person(None)
    said = client.get("/impact.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(said)))
    columns = [f"Of these: {word} (minutes)" for word in SOURCE_WORDS.values()]
    for row in rows:
        parts = [row[column] for column in columns]
        if row["Measure"] == "volunteer_hours":
            assert sum(map(int, parts)) == int(row["In minutes"])
        else:
            assert {row["In minutes"], *parts} == {""}
    whole = next(row for row in rows if row["Measure"] == "volunteer_hours")
    assert [int(whole[column]) for column in columns] == list(MINUTES.values())
    head, *lines = read_rows(client.get("/impact.xlsx").data)
    line = next(line for line in lines if line[0] == "volunteer_hours")
    assert head[-5:] == ["In minutes", *columns]
    assert [int(one) for one in line[-5:]] == [1260, *MINUTES.values()]


def test_the_answer_for_programs_lists_the_classes(story, client):
    query = "measure=volunteer_hours&from=2019-01-01&to=2020-01-01&by=month"
    body = client.get(f"/api/v1/figures?{query}", headers={"Accept-Language": "en"}).json
    assert (body["value"], body["minutes"], body["definition_version"]) == (21, 1260, 2)
    told = [(one["class"], one["value"], one["unit"], one["minutes"]) for one in body["classes"]]
    assert told == [(source, n / 60, "hours", n) for source, n in MINUTES.items()]
    assert [one["source_count"] for one in body["classes"]] == [6, 2, 5, 1]
    assert "class=clocked" in body["classes"][0]["records"]
    for month in body["by_month"]:
        assert sum(one["minutes"] for one in month["classes"]) == month["minutes"]


@pytest.mark.parametrize("measure", ["volunteers_active", "funding_spent"])
def test_other_answers_have_no_classes(story, client, measure):
    body = client.get(f"/api/v1/figures?measure={measure}&by=month").json
    assert (body["minutes"], body["classes"]) == (None, None)
    assert {month["classes"] for month in body["by_month"]} == {None}

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.planning import make_pattern, make_template
from tests.factories.projects import make_project
from tests.factories.series import make_series
from tests.factories.shifts import make_signup
from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.planning.models import ShiftPattern

DAY = timedelta(days=1)
SERIES = "/activities/series"


@pytest.fixture
def staff(world, as_person, story):
    return as_person(world.coordinator)


def written(world, **more):
    return {
        "title_zh": "共享集市",
        "title_en": "Sharing Market",
        "place": str(world.community.id),
        "project": "0",
        "description_zh": "带来，带走。",
        "begins": "08:00",
        "minutes": "240",
        "publishes": "y",
        "interval": "1",
        "how": "day",
        "month_day": "5",
        "which": "1",
        "weekday": "5",
        "first_on": "2019-01-02",
        "last_on": "",
        "template": "0",
        **more,
    }


def series_of(answer):
    assert answer.status_code == 303, answer.text
    return db.session.get_one(Series, int(answer.location.rsplit("/", 1)[1]))


def test_a_preview_shows_twelve_days_with_their_flags_and_saves_nothing(world, staff):
    answer = staff.post(f"{SERIES}/new", data=written(world, preview="1"))
    assert answer.status_code == 200
    assert answer.text.count('class="plate"') == 12
    for word in ("Spring Festival", "Qingming Festival", "Make-up workday", "National Day"):
        assert answer.text.count(word) == 1, word
    assert "keep, move or cancel" in answer.text
    assert 'value="2019-01-02"' in answer.text
    assert db.session.query(Series).count() == 0


def test_a_preview_says_what_is_not_published_yet(world, staff):
    with_last = written(world, preview="1", first_on="2019-12-01", last_on="2020-02-10")
    answer = staff.post(f"{SERIES}/new", data=with_last)
    assert answer.text.count('class="plate"') == 3
    assert "not yet published" not in answer.text


def test_years_ahead_that_nobody_knows(world, as_person):
    first_on = f"{utc_now().year + 1}-06-01"
    answer = as_person(world.coordinator).post(
        f"{SERIES}/new", data=written(world, preview="1", first_on=first_on)
    )
    assert "not yet published" in answer.text


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ({}, "FREQ=MONTHLY;BYMONTHDAY=5"),
        ({"how": "last"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ({"how": "weekday", "which": "-1", "weekday": "4"}, "FREQ=MONTHLY;BYDAY=-1FR"),
        ({"how": "weekly", "weekdays": ["1", "3"]}, "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"how": "daily", "interval": "10"}, "FREQ=DAILY;INTERVAL=10"),
        ({"interval": "3"}, "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=5"),
    ],
)
def test_a_coordinator_begins_a_series(world, staff, chosen, rule):
    series = series_of(staff.post(f"{SERIES}/new", data=written(world, **chosen)))
    assert (series.rule, series.zone, series.publishes) == (rule, "Asia/Shanghai", True)
    assert series.created_by == world.coordinator.id
    assert db.session.query(Activity).filter_by(series_id=series.id).count() > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_zh": " "}, "Please fill this in."),
        ({"begins": "noon"}, "Write a time, such as 08:00."),
        ({"first_on": "soon"}, "This is not a date."),
        ({"first_on": "0019-01-02"}, "A series begins a year ago at the earliest."),
        ({"first_on": "2031-01-02"}, "Choose a day within two years."),
        ({"last_on": "2019-01-04"}, "No day fits this rule between the first day and the last."),
        ({"interval": "0"}, "Repeat every 1 to 99 days, weeks or months."),
        ({"how": "weekly"}, "Choose at least one day of the week."),
        ({"month_day": "32"}, "Choose a day from 1 to 31"),
        ({"month_day": ""}, "Choose a day from 1 to 31"),
        ({"minutes": "x"}, "alert-err"),
        ({"place": "999999"}, "alert-err"),
    ],
)
@pytest.mark.parametrize("button", [{}, {"preview": "1"}], ids=["save", "preview"])
def test_what_cannot_be_is_said_and_what_was_typed_stays(world, staff, changes, said, button):
    data = written(world, description_en="Kept") | changes | button
    answer = staff.post(f"{SERIES}/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept" in answer.text
    assert db.session.query(Series).count() == 0


def test_a_series_lasts_from_a_minute_to_a_week(world, staff):
    answer = staff.post(f"{SERIES}/new", data=written(world, minutes="0"))
    assert answer.status_code == 422
    assert "From one minute to a week, please" in answer.text


def test_a_series_may_take_its_shifts_from_a_template(world, staff):
    with transaction():
        template = make_template(world.subdistrict)  # of the subdistrict: its communities use it
        make_pattern(template_id=template.id)
    assert template.name in staff.get(f"{SERIES}/new").text
    chosen = written(world, template=str(template.id))
    series = series_of(staff.post(f"{SERIES}/new", data=chosen))
    found = db.session.scalars(select(ShiftPattern).filter_by(series_id=series.id)).one()
    assert (found.title_zh, found.template_id) == ("引导与签到", None)


def test_the_page_of_a_series_tells_its_days_and_its_months(world, staff, begin, day_of, shifts_of):
    series = begin(world.community)
    with transaction():
        make_signup(shifts_of(day_of(series, date(2019, 1, 5)))[0], world.volunteer)
    page = staff.get(f"{SERIES}/{series.id}").text
    assert "monthly on the 5th" in page
    assert "Spring Festival" in page
    assert "1 person with a place" in page
    assert "1 person-time" in page
    assert "8:00–12:00" in page
    assert f'href="/activities/{day_of(series, date(2019, 2, 5)).id}/move"' in page
    assert staff.get(f"{SERIES}/{series.id}?year=1999").status_code == 200
    assert staff.get(f"{SERIES}/{series.id}?year=99999").status_code == 200


def test_a_year_is_made_at_once(world, staff, begin):
    series = begin(world.community)
    answer = staff.post(
        f"{SERIES}/{series.id}/ahead", data={"until": "2019-12-31"}, follow_redirects=True
    )
    assert "9 days more are planned." in answer.text
    for until, said in [("2031-01-01", "Days are made 400 days"), ("x", "This is not a date.")]:
        data = {"until": until}
        page = staff.post(f"{SERIES}/{series.id}/ahead", data=data, follow_redirects=True)
        assert said in page.text


def test_a_series_is_changed_and_ended(world, staff, begin, day_of):
    series = begin(world.community)
    page = staff.get(f"{SERIES}/{series.id}/edit").text
    assert 'value="08:00"' in page
    assert 'value="2019-01-02"' in page
    with transaction():
        project = make_project(world.community)
    data = written(world, title_zh="春天集市", since="2019-02-01", project=str(project.id))
    assert staff.post(f"{SERIES}/{series.id}/edit", data=data).status_code == 303
    assert day_of(series, date(2019, 1, 5)).title_zh == "共享集市"
    assert day_of(series, date(2019, 3, 5)).project_id == project.id
    early = staff.post(f"{SERIES}/{series.id}/edit", data=data | {"since": "2019-01-01"})
    assert (early.status_code, "Choose today or a later day" in early.text) == (422, True)
    data = {"last_on": "2019-02-05", "reason": "停办"}
    answer = staff.post(f"{SERIES}/{series.id}/end", data=data, follow_redirects=True)
    assert "Ended. 1 day is cancelled." in answer.text
    again = staff.post(f"{SERIES}/{series.id}/end", data=data)
    assert (again.status_code, "This series was ended" in again.text) == (422, True)


def test_a_number_of_queries_that_does_not_grow_with_the_days(world, staff, begin, queries):
    short, long = begin(world.community, last_on=date(2019, 1, 5)), begin(world.community)
    counts = []
    for series in (short, long):
        queries.clear()
        assert staff.get(f"{SERIES}/{series.id}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_the_lists_are_paged_and_cost_the_same(world, staff, queries):
    with transaction():
        for _ in range(25):
            make_series(world.community)
            make_template(world.community)
    for path, link in [(SERIES, SERIES), ("/activities/templates", "/activities/templates")]:
        queries.clear()
        page = staff.get(path)
        assert len(queries) <= 6
        assert page.text.count(f'href="{link}/') >= 20
        assert 'rel="next"' in page.text


def test_nobody_sees_the_series_of_others(world, as_person, begin):
    begin(world.elsewhere)
    assert "共享集市" not in as_person(world.coordinator, language="zh").get(SERIES).text
    assert "共享集市" in as_person(world.stranger, language="zh").get(SERIES).text

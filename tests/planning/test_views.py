from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.activities import make_activity
from tests.factories.planning import make_pattern, make_template
from tests.factories.projects import make_project
from tests.factories.series import make_series
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.models import Activity, Series
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.planning.models import ActivityTemplate, ShiftPattern

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


def test_the_workspace_asks_about_days_off(world, staff, begin, day_of):
    series = begin(world.community)
    page = staff.get("/shifts").text
    assert "Days off: choose" in page
    assert f'href="/activities/{day_of(series, date(2019, 2, 5)).id}/move"' in page


def test_a_day_off_is_kept_moved_or_cancelled_on_one_page(world, staff, begin, day_of):
    series = begin(world.community)
    february = day_of(series, date(2019, 2, 5))
    page = staff.get(f"/activities/{february.id}/move").text
    assert "5 Feb 2019 is a day off: Spring Festival" in page
    assert f'action="/activities/{february.id}/keep"' in page
    reason = staff.get(f"/activities/{february.id}/cancel").text
    assert 'value="Spring Festival"' in reason
    data = {"starts_at": "2019-02-04T08:00", "ends_at": "2019-02-04T12:00"}
    answer = staff.post(f"/activities/{february.id}/move", data=data, follow_redirects=True)
    assert "Please note: that day is Spring Festival." in answer.text
    again = staff.post(f"/activities/{february.id}/move", data=data)
    assert "This is when it takes place already." in again.text
    kept = staff.post(f"/activities/{february.id}/keep", follow_redirects=True)
    assert "Nothing waits for a choice here" in kept.text


def test_a_copy_is_proposed_for_the_same_weekday(world, staff):
    with transaction():
        past = make_activity(world.community, starts_at=utc_now() - 9 * DAY)
        make_shift(world.community, activity=past)
    page = staff.get(f"/activities/{past.id}/copy").text
    assert 'value="2019-01-07T09:00"' in page
    answer = staff.post(f"/activities/{past.id}/copy", data={"starts_at": "2019-01-07T09:00"})
    assert answer.status_code == 303
    assert db.session.scalar(select(func.max(Activity.id))) == int(answer.location.split("/")[-1])
    late = staff.post(f"/activities/{past.id}/copy", data={"starts_at": "2019-01-01T09:00"})
    assert (late.status_code, "The start must be in the future." in late.text) == (422, True)


def test_a_template_is_kept_and_used(world, staff, as_person):
    with transaction():
        activity = make_activity(world.community)
        make_shift(world.community, activity=activity)
    data = {"name": "月集"}
    answer = staff.post(f"/activities/{activity.id}/template", data=data)
    template = db.session.query(ActivityTemplate).one()
    assert answer.location == f"/activities/templates/{template.id}"
    assert "引导与签到" in as_person(world.grid_worker, language="zh").get(answer.location).text
    again = staff.post(f"/activities/{activity.id}/template", data=data)
    assert (again.status_code, "has this name already" in again.text) == (422, True)
    chosen = {"place": str(world.community.id), "starts_at": "2019-03-05T08:00"}
    assert staff.post(answer.location, data=chosen).status_code == 303
    late = staff.post(answer.location, data=chosen | {"starts_at": "2018-03-05T08:00"})
    assert late.status_code == 422


def shift_words(**more):
    return {
        "title_zh": "收摊",
        "begins_after": "240",
        "minutes": "30",
        "minimum": "1",
        "capacity": "3",
        "risk_notice_zh": "小心推车",
        **more,
    }


def test_shifts_of_a_series_are_added_changed_and_removed(world, staff, begin):
    series = begin(world.community, patterns=[])
    data = shift_words(made_too="y")
    assert staff.post(f"{SERIES}/{series.id}/shifts/new", data=data).status_code == 303
    pattern = db.session.query(ShiftPattern).one()
    assert "12:00–12:30" in staff.get(f"{SERIES}/{series.id}").text
    edit = f"/activities/patterns/{pattern.id}/edit"
    assert 'value="240"' in staff.get(edit).text
    assert staff.post(edit, data=shift_words(capacity="9")).status_code == 303
    db.session.expire_all()
    assert pattern.capacity == 9
    wrong = staff.post(edit, data=shift_words(begins_after="99999"))
    assert (wrong.status_code, "within a week of its activity" in wrong.text) == (422, True)
    assert staff.post(f"/activities/patterns/{pattern.id}/remove").status_code == 303
    assert db.session.query(ShiftPattern).count() == 0

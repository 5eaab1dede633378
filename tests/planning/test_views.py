from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.planning.models import ActivityTemplate, ShiftPattern

DAY = timedelta(days=1)
SERIES = "/activities/series"


@pytest.fixture
def staff(world, as_person, story):
    return as_person(world.coordinator)


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

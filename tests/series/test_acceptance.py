"""February 2019 of the story: the market of the 5th, which was Spring Festival."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.planning.conftest import SHANGHAI
from volunteer_hub.activities.models import Activity
from volunteer_hub.foundation.clock import Span, utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.series.actions import expansion
from volunteer_hub.series.queries import report
from volunteer_hub.signups.actions import joining

FEBRUARY = date(2019, 2, 5)
MOVED_TO = datetime(2019, 2, 12, 8, tzinfo=SHANGHAI)
FOUR_HOURS = timedelta(hours=4)


@pytest.fixture
def series(world, begin):
    return begin(world.community)


def move(activity, to):
    with transaction():
        span = Span(to, to + FOUR_HOURS)
        occurrences.move_activity(activity=activity, span=span, now=utc_now())


def join(shift, *people):
    with transaction():
        for person in people:
            joining.join(shift_id=shift.id, person=person, now=utc_now())


def months(series):
    found = report.list_months(series.id, year=2019)
    return [(m.first.month, m.days, m.moved, m.person_times) for m in found]


def test_the_year_2019_flags_three_holidays_and_one_make_up_workday(series, shifts_of):
    with transaction():
        expansion.plan_ahead(series_id=series.id, until=date(2019, 12, 31), now=utc_now())
    found = select(Activity).filter_by(series_id=series.id).order_by(Activity.nominal_on)
    days = db.session.scalars(found).all()
    assert [day.nominal_on for day in days] == [date(2019, month, 5) for month in range(1, 13)]
    assert {day.nominal_on.month: day.day_off for day in days if day.day_off} == {
        2: "spring-festival",
        4: "qingming",
        5: "makeup-workday",
        10: "national-day",
    }
    for day in days:
        wanted = ("waiting", "draft") if day.day_off else ("none", "published")
        assert (day.choice, day.state) == wanted
        assert [shift.state for shift in shifts_of(day)] == [day.state]
    assert days[0].starts_at == datetime(2019, 1, 5, 0, tzinfo=UTC)


def test_february_is_moved_with_its_shift_its_people_and_their_reminders(
    world, series, day_of, shifts_of
):
    with transaction():
        occurrences.keep_activity(activity=day_of(series, FEBRUARY), now=utc_now())
    (shift,) = shifts_of(day_of(series, FEBRUARY))
    join(shift, world.volunteer, world.other_volunteer)
    move(day_of(series, FEBRUARY), MOVED_TO)
    february = day_of(series, FEBRUARY)
    (shift,) = shifts_of(february)
    assert february.span == shift.span == (MOVED_TO, MOVED_TO + FOUR_HOURS)
    assert (february.choice, february.day_off) == ("moved", "spring-festival")
    assert (february.edited, february.revision, shift.revision) == (True, 1, 1)
    told = select(Message.recipient_id).filter_by(kind="shift-changed", channel="email")
    assert sorted(db.session.scalars(told)) == [world.volunteer.id, world.other_volunteer.id]
    due = select(Message.due_at).filter_by(kind="shift-reminder-24h", channel="email")
    pending = due.where(Message.state == "pending")
    assert set(db.session.scalars(pending)) == {MOVED_TO - timedelta(hours=24)}
    assert len(db.session.scalars(due.where(Message.state == "superseded")).all()) == 2
    assert months(series) == [(1, 1, 0, 0), (2, 1, 1, 2), (3, 1, 0, 0)]


def test_while_it_waits_nobody_can_sign_up_and_moving_it_opens_it(series, day_of, shifts_of):
    (shift,) = shifts_of(day_of(series, FEBRUARY))
    assert shift.state == "draft"
    move(day_of(series, FEBRUARY), MOVED_TO)
    (shift,) = shifts_of(day_of(series, FEBRUARY))
    assert (shift.state, day_of(series, FEBRUARY).state) == ("published", "published")


def test_a_day_moved_into_another_month_is_counted_under_its_own(world, series, day_of, shifts_of):
    january = day_of(series, date(2019, 1, 5))
    join(shifts_of(january)[0], world.volunteer)
    move(january, datetime(2019, 2, 2, 8, tzinfo=SHANGHAI))
    assert months(series) == [(1, 1, 1, 1), (2, 1, 0, 0), (3, 1, 0, 0)]
    days = report.page_occurrences(series.id, year=2019).items
    assert [(d.activity.nominal_on.month, d.persons) for d in days] == [(1, 1), (2, 0), (3, 0)]

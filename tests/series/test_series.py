from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.factories.planning import a_pattern
from tests.factories.projects import make_project
from tests.planning.conftest import SHANGHAI, STORY
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.rules.life import SeriesHasEnded
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.foundation.clock import Span, utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.messages.models import Message
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.series.actions import series as actions
from volunteer_hub.series.actions.expansion import expand
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.rules import PeopleWouldOverlap
from volunteer_hub.signups.actions import changing, joining

JANUARY, FEBRUARY, MARCH = (date(2019, month, 5) for month in (1, 2, 3))
HOUR = timedelta(hours=1)


@pytest.fixture
def series(world, begin):
    return begin(world.community)


def change(series, **more):
    facts = {
        "series_id": series.id,
        "since": date(2019, 1, 2),
        "place": series.place,
        "project": series.project,
        "title_zh": series.title_zh,
        "begins": series.begins,
        "minutes": series.minutes,
        "publishes": series.publishes,
        "now": utc_now(),
    }
    with transaction():
        return actions.change_series(**(facts | more))


def end(series, last_on, reason="集市停办"):
    with transaction():
        return actions.end_series(
            series_id=series.id, last_on=last_on, reason=reason, now=utc_now()
        )


def join(shift, *people):
    with transaction():
        for person in people:
            joining.join(shift_id=shift.id, person=person, now=utc_now())


def told(kind, channel="email"):
    found = select(Message.recipient_id).filter_by(kind=kind, channel=channel)
    return list(db.session.scalars(found))


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"first_on": date(2017, 12, 31)}, ["first_on"]),
        ({"first_on": date(2021, 1, 2)}, ["first_on"]),
        ({"first_on": date.max}, ["first_on"]),
        ({"first_on": date.min}, ["first_on"]),
        ({"last_on": date(2019, 1, 1)}, ["last_on"]),
        ({"last_on": date(2019, 1, 4)}, ["last_on"]),
        ({"minutes": 0}, ["minutes"]),
        ({"minutes": 10_081}, ["minutes"]),
    ],
)
def test_what_no_series_can_be(world, begin, facts, fields):
    with pytest.raises(BrokenInput) as broken:
        begin(world.community, **facts)
    assert [field for field, _said in broken.value.errors] == fields
    assert db.session.query(Activity).count() == 0


def test_a_series_begins_with_the_first_day_that_fits(world, begin):
    series = begin(world.community, rule=parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"))
    assert (series.first_on, series.rule) == (date(2019, 1, 8), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")
    assert begin(world.community, last_on=date.max).last_on == date.max


def test_all_coming_days_say_and_do_what_the_series_does_now(world, series, day_of, shifts_of):
    with transaction():
        project = make_project(world.community)
    change(series, title_zh="春天集市", title_en="Spring Market", begins=time(9), project=project)
    for nominal in (JANUARY, FEBRUARY, MARCH):
        day = day_of(series, nominal)
        starts_at = datetime.combine(nominal, time(9), tzinfo=SHANGHAI)
        assert (day.title_zh, day.title_en, day.project_id) == (
            *("春天集市", "Spring Market"),
            project.id,
        )
        assert day.span == (starts_at, starts_at + 4 * HOUR)
        assert [shift.span for shift in shifts_of(day)] == [day.span]
        assert (day.edited, day.revision) == (False, 1)
    assert series.revision == 1
    assert day_of(series, FEBRUARY).choice == "waiting"


def test_who_signed_up_is_told_of_a_new_time_and_place_in_one_letter(
    world, series, day_of, shifts_of
):
    (shift,) = shifts_of(day_of(series, JANUARY))
    join(shift, world.volunteer)
    change(series, place=world.neighbour, begins=time(9))
    assert told("shift-changed") == [world.volunteer.id]
    (shift,) = shifts_of(day_of(series, JANUARY))
    assert (shift.place_id, shift.revision) == (world.neighbour.id, 1)


def test_new_words_alone_tell_nobody(world, series, day_of, shifts_of):
    join(shifts_of(day_of(series, JANUARY))[0], world.volunteer)
    change(series, title_zh="春天集市")
    assert told("shift-changed") == []


def test_nothing_new_is_no_new_revision_of_a_day(series, day_of):
    change(series)
    assert day_of(series, JANUARY).revision == 0


def test_what_was_edited_by_itself_stays_as_it_is(world, series, day_of, shifts_of):
    january = day_of(series, JANUARY)
    with transaction():
        occurrences.edit_activity(
            activity=january,
            announce=False,
            place=world.community,
            project=None,
            title_zh="新年集市",
            starts_at=january.starts_at,
            ends_at=january.ends_at,
            now=utc_now(),
        )
    with transaction():
        march = day_of(series, MARCH)
        span = Span(march.starts_at + HOUR, march.ends_at + HOUR)
        occurrences.move_activity(activity=march, span=span, now=utc_now())
    change(series, title_zh="春天集市", begins=time(14))
    assert day_of(series, JANUARY).title_zh == "新年集市"
    assert day_of(series, JANUARY).starts_at.astimezone(SHANGHAI).hour == 8
    assert day_of(series, MARCH).starts_at.astimezone(SHANGHAI).hour == 9
    assert day_of(series, FEBRUARY).title_zh == "春天集市"


def test_this_and_later_leaves_what_comes_before(series, day_of):
    change(series, since=MARCH, title_zh="春天集市", begins=time(9))
    assert [day_of(series, d).title_zh for d in (JANUARY, FEBRUARY)] == ["共享集市"] * 2
    assert day_of(series, MARCH).title_zh == "春天集市"
    assert day_of(series, MARCH).starts_at.astimezone(SHANGHAI).hour == 9


def test_days_that_are_not_made_yet_keep_the_old_words_up_to_then(series, day_of):
    change(series, since=date(2019, 6, 5), title_zh="夏天集市")
    assert day_of(series, date(2019, 5, 5)).title_zh == "共享集市"
    with transaction():
        expand(series_id=series.id, until=date(2019, 7, 5), now=utc_now())
    assert day_of(series, date(2019, 6, 5)).title_zh == "夏天集市"


def test_a_shift_that_was_changed_by_itself_keeps_its_difference(series, day_of, shifts_of):
    (shift,) = shifts_of(day_of(series, JANUARY))
    with transaction():
        ends_at = shift.ends_at - HOUR
        changing.change_shift(shift_id=shift.id, now=utc_now(), capacity=9, ends_at=ends_at)
    change(series, begins=time(10))
    (shift,) = shifts_of(day_of(series, JANUARY))
    local = shift.starts_at.astimezone(SHANGHAI).hour, shift.ends_at.astimezone(SHANGHAI).hour
    assert (local, shift.capacity) == ((10, 13), 9)


def test_publishing_from_now_on_opens_the_coming_drafts_but_no_day_off(world, begin, day_of):
    series = begin(world.community, publishes=False)
    change(series, publishes=True)
    states = [day_of(series, day).state for day in (JANUARY, FEBRUARY, MARCH)]
    assert states == ["published", "draft", "published"]


def test_people_who_would_be_at_two_places_stop_the_change(world, series, begin, day_of, shifts_of):
    other = begin(world.community, begins=time(14), minutes=60, patterns=[a_pattern(minutes=60)])
    join(shifts_of(day_of(series, JANUARY))[0], world.volunteer)
    join(shifts_of(day_of(other, JANUARY))[0], world.volunteer)
    with pytest.raises(PeopleWouldOverlap):
        change(other, begins=time(9))
    assert day_of(other, JANUARY).starts_at.astimezone(SHANGHAI).hour == 14


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({"since": date(2019, 1, 1)}, ["since"]),
        ({"since": date(2020, 2, 7)}, ["since"]),
        ({"minutes": 0}, ["minutes"]),
    ],
)
def test_what_no_change_can_be(series, facts, fields):
    with pytest.raises(BrokenInput) as broken:
        change(series, **facts)
    assert [field for field, _said in broken.value.errors] == fields


def test_the_end_calls_off_what_comes_after_it_and_says_why(world, series, day_of, shifts_of):
    join(shifts_of(day_of(series, MARCH))[0], world.volunteer)
    assert end(series, FEBRUARY) == 1
    march = day_of(series, MARCH)
    assert (march.state, march.reason, shifts_of(march)[0].state) == (
        *("cancelled", "集市停办"),
        "cancelled",
    )
    assert told("shift-cancelled") == [world.volunteer.id]
    assert day_of(series, JANUARY).state == "published"
    assert (series.state, series.last_on, series.revision) == ("ended", FEBRUARY, 1)
    with transaction():
        assert expand(series_id=series.id, now=STORY + timedelta(days=300)) == 0


def test_a_late_end_lets_the_days_up_to_it_be_made(series, day_of):
    assert end(series, date(2019, 6, 30)) == 0
    with transaction():
        assert expand(series_id=series.id, now=STORY + timedelta(days=100)) == 3
    assert day_of(series, date(2019, 6, 5)).state == "published"


def test_what_was_ended_is_neither_changed_nor_ended_again(series):
    end(series, FEBRUARY)
    with pytest.raises(SeriesHasEnded):
        end(series, FEBRUARY)
    with pytest.raises(SeriesHasEnded):
        change(series, title_zh="春天集市")


@pytest.mark.parametrize(
    ("last_on", "reason", "fields"),
    [
        (date(2019, 1, 1), "集市停办", ["last_on"]),
        (date(2019, 1, 4), "集市停办", ["last_on"]),
        (FEBRUARY, " ", ["reason"]),
    ],
    ids=["the past", "before its first day", "no reason"],
)
def test_what_no_end_can_be(series, last_on, reason, fields):
    with pytest.raises(BrokenInput) as broken:
        end(series, last_on, reason)
    assert [field for field, _said in broken.value.errors] == fields
    assert db.session.query(Shift).filter_by(state="cancelled").count() == 0

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.activities import make_activity
from tests.factories.planning import a_pattern
from tests.factories.shifts import make_shift
from tests.planning.conftest import SHANGHAI, STORY
from volunteer_hub.activities import actions as activities
from volunteer_hub.activities.rules import life
from volunteer_hub.foundation.clock import Span, utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.messages.models import Message
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.shifts.rules import PeopleWouldOverlap
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.models import Signup

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEBRUARY = date(2019, 2, 5)


def move(activity, by, **more):
    span = Span(activity.starts_at + by, activity.ends_at + by)
    with transaction():
        occurrences.move_activity(activity=activity, span=span, now=more.pop("now", utc_now()))


def keep(activity):
    with transaction():
        occurrences.keep_activity(activity=activity, now=utc_now())


def join(shift, *people):
    with transaction():
        for person in people:
            joining.join(shift_id=shift.id, person=person, now=utc_now())


@pytest.fixture
def two_in_a_row(world, story):
    """An activity with two shifts back to back, and one person who serves on both."""
    with transaction():
        activity = make_activity(world.community)
        begin = activity.starts_at
        first = make_shift(world.community, activity=activity, ends_at=begin + HOUR)
        second = make_shift(world.community, activity=activity, starts_at=begin + HOUR)
    for shift in (first, second):
        join(shift, world.volunteer)
    return activity


@pytest.mark.parametrize("by", [HOUR / 2, -HOUR / 2, HOUR, 7 * DAY], ids=str)
def test_shifts_move_together_and_never_meet_on_the_way(two_in_a_row, shifts_of, by):
    before = [shift.span for shift in shifts_of(two_in_a_row)]
    move(two_in_a_row, by)
    assert [shift.span for shift in shifts_of(two_in_a_row)] == [
        (span.starts_at + by, span.ends_at + by) for span in before
    ]
    during = db.session.scalars(select(Signup.during).order_by(Signup.id)).all()
    assert [(span.lower, span.upper) for span in during] == [
        (span.starts_at + by, span.ends_at + by) for span in before
    ]


def test_each_sign_up_is_told_once(world, two_in_a_row):
    move(two_in_a_row, DAY)
    found = select(Message.recipient_id).filter_by(kind="shift-changed", channel="email")
    assert list(db.session.scalars(found)) == [world.volunteer.id] * 2


def test_the_hours_of_sign_up_move_too(world, story, shifts_of):
    with transaction():
        activity = make_activity(world.community)
        at = activity.starts_at
        make_shift(
            world.community,
            activity=activity,
            opens_at=at - 2 * DAY,
            closes_at=at - HOUR,
            fair_until=at - DAY,
        )
    move(activity, -DAY / 2)
    (shift,) = shifts_of(activity)
    at -= DAY / 2
    window = (shift.opens_at, shift.closes_at, shift.fair_until)
    assert window == (at - 2 * DAY, at - HOUR, at - DAY)


def test_what_is_cancelled_or_over_does_not_move(world, story, shifts_of):
    with transaction():
        activity = make_activity(world.community, starts_at=utc_now() + HOUR)
        gone = make_shift(world.community, activity=activity, state="cancelled", reason="大风")
        early = Span(utc_now() - 2 * HOUR, utc_now() - HOUR)  # setting up, done already
        done = make_shift(world.community, activity=activity, starts_at=early[0], ends_at=early[1])
    move(activity, DAY)
    spans = {shift.id: shift.span for shift in shifts_of(activity)}
    assert spans == {gone.id: gone.span, done.id: early}


def test_nothing_moves_where_somebody_would_be_at_two_places(world, two_in_a_row, shifts_of):
    with transaction():
        there = {"starts_at": two_in_a_row.starts_at + DAY, "ends_at": two_in_a_row.ends_at + DAY}
        elsewhere = make_shift(world.community, **there)
    join(elsewhere, world.volunteer)
    with pytest.raises(PeopleWouldOverlap, match="陈晓梅"):
        move(two_in_a_row, DAY)
    db.session.expire_all()
    assert shifts_of(two_in_a_row)[0].starts_at == two_in_a_row.starts_at


def test_one_that_is_none_of_a_series_has_no_way_of_its_own(two_in_a_row):
    move(two_in_a_row, DAY)
    assert (two_in_a_row.edited, two_in_a_row.choice) == (False, "none")
    assert two_in_a_row.revision == 1


@pytest.mark.parametrize(
    ("by", "fields"),
    [
        (timedelta(), ["starts_at"]),
        (-30 * DAY, ["starts_at"]),
        (731 * DAY, ["starts_at", "ends_at"]),
    ],
    ids=["where it is", "the past", "too far"],
)
def test_where_it_cannot_go(two_in_a_row, by, fields):
    with pytest.raises(BrokenInput) as broken:
        move(two_in_a_row, by)
    assert [field for field, _said in broken.value.errors] == fields


def test_what_has_begun_or_was_called_off_stays(world, story):
    with transaction():
        begun = make_activity(world.community, starts_at=utc_now() - HOUR)
        gone = make_activity(world.community, state="cancelled", reason="大风")
    with pytest.raises(life.ActivityHasBegun):
        move(begun, DAY)
    with pytest.raises(life.ActivityIsCancelled):
        move(gone, DAY)


def test_a_day_off_is_kept_once_and_open_then(world, begin, day_of, shifts_of):
    series = begin(world.community)
    keep(day_of(series, FEBRUARY))
    february = day_of(series, FEBRUARY)
    assert (february.choice, february.state, february.edited) == ("kept", "published", False)
    assert shifts_of(february)[0].state == "published"
    with pytest.raises(life.NothingToChoose):
        keep(february)


def test_kept_where_the_series_makes_drafts_it_stays_a_draft(world, begin, day_of):
    series = begin(world.community, publishes=False)
    keep(day_of(series, FEBRUARY))
    february = day_of(series, FEBRUARY)
    assert (february.choice, february.state) == ("kept", "draft")


def test_a_day_off_is_called_off_with_its_shifts(world, begin, day_of, shifts_of):
    series = begin(world.community)
    february = day_of(series, FEBRUARY)
    with transaction():
        occurrences.call_off(activity=february, reason="春节", now=utc_now())
    february = day_of(series, FEBRUARY)
    assert (february.choice, february.state, february.reason) == ("cancelled", "cancelled", "春节")
    assert shifts_of(february)[0].state == "cancelled"
    with pytest.raises(life.ActivityIsCancelled):
        keep(february)


def test_a_kept_day_that_is_called_off_later_was_kept(world, begin, day_of):
    series = begin(world.community)
    keep(day_of(series, FEBRUARY))
    with transaction():
        occurrences.call_off(activity=day_of(series, FEBRUARY), reason="大风", now=utc_now())
    assert day_of(series, FEBRUARY).choice == "kept"


def test_a_day_off_is_not_published_before_the_choice(world, begin, day_of, shifts_of):
    series = begin(world.community)
    with pytest.raises(life.DayIsOff), transaction():
        activities.publish_activity(activity=day_of(series, FEBRUARY), now=utc_now())


def test_shifts_of_different_lengths_keep_their_distance(world, begin, day_of, shifts_of):
    patterns = [a_pattern(begins_after=-30, minutes=30), a_pattern(begins_after=60, minutes=45)]
    series = begin(world.community, patterns=patterns)
    to = datetime(2019, 2, 12, 14, tzinfo=SHANGHAI)
    with transaction():
        span = Span(to, to + 2 * HOUR)
        occurrences.move_activity(activity=day_of(series, FEBRUARY), span=span, now=STORY)
    assert [shift.starts_at - to for shift in shifts_of(day_of(series, FEBRUARY))] == [
        -HOUR / 2,
        HOUR,
    ]

"""Races with real commits: workers that make the same days, staff who choose at once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.factories.places import make_place
from tests.factories.planning import a_pattern, make_pattern
from tests.factories.series import make_series
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries.activities import get_activity
from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.planning.actions import occurrences
from volunteer_hub.series.actions import expansion
from volunteer_hub.series.actions.series import end_series
from volunteer_hub.shifts.models import Shift

NOW = datetime(2019, 1, 2, 1, tzinfo=UTC)
YEAR = date(2019, 12, 31)
FEBRUARY = date(2019, 2, 5)


@pytest.fixture
def series(committed: Flask):
    with transaction():
        series = make_series(make_place("ganjiaxiang"))
        make_pattern(series_id=series.id)
    return series


def count(model):
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(model)).one()


def february(series):
    db.session.rollback()
    found = select(Activity.id).filter_by(series_id=series.id, nominal_on=FEBRUARY)
    return get_activity(db.session.scalars(found).one())


def expands(series, until=None):
    return lambda: expansion.expand(series_id=series.id, now=NOW, until=until)


def test_eight_workers_make_each_day_once(committed, series):
    made = at_once(committed, *[expands(series, YEAR)] * 8)
    assert sorted(made) == [0] * 7 + [12]
    assert (count(Activity), count(Shift)) == (12, 12)


def test_one_that_makes_more_beside_those_that_make_less(committed, series):
    cuts = [expands(series, date(2019, month, 20)) for month in (3, 6, 9, 12)]
    at_once(committed, *cuts, *cuts)
    assert (count(Activity), count(Shift)) == (12, 12)


def test_a_series_that_is_ended_while_its_days_are_made(committed, series):
    with transaction():
        expansion.expand(series_id=series.id, now=NOW)

    def ends():
        return end_series(series_id=series.id, last_on=FEBRUARY, reason="停办", now=NOW)

    at_once(committed, ends, *[expands(series, YEAR)] * 4)
    db.session.rollback()
    alive = select(Activity.nominal_on).where(Activity.state != "cancelled")
    assert set(db.session.scalars(alive)) == {date(2019, 1, 5), FEBRUARY}


def test_keep_move_and_cancel_at_once_are_one_choice(committed, series):
    with transaction():
        expansion.expand(series_id=series.id, now=NOW)
    chosen = february(series).id
    later = timedelta(days=7)

    def keep():
        occurrences.keep_activity(activity=get_activity(chosen), now=NOW)
        return "kept"

    def cancel():
        occurrences.call_off(activity=get_activity(chosen), reason="春节", now=NOW)
        return "cancelled"

    def move():
        activity = get_activity(chosen)
        span = Span(activity.starts_at + later, activity.ends_at + later)
        occurrences.move_activity(activity=activity, span=span, now=NOW)
        return "moved"

    answers = at_once(committed, keep, cancel, move, keep)
    assert answers.count("kept") <= 1
    found = february(series)
    states = set(db.session.scalars(select(Shift.state).where(Shift.activity_id == chosen)))
    assert states == {found.state}
    assert found.choice in answers
    if "moved" in answers:
        shift = db.session.scalars(select(Shift).where(Shift.activity_id == chosen)).one()
        assert shift.span == found.span


def test_two_who_move_it_move_it_one_after_the_other(committed, series):
    with transaction():
        expansion.expand(series_id=series.id, now=NOW)
    chosen = february(series).id

    def moves(days):
        def move():
            activity = get_activity(chosen)
            by = timedelta(days=days)
            span = Span(activity.starts_at + by, activity.ends_at + by)
            occurrences.move_activity(activity=activity, span=span, now=NOW)

        return move

    at_once(committed, moves(1), moves(2), moves(3))
    found = february(series)
    shift = db.session.scalars(select(Shift).where(Shift.activity_id == chosen)).one()
    assert shift.span == found.span  # the shift follows whoever came last
    assert found.choice == "moved"


def test_patterns_do_not_double_under_a_race(committed, series):
    with transaction():
        pattern = a_pattern(begins_after=240, minutes=30)
        pattern.series_id = series.id
        db.session.add(pattern)
    at_once(committed, *[expands(series)] * 6)
    assert (count(Activity), count(Shift)) == (3, 6)

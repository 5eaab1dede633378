from datetime import date, timedelta

import pytest

from tests.calendar.reading import shanghai
from tests.factories.activities import make_activity
from tests.factories.projects import make_project
from tests.factories.series import make_series
from tests.factories.shifts import make_shift
from volunteer_hub.calendar.queries import feeds, opportunities
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts.models import ShiftRole
from volunteer_hub.shifts.queries.lists import Wanted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_AID = "first-aid"
DECEMBER = {"since": shanghai("2026-12-01T00:00"), "until": shanghai("2027-01-01T00:00")}


@pytest.fixture
def shift_at(world):
    def make(text, **more):
        starts_at = shanghai(text)
        place = more.pop("place", world.community)
        return make_shift(place, starts_at=starts_at, ends_at=starts_at + HOUR, **more)

    return make


def by_day(*, need=None, most=3, **more):
    found = opportunities.by_day(Wanted(**(DECEMBER | more)), need=need, most=most)
    return {day: ([shift.id for shift in shifts], total) for day, (shifts, total) in found.items()}


def test_days_are_local_days_and_a_month_ends_with_its_last(shift_at):
    with transaction():
        shift_at("2026-11-30T23:59")
        first = shift_at("2026-12-01T00:00")  # the 30th of November in UTC
        early = shift_at("2026-12-05T00:30")
        late = shift_at("2026-12-05T23:30")
        last = shift_at("2026-12-31T23:59")
        shift_at("2027-01-01T00:00")
    assert by_day() == {
        date(2026, 12, 1): ([first.id], 1),
        date(2026, 12, 5): ([early.id, late.id], 2),
        date(2026, 12, 31): ([last.id], 1),
    }


def test_a_crowded_day_shows_its_first_shifts_and_counts_all(shift_at):
    with transaction():
        shifts = [shift_at(f"2026-12-05T{hour:02}:00") for hour in (20, 8, 12, 9, 10)]
        shift_at("2026-12-05T07:00", state="draft")
        alone = shift_at("2026-12-06T08:00")
    first = [shifts[1].id, shifts[3].id, shifts[4].id]
    assert by_day() == {date(2026, 12, 5): (first, 5), date(2026, 12, 6): ([alone.id], 1)}
    assert by_day(most=9)[date(2026, 12, 5)][1] == 5


def test_the_days_are_narrowed(world, shift_at):
    with transaction():
        project = make_project(world.community)
        activity = make_activity(world.community, project_id=project.id)
        near = shift_at("2026-12-05T08:00", activity=activity)
        far = shift_at("2026-12-05T09:00", place=world.neighbour)
        full = shift_at("2026-12-05T10:00", capacity=1, confirmed=1)
        off = shift_at("2026-12-05T11:00", state="cancelled", reason="大风")
    found = {
        "all": by_day(most=9),
        "place": by_day(path=world.neighbour.path),
        "project": by_day(project_id=project.id),
        "free": by_day(open_only=True),
    }
    assert {name: days.get(date(2026, 12, 5)) for name, days in found.items()} == {
        "all": ([near.id, far.id, full.id, off.id], 4),
        "place": ([far.id], 1),
        "project": ([near.id], 1),
        "free": ([near.id, far.id], 2),
    }


def test_a_skill_is_needed_by_a_shift_or_by_one_of_its_roles(shift_at):
    with transaction():
        shift_at("2026-12-05T08:00")
        itself = shift_at("2026-12-05T09:00", need=FIRST_AID)
        by_role = shift_at("2026-12-05T10:00")
        for need in (None, FIRST_AID, FIRST_AID):
            add_role(by_role, need)
    assert by_day(need=FIRST_AID) == {date(2026, 12, 5): ([itself.id, by_role.id], 2)}
    page = opportunities.page_coming(Wanted(**DECEMBER), need=FIRST_AID, after=None)
    assert [shift.id for shift in page.items] == [itself.id, by_role.id]


def add_role(shift, need):
    db.session.add(ShiftRole(shift_id=shift.id, title_zh="量血压", capacity=2, need=need))
    db.session.flush()


def test_what_a_series_shows(world, markets):
    series, days = markets
    held = feeds.get_held(series.id)
    assert held.days == [date(2019, month, 5) for month in range(1, 13) if month != 4]
    assert [one.id for one in held.own] == [days[1].id]  # February's
    assert held.sequence == 2 + 12  # February's move and April's end; twelve were shown once


def test_every_step_raises_the_sequence(world, occur):
    with transaction():
        series = make_series(world.community)
        days = [occur(series, date(2019, month, 5), state="draft") for month in (1, 2)]
        days[0].state = "published"
    sequences = [feeds.get_held(series.id).sequence]

    def step(thing, **changes):
        with transaction():
            for name, value in changes.items():
                setattr(thing, name, value)
        sequences.append(feeds.get_held(series.id).sequence)

    step(days[1], state="published")
    step(days[0], starts_at=days[0].starts_at - DAY, revision=1, edited=True)
    step(days[1], state="cancelled", reason="大风", revision=1)
    step(series, title_zh="邻里集市", revision=1)
    assert sequences == sorted(set(sequences))


def test_days_that_follow_say_what_the_series_says(world, occur):
    """What was held before the series changed keeps its own hour, although nobody edited it."""
    with transaction():
        series = make_series(world.community)
        before, after = (occur(series, date(2019, month, 5)) for month in (1, 2))
        series.begins = series.begins.replace(hour=9)
        after.starts_at, after.ends_at = series.span_on(after.nominal_on)
    assert [one.id for one in feeds.get_held(series.id).own] == [before.id]


def test_a_series_of_drafts_is_nobody_s(world, occur):
    with transaction():
        series = make_series(world.community)
        occur(series, date(2019, 1, 5), state="draft")
        occur(series, date(2019, 2, 5), state="cancelled", reason="大风")
    with pytest.raises(NotFound):
        feeds.get_held(series.id)


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        ("2019-01-05T11:59", "2019-01-06T00:00", True),
        ("2019-01-05T12:00", "2019-02-05T23:00", False),  # it ended; February's was moved
        ("2019-02-06T00:00", "2019-02-12T08:01", True),
        ("2019-04-01T00:00", "2019-04-30T00:00", False),  # called off
        ("2020-01-01T00:00", "2020-03-01T00:00", False),
    ],
)
def test_a_series_is_listed_while_something_of_it_is_held(world, markets, since, until, there):
    series, _days = markets
    span = {"since": shanghai(since), "until": shanghai(until)}
    listed = [held.series.id for held in feeds.list_held(**span, path=None)]
    assert listed == ([series.id] if there else [])
    assert feeds.list_held(**span, path=world.neighbour.path) == []


def test_the_calendars_take_few_statements(world, occur, queries, now):
    with transaction():
        for _ in range(10):
            make_activity(world.community)
            series = make_series(world.community, first_on=now.date(), rule="FREQ=DAILY")
            for days in range(1, 9):
                occur(series, now.date() + days * DAY, title_zh=f"第{days}次")
    queries.clear()
    span = {"since": now, "until": now + 90 * DAY, "path": None}
    assert len(feeds.list_singles(**span)) == 10
    assert sum(len(held.own) for held in feeds.list_held(**span)) == 80
    assert len(queries) == 3, queries

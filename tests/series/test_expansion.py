from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.activities import make_activity
from tests.factories.planning import a_pattern
from tests.factories.series import make_series
from tests.planning.conftest import STORY
from volunteer_hub.activities.models import Activity
from volunteer_hub.activities.queries.series import ids_going_on
from volunteer_hub.activities.rules.recurrence import parse
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction, violated
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.series.actions import expansion

DAY = timedelta(days=1)


def days(series):
    found = select(Activity.nominal_on).filter_by(series_id=series.id)
    return list(db.session.scalars(found.order_by(Activity.nominal_on)))


def expand(series, **more):
    with transaction():
        return expansion.expand(series_id=series.id, now=more.pop("now", utc_now()), **more)


def test_a_new_series_has_its_days_for_90_days(world, begin, day_of, shifts_of):
    series = begin(world.community, title_en="Market", description_zh="带来，带走。")
    assert days(series) == [date(2019, 1, 5), date(2019, 2, 5), date(2019, 3, 5)]
    assert series.expanded_to == date(2019, 4, 3)
    january = day_of(series, date(2019, 1, 5))
    assert (january.title_zh, january.title_en) == ("共享集市", "Market")
    assert (january.description_zh, january.edited) == ("带来，带走。", False)
    (shift,) = shifts_of(january)
    assert shift.span == january.span
    assert (shift.title_zh, shift.capacity, shift.minimum) == ("引导与签到", 5, 2)
    assert (shift.place_id, shift.state) == (world.community.id, "published")


def test_each_day_makes_one_day_more_and_twice_makes_nothing(world, begin):
    series = begin(world.community)
    assert expand(series) == 0
    assert expand(series, now=STORY + 2 * DAY) == 0
    assert expand(series, now=STORY + 3 * DAY) == 1
    assert days(series)[-1] == date(2019, 4, 5)
    assert expand(series, now=STORY + 3 * DAY) == 0


def test_it_ends_with_its_last_day(world, begin):
    series = begin(world.community, last_on=date(2019, 2, 5))
    assert expand(series, now=STORY + 200 * DAY) == 0
    assert days(series) == [date(2019, 1, 5), date(2019, 2, 5)]
    assert series.expanded_to == date(2019, 2, 6)


def test_a_series_of_last_year_is_written_down_but_not_open(world, begin, day_of, shifts_of):
    series = begin(world.community, first_on=date(2018, 11, 5), last_on=date(2019, 1, 5))
    past, coming = day_of(series, date(2018, 12, 5)), day_of(series, date(2019, 1, 5))
    assert (past.state, shifts_of(past)) == ("draft", [])
    assert (coming.state, len(shifts_of(coming))) == ("published", 1)


def test_a_series_that_does_not_publish_makes_drafts(world, begin, day_of, shifts_of):
    series = begin(world.community, publishes=False)
    january = day_of(series, date(2019, 1, 5))
    assert (january.state, shifts_of(january)[0].state) == ("draft", "draft")


def test_a_shift_without_its_risk_notice_stays_a_draft(world, begin, day_of, shifts_of):
    patterns = [a_pattern(risk_notice_zh=""), a_pattern(begins_after=60, minutes=60)]
    series = begin(world.community, patterns=patterns)
    january = day_of(series, date(2019, 1, 5))
    assert january.state == "published"
    assert [shift.state for shift in shifts_of(january)] == ["draft", "published"]


def test_a_day_that_somebody_made_is_left_alone(world, story):
    with transaction():
        series = make_series(world.community)
        make_activity(world.community, series_id=series.id, nominal_on=date(2019, 2, 5))
    assert expand(series) == 2
    assert days(series) == [date(2019, 1, 5), date(2019, 2, 5), date(2019, 3, 5)]


def test_one_nominal_day_once_says_the_database(world, story):
    with transaction():
        series = make_series(world.community)
        facts = {"series_id": series.id, "nominal_on": date(2019, 2, 5)}
        make_activity(world.community, **facts)
    with pytest.raises(IntegrityError) as refused, transaction():
        make_activity(world.community, **facts)
    assert violated(refused.value) == "uq_activity_series_id_nominal_on"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"nominal_on": None}, "ck_activity_of_a_series_has_a_nominal_day"),
        ({"day_off": "qingming"}, "ck_activity_chooses_on_days_off"),
        ({"choice": "kept"}, "ck_activity_chooses_on_days_off"),
        ({"day_off": "carnival", "choice": "kept"}, "ck_activity_day_off_is_known"),
        ({"day_off": "qingming", "choice": "perhaps"}, "ck_activity_choice_is_known"),
    ],
)
def test_what_the_database_knows_of_days_off(world, story, facts, constraint):
    with transaction():
        series = make_series(world.community)
    facts = {"series_id": series.id, "nominal_on": date(2019, 4, 5), **facts}
    with pytest.raises(IntegrityError) as refused, transaction():
        make_activity(world.community, **facts)
    assert violated(refused.value) == constraint


def test_staff_may_look_at_a_whole_year_and_no_further(world, begin):
    series = begin(world.community)
    with transaction():
        made = expansion.plan_ahead(series_id=series.id, until=date(2020, 2, 6), now=utc_now())
    assert made == 11
    with pytest.raises(BrokenInput) as broken, transaction():
        expansion.plan_ahead(series_id=series.id, until=date(2020, 2, 7), now=utc_now())
    assert [field for field, _said in broken.value.errors] == ["until"]


def test_a_holiday_that_is_published_late_is_asked_about(world, begin, day_of, monkeypatch):
    monkeypatch.setattr("volunteer_hub.activities.actions.day_off", lambda day: None)
    series = begin(world.community)
    february = day_of(series, date(2019, 2, 5))
    assert (february.state, february.choice) == ("published", "none")
    expand(series)
    february = day_of(series, date(2019, 2, 5))
    assert (february.day_off, february.choice) == ("spring-festival", "waiting")
    assert february.state == "published"  # people have signed up: it is only asked about


def test_it_is_written_down_who_made_the_days(world, begin):
    series = begin(world.community)
    entries = db.session.scalars(select(AuditEntry).filter_by(thing=f"series:{series.id}"))
    assert [(entry.verb, entry.facts) for entry in entries] == [
        ("created", {}),
        ("expanded", {"days": 3}),
    ]


def test_which_series_are_looked_at(world, story):
    today = date(2019, 1, 2)
    with transaction():
        going_on = [
            make_series(world.community),
            make_series(world.community, last_on=date(2019, 6, 5), expanded_to=date(2019, 6, 6)),
            make_series(world.community, first_on=date(2018, 1, 5), last_on=date(2018, 6, 5)),
        ]
        over = {"last_on": date(2018, 6, 5), "expanded_to": date(2018, 6, 6)}
        make_series(world.community, first_on=date(2018, 1, 5), **over)
    assert ids_going_on(today=today) == [series.id for series in going_on]


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cuts=st.lists(st.integers(0, 400), max_size=4),
    rule=st.sampled_from(
        [
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SA",
            "FREQ=DAILY;INTERVAL=7",
        ]
    ),
)
def test_in_pieces_as_in_one(world, story, cuts, rule):
    """However often, and in whatever order, it is made further: the same days, each once."""
    now = utc_now()
    first_on = date(2019, 1, 2)
    with transaction():
        facts = {"first_on": first_on, "rule": rule, "publishes": False, "begins": time(9)}
        whole, pieces = make_series(world.community, **facts), make_series(world.community, **facts)
    end = first_on + timedelta(days=400)
    expand(whole, until=end, now=now)
    for cut in [*cuts, 400]:
        expand(pieces, until=first_on + timedelta(days=cut), now=now)
    assert days(pieces) == days(whole)
    assert len(days(whole)) == len(set(days(whole)))


def test_days_keep_to_the_wall_of_their_own_zone(world, begin):
    series = begin(world.community, zone="Europe/Berlin", rule=parse("FREQ=WEEKLY;BYDAY=SU"))
    found = db.session.execute(
        text("select distinct (starts_at at time zone 'Europe/Berlin')::time from activity")
    ).scalars()
    assert list(found) == [time(8)]
    assert series.first_on == date(2019, 1, 6)
    summer = datetime.fromisoformat("2019-03-31T06:00:00+00:00")
    last = select(Activity.starts_at).order_by(Activity.starts_at.desc()).limit(1)
    assert db.session.scalars(last).one() == summer

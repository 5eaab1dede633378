"""Each change is told once, to whom it concerns, and nothing is told that did not last."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.series import make_series
from tests.factories.shifts import make_signup
from tests.factories.watches import make_condition, make_watch
from tests.watches.conftest import (
    DAY,
    HELD,
    HOUR,
    MINUTE,
    NOW,
    START,
    activity_of,
    hear,
    letters,
    look_at,
    set_staff,
    shift_at,
)
from volunteer_hub.foundation.database import db, sealed_by, transaction
from volunteer_hub.people.actions.accounts import leave
from volunteer_hub.watches.models import ShiftCondition, Watch


@pytest.fixture
def watch(world, shift):
    with transaction():
        return make_watch(world.volunteer, place=world.community)


def known(shift):
    found = select(ShiftCondition).where(ShiftCondition.shift_id == shift.id)
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def test_a_gap_is_told_once_after_ten_minutes(world, shift, watch):
    assert look_at(NOW) == 0
    assert look_at(NOW + HELD - MINUTE) == 0
    assert letters() == []
    assert look_at(NOW + HELD) == 1
    assert [m.channel for m in letters()] == ["email", "sms"]
    for later in (HELD, HOUR, DAY):
        assert look_at(NOW + later) == 0
    assert len(letters()) == 2
    assert (known(shift).told, known(shift).revision) == ("understaffed", 1)


def test_all_clear_and_a_new_gap_are_news_again(shift, watch):
    hear()
    set_staff(shift, confirmed=2)
    assert hear(NOW + HOUR) == 1
    set_staff(shift, confirmed=1)
    assert hear(NOW + 2 * HOUR) == 1
    keys = [m.key for m in letters(channel="email")]
    assert keys == [f"watch-news:{watch.person_id}:{shift.id}:{n}:email" for n in (1, 2, 3)]


def test_who_leaves_and_is_replaced_rings_nobody(shift, watch):
    set_staff(shift, confirmed=2)
    assert hear() == 0
    set_staff(shift, confirmed=1)
    look_at(NOW + HOUR)
    set_staff(shift, confirmed=2)
    look_at(NOW + HOUR + HELD - MINUTE)
    assert look_at(NOW + 2 * HOUR) == 0
    assert letters() == []


def test_what_is_well_leaves_no_trace(world, shift, watch):
    set_staff(shift, confirmed=2)
    hear()
    assert known(shift) is None


def test_almost_full_is_told_on_the_way_up_only(shift, watch):
    set_staff(shift, confirmed=4)
    assert hear() == 1
    set_staff(shift, confirmed=5)
    assert hear(NOW + HOUR) == 0
    set_staff(shift, confirmed=4)
    assert hear(NOW + 2 * HOUR) == 0
    assert known(shift).revision == 3


def test_one_letter_for_all_that_is_new(world, shift, watch):
    with transaction():
        for n in range(1, 4):
            shift_at(world.community, at=START + n * DAY)
    assert hear() == 1
    (mail,) = letters(channel="email")
    assert "4 个班次缺人" in mail.subject
    assert mail.body_text.count("还缺 2 人") == 4


@pytest.mark.parametrize(
    ("wishes", "told"), [(("understaffed",), 1), (("all_clear", "almost_full"), 0)]
)
def test_only_what_somebody_wants_to_hear(world, shift, wishes, told):
    with transaction():
        make_watch(world.volunteer, place=world.community, wishes=wishes)
    assert hear() == told
    assert known(shift).told == "understaffed"


@pytest.mark.parametrize(
    ("place", "told"),
    [("subdistrict", 1), ("community", 1), ("neighbour", 0), ("elsewhere", 0)],
)
def test_a_place_and_what_lies_below_it(world, shift, place, told):
    with transaction():
        make_watch(world.volunteer, place=getattr(world, place))
    assert hear() == told


def test_a_series_and_no_other(world, shift):
    with transaction():
        series, other = make_series(world.elsewhere), make_series(world.community)
        activity = activity_of(shift)
        activity.series_id, activity.nominal_on = series.id, START.date()
        make_watch(world.volunteer, series=series)
        make_watch(world.other_volunteer, series=other)
    assert hear() == 1
    assert {m.recipient_id for m in letters()} == {world.volunteer.id}


def test_two_watches_of_one_person_are_one_letter(world, shift, watch):
    with transaction():
        make_watch(world.volunteer, place=world.subdistrict, wishes=("all_clear",))
    assert hear() == 1
    (mail,) = letters(channel="email")
    assert "甘家巷社区" in mail.body_text
    assert "白银路街道" in mail.body_text


@pytest.mark.parametrize("state", ["confirmed", "waitlisted"])
def test_who_serves_there_knows(world, shift, watch, state):
    with transaction():
        make_watch(world.other_volunteer, place=world.community)
        make_signup(shift, world.volunteer, state=state)
    assert hear() == 1
    assert {m.recipient_id for m in letters()} == {world.other_volunteer.id}


def test_who_gave_the_place_back_is_told_again(world, shift, watch):
    with transaction():
        ended = {"state": "cancelled_by_volunteer", "ended_at": NOW}
        make_signup(shift, world.volunteer, **ended)
    assert hear() == 1


def test_who_has_left_is_never_told(world, shift, watch):
    with transaction():
        gone = make_person(left_at=NOW)
        make_watch(gone, place=world.community)
    look_at(NOW)
    with transaction():
        leave(person=world.volunteer, now=NOW)
    assert look_at(NOW + HELD) == 0
    assert letters() == []
    own = select(Watch).where(Watch.person_id == world.volunteer.id)
    (ended,) = db.session.scalars(own).all()
    assert ended.ended_at is not None


def test_who_ended_the_watch_is_not_told(world, shift):
    with transaction():
        make_watch(world.volunteer, place=world.community, created_at=NOW, ended_at=NOW)
    assert hear() == 0


def test_at_night_nobody_is_woken(shift, watch):
    night = datetime(2026, 12, 7, 13, tzinfo=UTC)  # 21:00 in Shanghai
    assert hear(night) == 0
    assert look_at(datetime(2026, 12, 7, 23, 59, tzinfo=UTC)) == 0
    assert look_at(datetime(2026, 12, 8, 0, 0, tzinfo=UTC)) == 1  # 8:00


@pytest.mark.parametrize(
    "terms",
    [
        {"state": "draft"},
        {"state": "cancelled", "reason": "大风"},
        {"at": NOW + 15 * DAY},
        {"at": NOW - HOUR},
    ],
)
def test_what_nobody_can_join_is_no_gap(world, terms):
    with transaction():
        make_watch(world.volunteer, place=world.community)
        shift_at(world.community, **terms)
    assert hear() == 0


def test_what_comes_into_the_fortnight_is_told(world, watch, shift):
    set_staff(shift, confirmed=2)
    with transaction():
        shift_at(world.community, at=NOW + 14 * DAY + HOUR)
    assert hear() == 0
    assert hear(NOW + 2 * HOUR) == 1


def test_what_is_over_is_forgotten(world, shift):
    with transaction():
        make_condition(shift, since=NOW)
        off = shift_at(world.community, state="cancelled", reason="大风")
        make_condition(off, since=NOW)
    look_at(NOW)
    assert known(off) is None
    assert known(shift) is not None
    look_at(START)
    assert known(shift) is None


def test_a_shift_that_is_told_of_before_it_begins_or_not_at_all(world, watch, shift):
    set_staff(shift, confirmed=2)
    with transaction():
        shift_at(world.community, at=NOW + 9 * MINUTE)
    assert hear() == 0
    assert letters() == []


def test_killed_before_the_end_nothing_is_told_and_the_next_look_tells_all(world, shift, watch):
    with transaction():
        make_watch(world.other_volunteer, place=world.community)
    look_at(NOW)

    def killed():
        raise SystemExit

    with sealed_by(killed), pytest.raises(SystemExit):
        look_at(NOW + HELD)
    assert letters() == []
    assert known(shift).told == "enough"
    assert look_at(NOW + HELD + MINUTE) == 2
    assert len(letters(channel="email")) == 2


def test_a_look_costs_the_same_however_many_shifts_there_are(world, watch, queries):
    with transaction():
        for n in range(30):
            shift_at(world.community, at=START + n * HOUR)
    queries.clear()
    assert look_at(NOW) == 0
    assert len(queries) <= 4
    queries.clear()
    assert look_at(NOW + HELD) == 1
    assert len(queries) <= 13

"""Who helps every time is signed up as shifts are published: once each, in order, and told."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.factories.standing import make_day, make_order
from tests.people.outbox import letters
from tests.standing.conftest import DAY, HOUR, NOW, TUESDAY, WEEK
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.accounts import leave as close_account
from volunteer_hub.shifts.actions.planning import publish_shift
from volunteer_hub.shifts.models import ShiftRole
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.models import Signup
from volunteer_hub.standing.actions.filling import fill_next, fill_shift
from volunteer_hub.standing.models import StandingTry
from volunteer_hub.standing.queries.due import list_due


def publish(shift, now=NOW):
    with transaction():
        publish_shift(shift=shift, now=now)
    return shift


def promises(shift):
    found = select(Signup).where(Signup.shift_id == shift.id).order_by(Signup.id)
    return [(one.person_id, one.state) for one in db.session.scalars(found)]


def outcomes():
    found = select(StandingTry.order_id, StandingTry.outcome, StandingTry.reason)
    return [tuple(row) for row in db.session.execute(found.order_by(StandingTry.order_id))]


def tick(now=NOW):
    done = 0
    for due in list_due(now=now, limit=100):
        with transaction():
            done += fill_next(due=due, now=now)
    return done


@pytest.fixture
def draft(world, series):
    with transaction():
        return make_day(series, TUESDAY, state="draft", capacity=2)


def test_publishing_signs_up_who_promised_first(world, series, draft):
    with transaction():
        people = [make_person() for _ in range(3)]
        orders = [make_order(series, person) for person in people]
    publish(draft)
    first, second, third = (person.id for person in people)
    expected = [(first, "confirmed"), (second, "confirmed"), (third, "waitlisted")]
    assert promises(draft) == expected
    assert [(order, outcome) for order, outcome, _ in outcomes()] == [
        (orders[0].id, "joined"),
        (orders[1].id, "joined"),
        (orders[2].id, "waiting"),
    ]
    told = [one for one in letters("shift-") if one.channel == "email"]
    assert {(m.recipient_id, m.kind) for m in told if "reminder" not in m.kind} == {
        (first, "shift-joined"),
        (second, "shift-joined"),
        (third, "shift-waitlisted"),
    }


def test_a_freed_place_goes_to_the_standing_volunteer_who_waits_unasked(world, series, draft):
    with transaction():
        for _ in range(3):
            make_order(series, make_person())
    publish(draft)
    first = db.session.scalars(select(Signup).order_by(Signup.id)).first()
    with transaction():
        leave(signup_id=first.id, now=NOW, by=first.person_id, by_staff=False)
    states = [state for _person, state in promises(draft)]
    assert states == ["cancelled_by_volunteer", "confirmed", "confirmed"]


def test_a_left_day_is_never_joined_again_and_the_next_one_is(world, series, draft):
    with transaction():
        make_order(series, world.volunteer)
        later = make_day(series, TUESDAY + WEEK, state="draft")
    publish(draft)
    signup = db.session.scalars(select(Signup)).one()
    with transaction():
        leave(signup_id=signup.id, now=NOW, by=None, by_staff=False)
    assert tick() == 0
    with transaction():
        assert fill_shift(shift_id=draft.id, now=NOW) == 0
    assert promises(draft) == [(world.volunteer.id, "cancelled_by_volunteer")]
    publish(later)
    assert promises(later) == [(world.volunteer.id, "confirmed")]


def test_twice_changes_nothing(world, series, draft):
    with transaction():
        make_order(series, world.volunteer)
        make_order(series, world.other_volunteer)
    publish(draft)
    before = promises(draft), outcomes(), len(letters())
    with transaction():
        fill_shift(shift_id=draft.id, now=NOW)
    assert tick() == 0
    assert (promises(draft), outcomes(), len(letters())) == before


def test_a_refusal_is_written_down_and_told_once(world, series, draft):
    with transaction():
        make_order(series, world.volunteer)
        elsewhere = make_shift(world.neighbour, starts_at=TUESDAY, ends_at=TUESDAY + HOUR)
        make_signup(elsewhere, world.volunteer)
    publish(draft)
    assert promises(draft) == []
    assert [row[1:] for row in outcomes()] == [("refused", "shifts-overlap")]
    tick()
    mails = [one for one in letters("standing-refused") if one.channel == "email"]
    assert len(mails) == 1
    assert mails[0].recipient_id == world.volunteer.id
    texts = [one for one in letters("standing-refused") if one.channel == "sms"]
    assert "您在那个时间有别的服务" in texts[0].body_text
    assert db.session.get_one(type(draft), draft.id).state == "published"


def test_one_refusal_holds_up_nobody_else(world, series, draft):
    """Even one that comes after the line has moved, and is undone."""
    with transaction():
        for person in (world.volunteer, world.other_volunteer):
            make_order(series, person)
        elsewhere = make_shift(world.neighbour, starts_at=TUESDAY, ends_at=TUESDAY + HOUR)
        make_signup(elsewhere, world.volunteer)
    publish(draft)
    assert promises(draft) == [(world.other_volunteer.id, "confirmed")]
    assert draft.place.path  # whoever published it goes on with the shift


def test_full_shortly_before_the_start(world, series):
    soon = NOW + HOUR  # the line closes two hours before the start
    with transaction():
        shift = make_day(series, soon, state="draft", capacity=1)
        for person in (world.volunteer, world.other_volunteer):
            make_order(series, person)
    publish(shift)
    assert promises(shift) == [(world.volunteer.id, "confirmed")]
    assert [row[1:] for row in outcomes()][1] == ("refused", "line-is-closed")
    assert shift.place.path


def test_who_signed_up_without_the_order_is_not_told_no(world, series):
    with transaction():
        shift = make_day(series, TUESDAY)
        make_signup(shift, world.volunteer)
        make_order(series, world.volunteer)
    assert tick() == 0
    assert [row[1:] for row in outcomes()] == [("refused", "already-signed-up")]
    assert letters("standing") == []


def test_a_shift_that_opens_later_is_tried_when_it_opens(world, series):
    with transaction():
        make_order(series, world.volunteer)
        shift = make_day(series, TUESDAY, state="draft", opens_at=NOW + HOUR)
    publish(shift)
    assert tick() == 0
    assert outcomes() == []
    assert tick(NOW + HOUR) == 1
    assert promises(shift) == [(world.volunteer.id, "confirmed")]


def test_the_worker_finds_what_nobody_announced(world, series):
    with transaction():
        shift = make_day(series, TUESDAY)
        make_order(series, world.volunteer)
    assert tick() == 1
    assert promises(shift) == [(world.volunteer.id, "confirmed")]


def test_a_role_is_chosen_that_is_free_and_fits(world, series, draft):
    with transaction():
        draft.by_role = True
        table = {"shift_id": draft.id, "title_zh": "登记", "capacity": 1, "confirmed": 0}
        first = ShiftRole(**table)
        second = ShiftRole(**table | {"title_zh": "引导"})
        db.session.add_all([first, second])
        for person in (world.volunteer, world.other_volunteer):
            make_order(series, person)
        wish = {"title_zh": "引导与签到", "role_zh": "引导"}
        make_order(series, world.grid_worker, **wish)
        make_order(series, world.coordinator, **wish | {"role_zh": "没有这个岗位"})
    publish(draft)
    found = db.session.execute(select(Signup.person_id, Signup.role_id, Signup.state))
    assert {tuple(row) for row in found} == {
        (world.volunteer.id, first.id, "confirmed"),
        (world.other_volunteer.id, second.id, "confirmed"),
        (world.grid_worker.id, second.id, "waitlisted"),
    }


COVERED = [
    ({}, True),
    ({"begins_on": date(2026, 12, 8)}, True),
    ({"begins_on": date(2026, 12, 9)}, False),
    ({"ends_on": date(2026, 12, 8)}, True),
    ({"ends_on": date(2026, 12, 7)}, False),
    ({"weekdays": [1]}, True),
    ({"weekdays": [0, 2]}, False),
    ({"title_zh": "引导与签到"}, True),
    ({"title_zh": "别的"}, False),
    ({"away_from": date(2026, 12, 8), "away_to": date(2026, 12, 8)}, False),
    ({"away_from": date(2026, 12, 9), "away_to": date(2026, 12, 9)}, True),
    ({"away_from": date(2026, 12, 1), "away_to": date(2026, 12, 7)}, True),
    ({"state": "stopped", "stopped_at": NOW}, False),
]


@pytest.mark.parametrize(("terms", "covered"), COVERED)
def test_what_an_order_covers(world, series, draft, terms, covered):
    with transaction():
        make_order(series, world.volunteer, **terms)
    publish(draft)
    assert bool(promises(draft)) == covered


def test_days_are_those_of_the_series_zone(world, series):
    """Half past midnight on Wednesday in Shanghai is still Tuesday in UTC."""
    with transaction():
        night = make_day(series, TUESDAY + timedelta(hours=15, minutes=30), state="draft")
        make_order(series, world.volunteer, weekdays=[1])
        make_order(series, world.other_volunteer, weekdays=[2])
    publish(night)
    assert [person for person, _state in promises(night)] == [world.other_volunteer.id]


@pytest.mark.parametrize("other", ["another series", "no series", "begun", "cancelled"])
def test_other_shifts_are_left_alone(world, series, other):
    with transaction():
        make_order(series, world.volunteer)
        if other == "no series":
            make_shift(world.community, starts_at=TUESDAY, ends_at=TUESDAY + HOUR)
        elif other == "another series":
            make_day(_twin(series), TUESDAY)
        elif other == "begun":
            make_day(series, NOW - HOUR)
        else:
            make_day(series, TUESDAY, state="cancelled", reason="大风")
    assert tick() == 0
    assert outcomes() == []


def _twin(series):
    from tests.factories.series import make_series

    return make_series(series.place, rule=series.rule, first_on=series.first_on)


def test_who_left_is_signed_up_for_nothing(world, series, draft):
    with transaction():
        make_order(series, world.volunteer)
    with transaction():
        close_account(person=world.volunteer, now=NOW + DAY)
    publish(draft)
    assert promises(draft) == []
    assert db.session.scalars(select(StandingTry)).all() == []

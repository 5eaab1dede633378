"""Begin, pause and stop; what the database itself refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from tests.factories.shifts import make_shift, make_signup
from tests.factories.standing import make_day, make_order
from tests.people.outbox import letters
from tests.standing.conftest import DAY, HOUR, NOW, TODAY, TUESDAY, WEEK, tuesdays
from volunteer_hub.activities.rules.life import SeriesHasEnded
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.people.actions.accounts import leave as close_account
from volunteer_hub.signups.models import Signup
from volunteer_hub.standing import rules
from volunteer_hub.standing.actions import orders as actions
from volunteer_hub.standing.models import StandingOrder, StandingTry
from volunteer_hub.standing.queries.due import list_due
from volunteer_hub.standing.queries.series import Task

TASK = Task("引导与签到", "Guiding and check-in")


@pytest.fixture
def begin(world, series):
    def begin(person=None, **more):
        facts = {"series_id": series.id, "task": None, "weekdays": [], "begins_on": TODAY}
        facts |= {"ends_on": None, "now": NOW}
        with transaction():
            return actions.begin(person=person or world.volunteer, **(facts | more))

    return begin


@pytest.fixture
def days(series):
    with transaction():
        return [make_day(series, TUESDAY + n * WEEK) for n in range(3)]


def states(person):
    found = select(Signup.state).where(Signup.person_id == person.id).order_by(Signup.shift_id)
    return list(db.session.scalars(found))


def test_the_next_shifts_are_joined_at_once_and_told_in_one_letter(world, begin, days):
    with transaction():
        busy = make_shift(world.neighbour, starts_at=days[1].starts_at, ends_at=days[1].ends_at)
        make_signup(busy, world.volunteer)
    order = begin()
    assert states(world.volunteer) == ["confirmed"] * 3
    assert {row.outcome for row in db.session.scalars(select(StandingTry))} == {"joined", "refused"}
    singles = [one for one in letters("shift-joined") if one.recipient_id == world.volunteer.id]
    assert {one.state for one in singles} == {"superseded"}
    reminders = [one for one in letters("shift-reminder") if one.state == "pending"]
    assert (
        len({one.key for one in reminders if one.channel == "email"}) == 3
    )  # on the 8th only one is still to come
    (mail,) = [one for one in letters("standing") if one.channel == "email"]
    assert mail.kind == "standing-began"
    for said in ("8日", "15日", "22日", "您在那个时间有别的服务", "没报上。", "已报上"):
        assert said in mail.body_text
        assert said in mail.body_html
    (text,) = [one for one in letters("standing") if one.channel == "sms"]
    assert "已为您报上2次" in text.body_text
    assert order.state == "running"


def test_nothing_is_open_yet(world, begin):
    begin()
    (mail,) = [one for one in letters("standing-began") if one.channel == "email"]
    assert "还没有开放报名的日子" in mail.body_text
    (text,) = [one for one in letters("standing-began") if one.channel == "sms"]
    assert "次。要请假" not in text.body_text


def test_one_order_for_a_task(world, begin):
    begin()
    with pytest.raises(rules.OrderRunsAlready):
        begin()
    begin(task=TASK)
    with pytest.raises(rules.OrderRunsAlready):
        begin(task=TASK)
    begin(person=world.other_volunteer)
    found = db.session.scalars(select(StandingOrder.person_id)).all()
    assert sorted(found) == sorted([*[world.volunteer.id] * 2, world.other_volunteer.id])


def test_after_a_stop_one_may_begin_again(world, begin):
    first = begin()
    with transaction():
        actions.stop(order_id=first.id, by=world.volunteer.id, giving_back=True, now=NOW)
    assert begin().id != first.id


@pytest.mark.parametrize(
    "terms",
    [
        {"begins_on": TODAY - DAY},
        {"ends_on": TODAY - DAY},
        {"weekdays": [1]},  # it meets on Tuesdays only: there is nothing to choose
    ],
)
def test_what_cannot_be_promised(begin, terms):
    with pytest.raises(BrokenInput):
        begin(**terms)
    assert db.session.scalars(select(StandingOrder)).all() == []


def test_an_ended_series_takes_no_promises(world, begin):
    with transaction():
        ended = tuesdays(world, state="ended")
    with pytest.raises(SeriesHasEnded):
        begin(series_id=ended.id)


def test_stopping_gives_the_places_back_or_keeps_them(world, begin, days):
    for giving_back, left in ((False, "confirmed"), (True, "cancelled_by_volunteer")):
        person = world.other_volunteer if giving_back else world.volunteer
        order = begin(person=person)
        with transaction():
            given = actions.stop(order_id=order.id, by=person.id, giving_back=giving_back, now=NOW)
        assert given == (3 if giving_back else 0)
        assert states(person) == [left] * 3
    assert list_due(now=NOW, limit=9) == []


def test_what_one_joined_oneself_is_not_given_back(world, begin, days):
    with transaction():
        make_signup(days[0], world.volunteer)
    order = begin()
    with transaction():
        by = world.volunteer.id
        assert actions.stop(order_id=order.id, by=by, giving_back=True, now=NOW) == 2
    assert states(world.volunteer) == ["confirmed", *["cancelled_by_volunteer"] * 2]


def test_a_pause_gives_back_what_lies_in_it_and_nothing_else(world, begin, days):
    order = begin()
    pause = {"away_from": TODAY, "away_to": TODAY + timedelta(days=8), "giving_back": True}
    with transaction():
        given = actions.pause(order_id=order.id, by=world.volunteer.id, now=NOW, **pause)
    assert given == 2
    assert states(world.volunteer) == [*["cancelled_by_volunteer"] * 2, "confirmed"]
    with transaction():
        actions.resume(order_id=order.id, by=world.volunteer.id)
    assert (order.away_from, order.away_to) == (None, None)
    assert list_due(now=NOW, limit=9) == []  # given back stays given back
    with pytest.raises(rules.NotAway), transaction():
        actions.resume(order_id=order.id, by=world.volunteer.id)


def test_a_pause_may_keep_the_places(world, begin, days):
    order = begin()
    pause = {"away_from": TODAY, "away_to": TODAY + WEEK, "giving_back": False}
    with transaction():
        assert actions.pause(order_id=order.id, by=world.volunteer.id, now=NOW, **pause) == 0
    assert states(world.volunteer) == ["confirmed"] * 3


def test_a_place_in_line_is_given_back_too(world, begin, series):
    with transaction():
        full = make_day(series, TUESDAY, capacity=1)
        make_signup(full, world.other_volunteer)
    order = begin()
    assert states(world.volunteer) == ["waitlisted"]
    with transaction():
        by = world.volunteer.id
        assert actions.stop(order_id=order.id, by=by, giving_back=True, now=NOW) == 1
    assert states(world.volunteer) == ["cancelled_by_volunteer"]


@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
def test_only_one_s_own_and_only_while_it_runs(world, series, verb):
    with transaction():
        order = make_order(series, world.volunteer, away_from=TODAY, away_to=TODAY)
    more = {
        "pause": {"away_from": TODAY, "away_to": TODAY, "giving_back": False, "now": NOW},
        "resume": {},
        "stop": {"giving_back": False, "now": NOW},
    }[verb]
    with pytest.raises(NotFound), transaction():
        getattr(actions, verb)(order_id=order.id, by=world.other_volunteer.id, **more)
    with transaction():
        by = world.volunteer.id
        actions.stop(order_id=order.id, by=by, giving_back=False, now=NOW)
    with pytest.raises(rules.OrderIsStopped), transaction():
        getattr(actions, verb)(order_id=order.id, by=world.volunteer.id, **more)


def test_who_closes_the_account_helps_no_more(world, begin, days):
    order = begin()
    with transaction():
        close_account(person=world.volunteer, now=NOW + HOUR)
    assert db.session.get_one(StandingOrder, order.id, populate_existing=True).state == "stopped"
    later = [one for one in letters("standing") if one.state == "pending"]
    assert later == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "running", "stopped_at": None}, "standing_order_is_final"),
        ({"ends_on": TODAY}, "standing_order_is_final"),
    ],
)
def test_the_database_leaves_what_was_stopped(world, series, change, name):
    with transaction():
        order = make_order(series, world.volunteer, state="stopped", stopped_at=NOW)
    written = update(StandingOrder).where(StandingOrder.id == order.id).values(change)
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(written)
    assert violated(refused.value) == name


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        ({"state": "asleep"}, "state_is_known"),
        ({"state": "stopped"}, "stopped_then"),
        ({"ends_on": TODAY, "begins_on": TODAY + DAY}, "ends_after_it_begins"),
        ({"role_zh": "登记"}, "role_is_of_a_shift"),
        ({"weekdays": [7]}, "weekdays_are_known"),
        ({"weekdays": []}, "weekdays_are_known"),
        ({"away_from": TODAY}, "away_in_whole"),
        ({"away_from": TODAY, "away_to": TODAY - DAY}, "away_ends_after_it_begins"),
    ],
)
def test_the_database_refuses_what_no_order_may_be(world, series, terms, name):
    with pytest.raises(IntegrityError) as refused, attempt():
        make_order(series, world.volunteer, **terms)
    assert violated(refused.value) == f"ck_standing_order_{name}"


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_try_stands(world, begin, days, how):
    begin()
    change = update(StandingTry).values(outcome="waiting")
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(change if how == "changed" else delete(StandingTry))
    assert violated(refused.value) == "standing_try_stands"

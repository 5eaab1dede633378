from datetime import timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.shifts import rules as shift_rules
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.queries import signups
from volunteer_hub.signups.rules import joining as rules
from volunteer_hub.signups.rules import line

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def shift_at(world, **more):
    with transaction():
        return make_shift(world.community, **more)


def people(number, **more):
    with transaction():
        return [make_person(f"志愿者{n}", **more) for n in range(number)]


def test_the_first_get_places_and_the_rest_stand_in_line(world, join, sound):
    shift = shift_at(world, capacity=2)
    made = [join(shift, person) for person in people(5)]
    assert [s.state for s in made] == ["confirmed"] * 2 + ["waitlisted"] * 3
    assert [signups.position(s) for s in made] == [None, None, 1, 2, 3]
    assert (shift.confirmed, shift.waiting, shift.free) == (2, 3, 0)
    assert sound()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"state": "draft"}, rules.ShiftIsNotOpen),
        ({"state": "cancelled", "reason": "大风"}, rules.ShiftIsNotOpen),
        ({"starts_in": -HOUR}, shift_rules.ShiftIsOver),
        ({"starts_in": timedelta(0)}, shift_rules.ShiftIsOver),
        ({"minimum_age": 99}, rules.TooYoung),
    ],
)
def test_refuses(world, join, now, facts, refusal):
    starts_at = now + facts.pop("starts_in", DAY)
    shift = shift_at(world, starts_at=starts_at, ends_at=starts_at + 2 * HOUR, **facts)
    with pytest.raises(refusal):
        join(shift, world.volunteer, now=now)
    db.session.expire_all()
    assert (shift.confirmed, shift.waiting) == (0, 0)


def test_an_unknown_age_is_asked_for(world, join):
    shift = shift_at(world, minimum_age=16)
    (nobody,) = people(1, birth_date=None)
    with pytest.raises(rules.BirthDateIsNeeded):
        join(shift, nobody)


def test_there_must_be_a_shift(world, now):
    with pytest.raises(NotFound), transaction():
        joining.join(shift_id=999_999_999, person=world.volunteer, now=now)


@pytest.mark.parametrize("capacity", [1, 5])
def test_nobody_joins_twice(world, join, sound, capacity):
    shift = shift_at(world, capacity=capacity)
    join(shift, world.other_volunteer)
    join(shift, world.volunteer)
    with pytest.raises(rules.AlreadySignedUp):
        join(shift, world.volunteer)
    assert sound()


def test_an_overlapping_promise_is_named_in_the_way(world, join, now, sound):
    first = shift_at(world, starts_at=now + DAY, ends_at=now + DAY + 2 * HOUR)
    second = shift_at(world, starts_at=now + DAY + HOUR, ends_at=now + DAY + 3 * HOUR)
    join(first, world.volunteer)
    with pytest.raises(rules.ShiftsOverlap) as refused:
        join(second, world.volunteer)
    assert refused.value.facts == {"other": "共享集市"}
    assert sound()


def test_back_to_back_is_fine(world, join, now, sound):
    first = shift_at(world, starts_at=now + DAY, ends_at=now + DAY + 2 * HOUR)
    second = shift_at(world, starts_at=first.ends_at, ends_at=first.ends_at + HOUR)
    assert join(first, world.volunteer).state == "confirmed"
    assert join(second, world.volunteer).state == "confirmed"
    assert sound()


def test_a_full_shift_at_the_same_time_has_no_line_for_who_serves(world, join, now):
    first = shift_at(world, starts_at=now + DAY, ends_at=now + DAY + 2 * HOUR)
    full = shift_at(world, capacity=1, starts_at=now + DAY, ends_at=now + DAY + HOUR)
    join(full, world.other_volunteer)
    join(first, world.volunteer)
    with pytest.raises(rules.ShiftsOverlap):
        join(full, world.volunteer)


def test_one_may_wait_for_two_at_a_time_but_serve_on_one(world, join, leave, now, sound):
    times = {"starts_at": now + DAY, "ends_at": now + DAY + HOUR, "capacity": 1}
    one, two = shift_at(world, **times), shift_at(world, **times)
    holders = [join(shift, person) for shift, person in zip((one, two), people(2), strict=True)]
    waits = [join(shift, world.volunteer) for shift in (one, two)]
    leave(holders[0])
    db.session.expire_all()
    assert [w.state for w in waits] == ["confirmed", "waitlisted"]
    leave(holders[1])  # nobody who waits can take this place: it is free for others
    db.session.expire_all()
    assert (two.confirmed, two.waiting) == (0, 1)
    (late,) = people(1)
    assert join(two, late).state == "confirmed"
    assert sound()


def test_a_place_given_back_opens_the_line_elsewhere(world, join, leave, now, sound):
    times = {"starts_at": now + DAY, "ends_at": now + DAY + HOUR, "capacity": 1}
    one, two = shift_at(world, **times), shift_at(world, **times)
    a, b = people(2)
    first = join(two, b)
    waits = join(two, world.volunteer)
    serves = join(one, world.volunteer)
    leave(first)  # the place on two is free, but its only waiter serves on one
    leave(serves)
    db.session.expire_all()
    assert waits.state == "confirmed"
    assert join(one, a).state == "confirmed"
    assert sound()


def test_newcomers_do_not_overtake_the_line(world, join, leave, sound):
    shift = shift_at(world, capacity=1)
    first, second, third = people(3)
    held = join(shift, first)
    waits = join(shift, second)
    leave(held)
    assert join(shift, third).state == "waitlisted"
    db.session.expire_all()
    assert waits.state == "confirmed"
    assert sound()


def test_the_line_heals_when_it_stands_beside_a_free_place(world, join, sound):
    shift = shift_at(world, capacity=2)
    first, second = people(2)
    with transaction():
        waits = make_signup(shift, first, state="waitlisted", instant=True)
    late = join(shift, second)
    db.session.expire_all()
    assert (waits.state, late.state) == ("confirmed", "confirmed")
    assert sound()


def test_leaving_moves_the_line_in_order(world, join, leave, sound):
    shift = shift_at(world, capacity=1)
    made = [join(shift, person) for person in people(4)]
    leave(made[2])  # the second in line steps out
    leave(made[0])
    db.session.expire_all()
    states = ["cancelled_by_volunteer", "confirmed", "cancelled_by_volunteer", "waitlisted"]
    assert [s.state for s in made] == states
    assert signups.position(made[3]) == 1
    assert sound()


def test_what_ended_does_not_end_again(world, join, leave, sound):
    shift = shift_at(world)
    signup = join(shift, world.volunteer)
    leave(signup)
    with pytest.raises(line.SignupIsOver):
        leave(signup)
    with pytest.raises(line.SignupIsOver):
        leave(signup, by_staff=True)
    assert sound()


def test_nobody_leaves_once_it_has_begun(world, join, leave):
    shift = shift_at(world)
    signup = join(shift, world.volunteer)
    with pytest.raises(shift_rules.ShiftIsOver):
        leave(signup, now=shift.starts_at)


def test_nobody_leaves_what_does_not_exist(world, now):
    with pytest.raises(NotFound), transaction():
        joining.leave(signup_id=999_999_999, now=now, by=None, by_staff=False)


def test_who_left_may_join_again(world, join, leave, sound):
    shift = shift_at(world)
    first = join(shift, world.volunteer)
    leave(first)
    again = join(shift, world.volunteer)
    assert again.id != first.id
    assert again.state == "confirmed"
    assert sound()


def test_staff_are_written_down(world, join, leave):
    shift = shift_at(world)
    by = world.coordinator.id
    signup = join(shift, world.volunteer, made_by=by)
    leave(signup, by_staff=True, by=by, reason="改派")
    db.session.expire_all()
    assert (signup.state, signup.made_by, signup.reason) == ("cancelled_by_org", by, "改派")
    found = db.session.execute(
        db.text("select verb, actor_id, place_path from audit_entry where thing = :thing"),
        {"thing": f"signup:{signup.id}"},
    )
    path = world.community.path
    assert [tuple(row) for row in found] == [("added", by, path), ("removed", by, path)]


def test_joining_takes_few_statements(world, join, queries):
    shift = shift_at(world, capacity=1)
    first, second = people(2)
    queries.clear()
    join(shift, first)
    # the person held, what decides, the place; and three letters on two channels
    assert len(outside_the_outbox(queries)) == 3, queries
    queries.clear()
    join(shift, second)
    # the person held, what decides, the line; and one letter
    assert len(outside_the_outbox(queries)) == 3, queries


def outside_the_outbox(queries):
    posting = ("INSERT INTO message", "select clock_timestamp()")
    return [statement for statement in queries if not statement.startswith(posting)]

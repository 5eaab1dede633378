"""A freed place is offered in order, with a deadline; who said so beforehand just gets it."""

from datetime import timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.shifts.queries import shifts
from volunteer_hub.signups.actions import joining, offers, reserving
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.models import SignupMove
from volunteer_hub.signups.rules import joining as rules
from volunteer_hub.signups.rules import line

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shift_at(world, **more):
    with transaction():
        return make_shift(world.community, **more)


def people(number, **more):
    with transaction():
        return [make_person(f"志愿者{n}", **more) for n in range(number)]


def accept(signup, now):
    with transaction():
        return offers.accept(signup_id=signup.id, now=now)


def lapse(now):
    with transaction():
        return offers.lapse(now=now)


def told(signup, kind):
    db.session.expire_all()
    asked = db.select(Message).filter_by(recipient_id=signup.person_id, kind=kind, channel="email")
    return db.session.scalars(asked).all()


def states(*signups):
    db.session.expire_all()
    return [signup.state for signup in signups]


@pytest.fixture
def line_of_three(world, join):
    """One who serves and two who wait to be asked."""
    shift = shift_at(world, capacity=1)
    return shift, [join(shift, person, instant=False) for person in people(3)]


def test_two_offers_within_a_second_are_two_letters(line_of_three, leave, now):
    """The first is called back for the second: without a letter of its own nobody is asked."""
    held, first = line_of_three[1][:2]
    leave(held)
    db.session.expire_all()
    db.session.refresh(first, ["person"])
    with transaction():
        again = now + timedelta(milliseconds=200)
        news.offered(first, shift=shifts.get_shift(first.shift_id), now=again)
    letters = sorted(told(first, "shift-offered"), key=lambda letter: letter.id)
    assert [letter.state for letter in letters] == ["superseded", "pending"]


def test_a_freed_place_is_offered_taken_and_counted(line_of_three, leave, now, sound):
    shift, (held, first, second) = line_of_three
    leave(held)
    assert states(first, second) == ["offered", "waitlisted"]
    assert (shift.confirmed, shift.offered, shift.waiting, shift.free) == (0, 1, 1, 0)
    assert len(told(first, "shift-offered")) == 1
    assert sound()
    accept(first, now)
    assert states(first, second) == ["confirmed", "waitlisted"]
    assert (shift.confirmed, shift.offered, shift.waiting) == (1, 0, 1)
    moves = db.select(SignupMove.state).filter_by(signup_id=first.id).order_by(SignupMove.id)
    assert list(db.session.scalars(moves)) == ["waitlisted", "offered", "confirmed"]
    assert sound()


def test_an_offer_that_lapses_goes_to_the_next(line_of_three, leave, now, sound):
    _shift, (held, first, second) = line_of_three
    leave(held)
    assert lapse(now) == 0
    assert lapse(first.offer_until) == 1
    assert states(first, second) == ["lapsed", "offered"]
    assert len(told(first, "shift-lapsed")) == 1
    assert lapse(now) == 0
    with pytest.raises(line.OfferHasLapsed):
        accept(first, now)
    assert sound()


def test_an_offer_may_be_declined_and_a_place_in_line_given_up(line_of_three, leave, sound):
    _shift, (held, first, second) = line_of_three
    leave(held)
    leave(first)
    assert states(first, second) == ["cancelled_by_volunteer", "offered"]
    leave(second)
    assert sound()


def test_nobody_overtakes_an_offer(world, line_of_three, join, leave, sound):
    shift, (held, *_waits) = line_of_three
    leave(held)
    assert join(shift, world.volunteer).state == "waitlisted"
    assert sound()


def test_so_shortly_before_the_start_nobody_is_asked_and_the_first_to_come_gets_it(
    world, join, leave, now, sound
):
    begins = {"starts_at": now + 3 * HOUR, "ends_at": now + 4 * HOUR, "capacity": 1}
    shift = shift_at(world, **begins)
    held, waits = [join(shift, person, instant=False) for person in people(2)]
    late = now + HOUR + timedelta(minutes=1)
    with pytest.raises(rules.LineIsClosed):
        join(shift, world.other_volunteer, now=late)
    leave(held, now=late)
    assert states(waits) == ["waitlisted"]
    assert join(shift, world.volunteer, now=late).state == "confirmed"


def test_who_may_not_serve_is_passed_over(world, join, leave, sound):
    shift = shift_at(world, capacity=1)
    held = join(shift, world.coordinator)
    child, adult = people(2)
    young, second = [join(shift, person, instant=False) for person in (child, adult)]
    with transaction():
        shift.minimum_age = 30
        child.birth_date = shift.starts_at.date() - timedelta(days=29 * 365)
    leave(held)
    assert states(young, second) == ["waitlisted", "offered"]


def test_everybody_may_ask_first_and_who_served_least_gets_the_place(world, join, now, sound):
    eager, fresh, busy = people(3)
    for days in (5, 10):
        past = shift_at(world, starts_at=now - days * DAY, ends_at=now - days * DAY + HOUR)
        for person in (eager, busy)[: 2 if days == 5 else 1]:
            join(past, person, now=now - 11 * DAY)
    shift = shift_at(world, capacity=1, starts_at=now + 5 * DAY, fair_until=now + DAY)
    asked = [join(shift, person, instant=False) for person in (eager, busy, fresh)]
    assert states(*asked) == ["waitlisted"] * 3
    assert lapse(now) == 0
    assert lapse(now + DAY) == 1
    assert states(*asked) == ["waitlisted", "waitlisted", "confirmed"]
    ranks = {signup.person_id: signup.rank for signup in asked}
    assert ranks[busy.id] < ranks[eager.id]  # one shift against two
    assert len(told(asked[2], "shift-promoted")) == 1
    assert lapse(now + DAY) == 0


def test_kept_places_are_for_the_group_until_they_are_released(world, join, now, sound):
    shift = shift_at(world, capacity=3)
    with transaction():
        reserving.keep_places(shift_id=shift.id, places=2, now=now)
    first, second, third, fourth = people(4)
    assert join(shift, first).state == "confirmed"
    waits = join(shift, second)
    assert waits.state == "waitlisted"
    kept = {"ask": joining.Ask(kept=True)}
    assert join(shift, third, **kept).state == "confirmed"
    with transaction():
        reserving.release_places(shift_id=shift.id, places=5, now=now)
    assert states(waits) == ["confirmed"]
    with pytest.raises(rules.NoReservedPlace):
        join(shift, fourth, **kept)
    assert sound()


def test_staff_overbook_on_purpose_and_the_extra_place_goes_first(world, join, leave, sound):
    shift = shift_at(world, capacity=1)
    first, second, third = people(3)
    held = join(shift, first)
    beyond = join(shift, second, ask=joining.Ask(beyond=True), made_by=world.coordinator.id)
    assert beyond.state == "confirmed"
    assert (shift.confirmed, shift.capacity, shift.capacity_extra) == (2, 1, 1)
    waits = join(shift, third)
    leave(held)
    assert states(waits) == ["waitlisted"]
    assert (shift.confirmed, shift.capacity_extra, shift.free) == (1, 0, 0)
    leave(beyond)
    assert states(waits) == ["confirmed"]
    assert sound()


def test_who_cannot_come_after_the_cut_off_is_seen_at_once(world, join, leave, now):
    begins = {"starts_at": now + 10 * HOUR, "ends_at": now + 11 * HOUR}
    shift = shift_at(world, leave_cutoff=12 * 60, **begins)
    early = shift_at(world, leave_cutoff=12 * 60, starts_at=now + 3 * DAY)
    late, soon = join(shift, world.volunteer), join(early, world.volunteer)
    leave(late)
    leave(soon)
    db.session.expire_all()
    assert (late.late, soon.late) == (True, False)
    letters = db.select(Message).filter_by(kind="shift-late-cancel", channel="email")
    (letter,) = [m for m in db.session.scalars(letters) if m.recipient_id == world.coordinator.id]
    assert world.volunteer.name in letter.subject

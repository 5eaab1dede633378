"""Races with real commits: many threads, each with a connection of its own."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import at_once
from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.factories.shifts import make_shift
from tests.signups.invariants import faults
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions import changing, joining, offers, replacing
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules import joining as rules

DAY = timedelta(days=2)
HOUR = timedelta(hours=1)


@pytest.fixture
def place(committed: Flask):
    with transaction():
        return make_place("ganjiaxiang")


def people(number):
    with transaction():
        return [make_person(f"志愿者{n}") for n in range(number)]


def joins(shift, person):
    asked = {"shift_id": shift.id, "ask": joining.Ask(instant=True)}

    def task():
        fresh = db.session.get_one(Person, person.id)
        return joining.join(**asked, person=fresh, now=utc_now()).state

    return task


def leaves(signup_id):
    def task():
        joining.leave(signup_id=signup_id, now=utc_now(), by=None, by_staff=False)

    return task


def accepts(signup_id):
    return lambda: offers.accept(signup_id=signup_id, now=utc_now()).state


def lapses(now):
    return lambda: str(offers.lapse(now=now))


def line_of(shift):
    waiting = select(Signup).filter_by(shift_id=shift.id, state="waitlisted")
    return list(db.session.scalars(waiting.order_by(Signup.rank)))


def test_ten_people_and_three_places(committed, place):
    for _ in range(3):
        with transaction():
            shift = make_shift(place, capacity=3)
        answers = at_once(committed, *[joins(shift, person) for person in people(10)])
        assert Counter(answers) == {"confirmed": 3, "waitlisted": 7}
        assert faults() == []
        assert [s.rank for s in line_of(shift)] == list(range(1, 8))


def test_one_person_many_times_at_once(committed, place):
    (person,) = people(1)
    for capacity in (1, 5):
        with transaction():
            shift = make_shift(place, capacity=capacity, starts_at=utc_now() + capacity * DAY)
        answers = at_once(committed, *[joins(shift, person)] * 8)
        assert Counter(map(kind, answers)) == {"confirmed": 1, "AlreadySignedUp": 7}
        assert faults() == []


def test_two_overlapping_shifts_at_once(committed, place):
    for _ in range(5):
        (person,) = people(1)
        starts_at = utc_now() + DAY
        with transaction():
            times = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
            one, two = make_shift(place, **times), make_shift(place, **times)
        answers = at_once(committed, joins(one, person), joins(two, person))
        assert Counter(map(kind, answers)) == {"confirmed": 1, "ShiftsOverlap": 1}
        (refused,) = [a for a in answers if isinstance(a, rules.ShiftsOverlap)]
        assert refused.facts == {"other": "共享集市"}
        assert faults() == []


def test_everybody_leaves_while_others_join(committed, place):
    with transaction():
        shift = make_shift(place, capacity=4)
    first, late = people(10), people(6)
    at_once(committed, *[joins(shift, person) for person in first])
    ids = list(db.session.scalars(select(Signup.id).filter_by(shift_id=shift.id)))
    at_once(
        committed,
        *[leaves(signup_id) for signup_id in ids[::2]],
        *[joins(shift, person) for person in late],
    )
    assert faults() == []
    db.session.rollback()
    now = db.session.get_one(Shift, shift.id, populate_existing=True)
    assert (now.confirmed, now.waiting) == (4, 7)
    told = select(Message.recipient_id).filter_by(kind="shift-promoted", channel="sms")
    told = told.where(Message.state == "pending")
    came_up = select(Signup.person_id).where(
        Signup.state == "confirmed", Signup.joined_at < Signup.confirmed_at
    )
    assert set(db.session.scalars(came_up)) == set(db.session.scalars(told))


def test_one_promise_is_given_back_once(committed, place):
    with transaction():
        shift = make_shift(place, capacity=1)
    for person in people(3):
        with transaction():
            joining.join(shift_id=shift.id, person=person, now=utc_now())
    held = db.session.scalars(select(Signup.id).filter_by(state="confirmed")).one()
    answers = at_once(committed, *[leaves(held)] * 4)
    assert Counter(map(kind, answers)) == {"None": 1, "SignupIsOver": 3}
    assert faults() == []
    assert len(line_of(shift)) == 1


def test_two_lines_promote_the_same_person_at_once(committed, place):
    for _ in range(4):
        starts_at = utc_now() + DAY
        times = {"starts_at": starts_at, "ends_at": starts_at + HOUR, "capacity": 1}
        with transaction():
            shifts = [make_shift(place, **times) for _ in range(2)]
        *holders, waiter, next_one = people(4)
        held = []
        for shift, holder in zip(shifts, holders, strict=True):
            with transaction():
                held.append(joining.join(shift_id=shift.id, person=holder, now=utc_now()).id)
            asked = {"shift_id": shift.id, "ask": joining.Ask(instant=True)}
            for person in (waiter, next_one):
                with transaction():
                    joining.join(**asked, person=person, now=utc_now())
        at_once(committed, *[leaves(signup_id) for signup_id in held])
        assert faults() == []
        db.session.rollback()
        serving = select(Signup.person_id).where(
            Signup.state == "confirmed", Signup.shift_id.in_([s.id for s in shifts])
        )
        assert set(db.session.scalars(serving)) == {waiter.id, next_one.id}


def test_an_offer_is_taken_and_lapses_at_the_same_moment(committed, place):
    for _ in range(4):
        with transaction():
            shift = make_shift(place, capacity=1, starts_at=utc_now() + 3 * DAY)
        (holder, *waiters) = people(3)
        asked = {"shift_id": shift.id}
        with transaction():
            held = joining.join(**asked, person=holder, now=utc_now()).id
        ids = []
        for person in waiters:
            with transaction():
                ids.append(joining.join(**asked, person=person, now=utc_now()).id)
        with transaction():
            joining.leave(signup_id=held, now=utc_now(), by=None, by_staff=False)
        late = utc_now() + 2 * DAY
        answers = at_once(
            committed,
            accepts(ids[0]),
            *[lapses(late)] * 2,
            leaves(ids[0]),
        )
        assert len(answers) == 4
        assert faults() == []
        db.session.rollback()
        states = dict(db.session.execute(select(Signup.id, Signup.state)).all())
        ended = states[ids[0]] in ("lapsed", "cancelled_by_volunteer")
        # both runs of the clock are late enough to end the second offer too
        assert states[ids[1]] in ({"offered", "lapsed"} if ended else {"waitlisted"})


def test_a_place_is_taken_over_once(committed, place):
    for _ in range(4):
        with transaction():
            shift = make_shift(place, capacity=2)
        first, *takers = people(4)
        with transaction():
            given = joining.join(shift_id=shift.id, person=first, now=utc_now()).id

        def takes(person_id, given=given):
            def task():
                person = db.session.get_one(Person, person_id)
                return replacing.take_over(signup_id=given, person=person, now=utc_now()).state

            return task

        answers = at_once(committed, *[takes(person.id) for person in takers], leaves(given))
        taken = Counter(map(kind, answers))
        assert taken["confirmed"] + taken["None"] == 1
        assert taken["SignupIsOver"] == 3
        assert faults() == []


def test_a_shift_is_called_off_while_people_join_and_leave(committed, place):
    with transaction():
        shift = make_shift(place, capacity=3)
    at_once(committed, *[joins(shift, person) for person in people(6)])
    ids = list(db.session.scalars(select(Signup.id).filter_by(shift_id=shift.id)))

    def cancel():
        changing.cancel_shift(shift_id=shift.id, reason="大风", now=utc_now())

    at_once(
        committed,
        cancel,
        *[leaves(signup_id) for signup_id in ids[:3]],
        *[joins(shift, person) for person in people(4)],
    )
    assert faults() == []
    assert db.session.scalars(select(Signup).where(Signup.ended_at.is_(None))).all() == []
    pending = select(Message.kind).where(Message.state == "pending", Message.revision == 0)
    assert db.session.scalars(pending).all() == []


def test_places_are_added_while_people_join(committed, place):
    with transaction():
        shift = make_shift(place, capacity=1)

    def more():
        changing.change_shift(shift_id=shift.id, now=utc_now(), capacity=4)

    answers = at_once(committed, more, *[joins(shift, person) for person in people(8)])
    assert all(not isinstance(answer, Refusal) for answer in answers)
    assert faults() == []
    db.session.rollback()
    now = db.session.get_one(Shift, shift.id, populate_existing=True)
    assert (now.confirmed, now.waiting) == (4, 4)


def kind(answer: object) -> str:
    return type(answer).__name__ if isinstance(answer, Refusal) else str(answer)

"""Workers, publications and people at the same moment: each shift once, and nobody twice."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import outcomes
from tests.factories.people import make_person
from tests.factories.standing import make_day, make_order
from tests.signups.invariants import faults
from tests.standing.conftest import NOW, TODAY, TUESDAY, WEEK, tuesdays
from tests.world import World, build_world
from volunteer_hub.activities.models import Series
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.actions.planning import publish_shift
from volunteer_hub.shifts.models import Shift
from volunteer_hub.shifts.queries.shifts import get_shift
from volunteer_hub.signups.actions.joining import join
from volunteer_hub.signups.models import Signup
from volunteer_hub.standing import rules
from volunteer_hub.standing.actions import orders as actions
from volunteer_hub.standing.actions.filling import fill_next
from volunteer_hub.standing.models import StandingOrder, StandingTry
from volunteer_hub.standing.queries.due import list_due

AT_ONCE = 6


@pytest.fixture
def world(committed: Flask) -> World:
    return build_world()


@pytest.fixture
def series(world: World) -> Series:
    with transaction():
        return tuesdays(world)


def crowd(series: Series, count: int) -> list[Person]:
    with transaction():
        people = [make_person() for _ in range(count)]
        for person in people:
            make_order(series, person)
    return people


def confirmed(shift: Shift) -> int:
    return db.session.scalars(select(Shift.confirmed).where(Shift.id == shift.id)).one()


def test_two_workers_try_each_order_once(committed, series):
    with transaction():
        shift = make_day(series, TUESDAY, capacity=3)
    crowd(series, 8)
    due = list_due(now=NOW, limit=99)
    assert len(due) == 8
    tries = [lambda one=one: fill_next(due=one, now=NOW) for one in due * 2]
    assert outcomes(committed, *tries) == ["done"] * 16
    tried = db.session.scalars(select(StandingTry.outcome)).all()
    assert sorted(tried) == ["joined"] * 3 + ["waiting"] * 5
    assert confirmed(shift) == 3
    assert faults(letters=False) == []


def test_many_shifts_are_published_at_once(committed, series):
    """Each publication holds many people: none waits for another in a ring."""
    crowd(series, 5)
    with transaction():
        ids = [make_day(series, TUESDAY + n * WEEK, state="draft").id for n in range(AT_ONCE)]

    def publish_two(first: int, second: int) -> Callable[[], object]:
        def verb() -> None:
            for shift_id in (ids[first], ids[second]):
                publish_shift(shift=get_shift(shift_id), now=NOW)

        return verb

    pairs = [publish_two(n, n + 1) for n in range(0, AT_ONCE, 2)]
    assert outcomes(committed, *pairs) == ["done"] * len(pairs)
    assert len(db.session.scalars(select(Signup)).all()) == 5 * AT_ONCE
    assert faults(letters=False) == []


def test_a_shift_is_published_while_its_people_join_elsewhere(committed, world, series):
    people = crowd(series, 4)
    with transaction():
        draft = make_day(series, TUESDAY, state="draft")
        other = make_day(series, TUESDAY + WEEK)
    ids = [person.id for person in people]

    def join_other(person_id: int) -> Callable[[], object]:
        return lambda: join(shift_id=other.id, person=get_person(person_id), now=NOW)

    def publish() -> None:
        publish_shift(shift=get_shift(draft.id), now=NOW)

    results = outcomes(committed, publish, *[join_other(one) for one in ids])
    assert results == ["done"] * 5
    assert confirmed(draft) == 4
    assert faults(letters=False) == []


def test_one_order_out_of_many_presses(committed, world, series):
    with transaction():
        make_day(series, TUESDAY)
    person_id, series_id = world.volunteer.id, series.id

    def begin() -> None:
        facts = {"series_id": series_id, "task": None, "weekdays": [], "ends_on": None}
        actions.begin(person=get_person(person_id), begins_on=TODAY, now=NOW, **facts)

    results = outcomes(committed, *[begin] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(rules.OrderRunsAlready) == AT_ONCE - 1
    assert len(db.session.scalars(select(Signup)).all()) == 1


def test_stopped_and_tried_at_the_same_moment(committed, world, series):
    """Tried first and given back, or stopped first and never tried."""
    with transaction():
        shift = make_day(series, TUESDAY)
        order = make_order(series, world.volunteer)
    due = list_due(now=NOW, limit=9)
    ids = {"order_id": order.id, "by": world.volunteer.id}

    def stop() -> None:
        actions.stop(giving_back=True, now=NOW, **ids)

    verbs = [stop, *[lambda: fill_next(due=due[0], now=NOW)] * 3]
    assert outcomes(committed, *verbs) == ["done"] * 4
    states = db.session.scalars(select(Signup.state)).all()
    assert states in ([], ["cancelled_by_volunteer"])
    assert confirmed(shift) == 0
    assert db.session.scalars(select(StandingOrder.state)).one() == "stopped"

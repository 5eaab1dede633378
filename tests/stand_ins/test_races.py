"""Many at one moment: one place changes hands once, and everybody else gets a sentence."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import outcomes
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.factories.stand_ins import make_request
from tests.signups.invariants import faults
from tests.stand_ins.conftest import HOUR, NOW, START
from tests.world import World, build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions.joining import join, leave
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.line import SignupIsOver
from volunteer_hub.stand_ins import actions, rules
from volunteer_hub.stand_ins.models import StandInRequest

AT_ONCE = 6


@pytest.fixture
def world(committed: Flask) -> World:
    return build_world()


@pytest.fixture
def mine(world: World) -> Signup:
    with transaction():
        times = {"starts_at": START, "ends_at": START + 3 * HOUR}
        return make_signup(make_shift(world.community, capacity=1, **times), world.volunteer)


def take(request_id: int, person_id: int) -> Callable[[], object]:
    return lambda: actions.take(request_id=request_id, person=get_person(person_id), now=NOW)


def asked(mine: Signup, **more) -> int:
    with transaction():
        return make_request(mine, **more).id


def states() -> dict[str, int]:
    db.session.rollback()
    found = db.session.scalars(select(Signup.state)).all()
    return {state: found.count(state) for state in found}


def test_exactly_one_of_many_takers_gets_it(committed, mine):
    request_id = asked(mine)
    with transaction():
        people = [make_person().id for _ in range(AT_ONCE)]
    results = outcomes(committed, *[take(request_id, one) for one in people])
    assert results.count("done") == 1
    assert results.count(rules.RequestIsOver) == AT_ONCE - 1
    assert states() == {"replaced": 1, "confirmed": 1}
    request = db.session.scalars(select(StandInRequest)).one()
    winner = people[results.index("done")]
    assert (request.state, request.taken_by) == ("taken", winner)
    serving = select(Signup.person_id).where(Signup.state == "confirmed")
    assert db.session.scalars(serving).one() == winner
    assert faults(letters=False) == []


def test_pressed_twice_by_one_person(committed, world, mine):
    request_id, person_id = asked(mine), world.other_volunteer.id
    results = outcomes(committed, *[take(request_id, person_id)] * AT_ONCE)
    assert results.count("done") == 1
    assert states() == {"replaced": 1, "confirmed": 1}


@pytest.mark.parametrize("ending", ["withdrawn", "given back", "declined", "closed"])
def test_taken_or_ended_but_never_both(committed, world, mine, ending):
    invited = world.other_volunteer if ending == "declined" else None
    request_id, signup_id, owner = asked(mine, invited=invited), mine.id, world.volunteer.id
    taker = world.other_volunteer.id

    def end() -> object:
        if ending == "withdrawn":
            return actions.withdraw(request_id=request_id, by=owner, now=NOW)
        if ending == "given back":
            return leave(signup_id=signup_id, now=NOW, by=owner, by_staff=False)
        if ending == "declined":
            return actions.decline(request_id=request_id, by=taker, now=NOW)
        return actions.close_ended(now=START)

    results = outcomes(committed, take(request_id, taker), end)
    state = db.session.scalars(select(StandInRequest.state)).one()
    if ending == "closed":
        assert results[1] == "done"
        assert (results[0], state) in (("done", "taken"), (rules.RequestIsOver, "closed"))
    else:
        assert results.count("done") == 1
        over = {rules.RequestIsOver, SignupIsOver}
        assert {one for one in results if one != "done"} <= over
        left = "open" if ending == "given back" else ending
        assert state == ("taken" if results[0] == "done" else left)
    assert faults(letters=False) == []


def test_a_line_forms_while_somebody_takes_it(committed, world, mine):
    """Whoever waits comes behind the place that changed hands, or before anybody may take it."""
    request_id, shift_id, waiting = asked(mine), mine.shift_id, world.grid_worker.id

    def wait() -> object:
        return join(shift_id=shift_id, person=get_person(waiting), now=NOW)

    results = outcomes(committed, take(request_id, world.other_volunteer.id), wait)
    assert results[1] == "done"
    assert results[0] in ("done", rules.LineGoesFirst)
    shift = db.session.get_one(Shift, shift_id, populate_existing=True)
    assert (shift.confirmed, shift.waiting) == (1, 1)


def test_asked_once_however_often_it_is_pressed(committed, world, mine):
    shift_id, owner = mine.shift_id, world.volunteer.id

    def ask() -> object:
        by = get_person(owner)
        return actions.ask(shift_id=shift_id, by=by, note="", number=None, now=NOW)

    results = outcomes(committed, *[ask] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(rules.LooksAlready) == AT_ONCE - 1


def test_two_workers_close_each_request_once(committed, mine):
    asked(mine)
    results = outcomes(committed, *[lambda: actions.close_ended(now=START)] * AT_ONCE)
    assert results == ["done"] * AT_ONCE
    assert db.session.scalars(select(StandInRequest.state)).one() == "closed"

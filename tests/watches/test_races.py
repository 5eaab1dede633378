"""Two workers at one moment, and people who press twice: real threads, a real database."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import at_once
from tests.factories.people import make_person
from tests.factories.watches import make_watch
from tests.watches.conftest import DAY, HELD, NOW, START, letters, look_at, shift_at
from tests.world import World, build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.accounts import leave
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.watches.actions import watching
from volunteer_hub.watches.actions.looking import look
from volunteer_hub.watches.models import ShiftCondition, Watch
from volunteer_hub.watches.rules import WISHES, WatchHasEnded

AT_ONCE = 6


@pytest.fixture
def world(committed: Flask) -> World:
    return build_world()


def fill(world: World, *, shifts: int = 5, people: int = 5) -> None:
    with transaction():
        for n in range(shifts):
            shift_at(world.community, at=START + n * DAY)
        for _ in range(people):
            make_watch(make_person(), place=world.community)


def test_two_workers_tell_everybody_once(committed, world):
    fill(world)
    for later in (0 * HELD, HELD, 2 * HELD):
        results = at_once(committed, *[lambda at=later: look(now=NOW + at)] * AT_ONCE)
        assert all(isinstance(result, int) for result in results), results
        assert sum(results) == (5 if later == HELD else 0)
    db.session.rollback()
    assert len(letters(channel="email")) == 5
    told = db.session.execute(select(ShiftCondition.told, ShiftCondition.revision)).all()
    assert [tuple(row) for row in told] == [("understaffed", 1)] * 5


def test_pressed_many_times_it_is_one_watch(committed, world):
    person_id, place_id = world.volunteer.id, world.community.id

    def press() -> int:
        found = watching.begin(person_id=person_id, place_id=place_id, wishes=WISHES, now=NOW)
        return found.id

    results = at_once(committed, *[press] * AT_ONCE)
    assert len(set(results)) == 1, results
    assert db.session.execute(select(func.count(Watch.id))).scalar_one() == 1


def test_ended_once_however_often_it_is_pressed(committed, world):
    with transaction():
        watch_id = make_watch(world.volunteer, place=world.community, created_at=NOW).id
    person_id = world.volunteer.id

    def press() -> str:
        watching.end(watch_id=watch_id, by=person_id, now=NOW)
        return "ended"

    results = at_once(committed, *[press] * AT_ONCE)
    assert results.count("ended") == 1
    assert sum(isinstance(result, WatchHasEnded) for result in results) == AT_ONCE - 1


@pytest.mark.parametrize("times", range(3))
def test_who_leaves_while_a_worker_looks_gets_no_letter(committed, world, times):
    fill(world, people=3)
    with transaction():
        make_watch(world.volunteer, place=world.community)
    person_id = world.volunteer.id
    look_at(NOW)

    def go() -> None:
        leave(person=get_person(person_id), now=NOW)

    results = at_once(committed, lambda: look(now=NOW + HELD), go)
    assert not [result for result in results if isinstance(result, Exception)], results
    db.session.rollback()
    assert {m.state for m in letters(recipient_id=person_id)} <= {"cancelled"}
    assert len({m.recipient_id for m in letters(channel="email")} - {person_id}) == 3

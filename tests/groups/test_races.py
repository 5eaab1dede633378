"""Many at one moment: each family whole or refused, no kept place given twice."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.at_once import outcomes
from tests.factories.groups import make_companion, make_reservation
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.groups.conftest import DAY, GUARDIAN, HOUR, NOW, START, TEN_YEARS_OLD
from tests.signups.invariants import faults
from tests.world import World, build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.groups.actions import companions, reservations
from volunteer_hub.groups.actions.together import Helper, join_together
from volunteer_hub.groups.models import Companion, Reservation
from volunteer_hub.groups.rules.reservations import NotSoManyKept, ReservationHasEnded
from volunteer_hub.groups.rules.together import NotEnoughPlaces
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift
from volunteer_hub.signups.actions.joining import join
from volunteer_hub.signups.models import Signup

FAMILIES, PERSONS = 5, 3


@pytest.fixture
def world(committed: Flask) -> World:
    return build_world()


@pytest.fixture
def families(world: World) -> list[list[int]]:
    """Five helpers, each with two more people, ids mixed so that no order comes of itself."""
    with transaction():
        helpers = [make_person(f"帮手{n}") for n in range(FAMILIES)]
        found = [[helper.id] for helper in helpers]
        for _ in range(PERSONS - 1):
            for helper, family in zip(reversed(helpers), reversed(found), strict=True):
                family.append(make_companion(helper).person_id)
    return found


@pytest.fixture
def shift(world: World) -> int:
    """Five places: for one family of three, and two more."""
    with transaction():
        times = {"starts_at": START, "ends_at": START + 3 * HOUR}
        return make_shift(world.community, **times).id


def comes(shift_id: int, people: list[int], *, whole: bool = True) -> Callable[[], object]:
    def act() -> object:
        facts = {"shift_id": shift_id, "people": people, "role_id": None}
        return join_together(**facts, helper=Helper(get_person(people[0])), whole=whole, now=NOW)

    return act


def takes(token: str, people: list[int]) -> Callable[[], object]:
    def act() -> object:
        facts = {"token": token, "people": people, "role_id": None, "now": NOW}
        return reservations.take(**facts, helper=Helper(get_person(people[0])))

    return act


def serving() -> set[int]:
    return set(db.session.scalars(select(Signup.person_id).where(Signup.state == "confirmed")))


def keeps(shift_id: int) -> int:
    """Read what the shift keeps; it is what its open reservations have left."""
    shift = db.session.get_one(Shift, shift_id, populate_existing=True)
    left = select(func.coalesce(func.sum(Reservation.places - Reservation.taken), 0))
    open_ones = Reservation.shift_id == shift_id, Reservation.state == "open"
    assert shift.reserved == db.session.execute(left.where(*open_ones)).scalar_one()
    assert faults(letters=False) == []
    return shift.reserved


@pytest.mark.parametrize("turn", range(3))
def test_each_family_whole_or_refused(committed, shift, families, turn):
    results = outcomes(committed, *[comes(shift, family) for family in families])
    assert results.count("done") == 1
    assert results.count(NotEnoughPlaces) == FAMILIES - 1
    assert serving() == set(families[results.index("done")])
    assert faults(letters=False) == []


def test_families_beside_single_people(committed, shift, families):
    with transaction():
        single = [make_person().id for _ in range(4)]
    alone = [
        lambda one=one: join(shift_id=shift, person=get_person(one), now=NOW) for one in single
    ]
    whole = [comes(shift, family) for family in families[:3]]
    results = outcomes(committed, *alone, *whole)
    assert results[:4] == ["done"] * 4
    there = serving()
    for family, result in zip(families, results[4:], strict=False):
        assert result in ("done", NotEnoughPlaces)
        assert len(there & set(family)) == (PERSONS if result == "done" else 0)
    assert faults(letters=False) == []


def test_two_helpers_of_the_same_people_stand_in_nobody_s_way(committed, shift, families):
    """The same two people, taken along by two helpers at once, in both orders."""
    with transaction():
        other = make_person("另一位")
        people = [db.session.get_one(Person, one) for one in families[0][1:]]
        for person in people:
            make_companion(other, person)
    shared = [person.id for person in people]
    groups = [families[0], [other.id, *reversed(shared)]] * 2
    results = outcomes(committed, *[comes(shift, one, whole=False) for one in groups])
    assert results == ["done"] * 4
    assert serving() == {families[0][0], other.id, *shared}
    assert faults(letters=False) == []


def test_a_kept_place_is_given_once(committed, world, shift, families):
    with transaction():
        make_reservation(db.session.get_one(Shift, shift), world.partner_contact, token="one")
    pairs = [takes("one", family[:2]) for family in families]
    results = outcomes(committed, *pairs)
    assert results.count("done") == 1
    assert results.count(NotSoManyKept) == FAMILIES - 1
    assert serving() == set(families[results.index("done")][:2])
    assert keeps(shift) == 0


def test_taken_released_and_joined_at_once(committed, world, shift, families):
    with transaction():
        held = db.session.get_one(Shift, shift)
        until = {"until": NOW + HOUR}
        one = make_reservation(held, world.partner_contact, token="one", places=3, **until).id
        make_reservation(held, world.partner_contact, token="two", places=2, until=START - DAY)
    release = {"reservation_id": one, "now": NOW + HOUR}
    results = outcomes(
        committed,
        *[takes("one", [family[0]]) for family in families[:2]],
        *[takes("two", [family[0]]) for family in families[2:4]],
        *[lambda: reservations.release(**release)] * 2,
        comes(shift, families[4]),
    )
    assert set(results) <= {"done", ReservationHasEnded, NotEnoughPlaces}
    assert results[2:6] == ["done"] * 4
    assert keeps(shift) == 0
    assert len(serving()) <= 5


def test_ended_or_used_but_never_both(committed, shift, families):
    helper_id, person_id = families[0][:2]
    found = select(Companion.id).where(Companion.person_id == person_id)
    ending = {"companion_id": db.session.scalars(found).one(), "paths": (), "now": NOW}
    db.session.rollback()

    def end() -> object:
        helper = get_person(helper_id)
        return companions.end(helper=helper, giving_back=True, withdrawn=None, **ending)

    results = outcomes(committed, end, comes(shift, [helper_id, person_id]))
    assert results[0] == "done"
    assert results[1] in ("done", NotFound)
    assert person_id not in serving()
    assert faults(letters=False) == []


def test_added_twice_at_once_is_one_person(committed, world):
    helper_id = world.volunteer.id

    def add() -> object:
        facts = {"name": "林小宝", "birth_date": TEN_YEARS_OLD, "relation": "child"}
        return companions.add_own(helper=get_person(helper_id), agreed=GUARDIAN, now=NOW, **facts)

    before = db.session.execute(select(func.count(Person.id))).scalar_one()
    db.session.rollback()
    results = outcomes(committed, *[add] * 4)
    assert results.count("done") == 1
    assert db.session.execute(select(func.count(Person.id))).scalar_one() == before + 1

"""Races with real commits: staff cut places while people join, leave, and other staff cut them."""

import pytest
from flask import Flask

from tests.at_once import at_once
from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.factories.shifts import make_shift
from tests.signups.invariants import faults
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.planning.actions.shifts import edit_shift
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.shifts.queries.shifts import get_shift
from volunteer_hub.signups.actions import joining
from volunteer_hub.signups.actions.roles import write_roles
from volunteer_hub.signups.queries.signups import list_live
from volunteer_hub.signups.rules.staying import PeopleHaveChanged


def commit(task):
    with transaction():
        return task()


def joins(shift_id, person_id, role_id=None):
    def join():
        ask, person = joining.Ask(role_id=role_id, instant=True), get_person(person_id)
        joined = joining.join(shift_id=shift_id, person=person, now=utc_now(), ask=ask)
        return joined.id, joined.state

    return join


def cuts(shift_id, places, *, roles=(), **chosen):
    def cut():
        changes = {"capacity": places, "minimum": 0} if places else {}
        return edit_shift(
            shift_id=shift_id, roles=roles, announce=False, now=utc_now(), **chosen, **changes
        )

    return cut


def confirmed_on(shift_id):
    db.session.rollback()
    return {s.id for s in list_live(shift_id) if s.state == "confirmed"}


@pytest.fixture
def shift_id(committed: Flask):
    with transaction():
        return make_shift(make_place("ganjiaxiang"), capacity=5).id


@pytest.fixture
def people(committed: Flask):
    with transaction():
        return [make_person(f"志愿者{n}").id for n in range(6)]


def test_nobody_whom_staff_did_not_see_loses_a_place(committed, shift_id, people):
    """Either the cut comes first and all others wait, or somebody joined and staff look again."""
    seen = [commit(joins(shift_id, one))[0] for one in people[:3]]
    chosen = {"staying": seen[:2], "among": seen}
    cut, *joined = at_once(
        committed, cuts(shift_id, 2, **chosen), *[joins(shift_id, one) for one in people[3:]]
    )
    states = [state for _signup, state in joined]
    if isinstance(cut, PeopleHaveChanged):
        assert states.count("confirmed") == 2
        assert confirmed_on(shift_id) > set(seen)
        assert get_shift(shift_id).capacity == 5
    else:
        assert (cut, states) == (1, ["waitlisted"] * 3)
        assert confirmed_on(shift_id) == set(seen[:2])
        assert get_shift(shift_id).capacity == 2
    assert faults() == []


def test_two_who_cut_at_once_do_not_cut_twice(committed, shift_id, people):
    seen = [commit(joins(shift_id, one))[0] for one in people[:4]]
    answers = at_once(
        committed,
        cuts(shift_id, 2, staying=seen[:2], among=seen),
        cuts(shift_id, 1, staying=seen[3:], among=seen),
    )
    if isinstance(answers[1], PeopleHaveChanged):
        assert (answers[0], confirmed_on(shift_id)) == (2, set(seen[:2]))
    else:  # one place, and then two again: who stood first in line has the second one
        assert (answers[1], confirmed_on(shift_id)) == (3, {seen[0], seen[3]})
    assert faults() == []


def test_a_role_is_cut_while_people_come_and_go(committed, shift_id, people):
    words = {"id": None, "title_zh": "引导", "title_en": None, "minimum": 0, "need": None}
    commit(lambda: write_roles(shift_id=shift_id, roles=[words | {"capacity": 4}], now=utc_now()))
    (role,) = list_roles(shift_id)
    seen = [commit(joins(shift_id, one, role.id))[0] for one in people[:3]]
    fewer = [words | {"id": role.id, "capacity": 2}]

    def leaves():
        joining.leave(signup_id=seen[0], now=utc_now(), by=None, by_staff=False)

    cut, *_rest = at_once(
        committed,
        cuts(shift_id, None, roles=fewer, staying=seen[1:], among=seen),
        leaves,
        joins(shift_id, people[3], role.id),
    )
    assert cut in (0, 1) or isinstance(cut, PeopleHaveChanged)
    kept = confirmed_on(shift_id)
    assert kept >= set(seen[1:])  # whom staff chose is there, whatever came first
    assert len(kept) == (3 if isinstance(cut, PeopleHaveChanged) else 2)
    assert faults() == []

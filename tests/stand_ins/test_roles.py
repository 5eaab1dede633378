"""Everybody with an account may look, ask and take; a visitor signs in first."""

import pytest
import time_machine

from tests.factories.shifts import make_signup
from tests.factories.stand_ins import make_request
from tests.stand_ins.conftest import NOW
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import transaction

ROLES = (policy.VISITOR, *policy.ROLES)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked(shift, world):
    with transaction():
        return make_request(make_signup(shift, world.other_volunteer))


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_an_account_may_look_and_take(world, asked, as_person, role):
    client = as_person(world.roles()[role])
    wanted = 302 if role == policy.VISITOR else 200
    assert client.get("/stand-ins").status_code == wanted
    assert client.get(f"/stand-ins/{asked.id}").status_code == wanted
    taken = client.post(f"/stand-ins/{asked.id}", data={"risk": "y"})
    assert taken.status_code == (302 if role == policy.VISITOR else 303)
    assert "/sign-in" in taken.location if role == policy.VISITOR else "/shifts/" in taken.location


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_a_place_may_ask(world, shift, as_person, role):
    person = world.roles()[role]
    if person:
        with transaction():
            make_signup(shift, person)
    client = as_person(person)
    page = client.get(f"/stand-ins/shifts/{shift.id}/ask")
    assert page.status_code == (200 if person else 302)
    asked = client.post(f"/stand-ins/shifts/{shift.id}/ask")
    assert asked.status_code == (303 if person else 302)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ["decline", "withdraw"])
def test_nobody_answers_for_another(world, asked, as_person, role, verb):
    answer = as_person(world.roles()[role]).post(f"/stand-ins/{asked.id}/{verb}")
    assert answer.status_code == (302 if role == policy.VISITOR else 404)

"""Every route for each role: who is let in, within which place."""

import pytest
import time_machine

from tests.factories.groups import make_companion, make_reservation
from tests.factories.shifts import make_shift
from tests.groups.conftest import HOUR, NOW, START
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.shifts.models import Shift

ROLES = (policy.VISITOR, *policy.ROLES)
HELPERS = (policy.GRID_WORKER, policy.COORDINATOR)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kept(shift, world):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        return make_reservation(held, world.partner_contact, token="link")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_with_an_account_has_a_list_and_may_join(world, shift, kept, as_person, role):
    client = as_person(world.roles()[role])
    wanted = 302 if role == policy.VISITOR else 200
    pages = ("companions", "companions/add", f"shifts/{shift.id}/join", "reservations/link")
    for page in pages:
        answer = client.get(f"/groups/{page}")
        assert answer.status_code == wanted, page
        if role == policy.VISITOR:
            assert "/sign-in" in answer.location
    for page in pages[1:]:
        wanted = 302 if role == policy.VISITOR else 422
        assert client.post(f"/groups/{page}").status_code == wanted, page


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["consent", "end", "signups/1/leave"])
def test_nobody_touches_another_s_people(world, as_person, role, page):
    with transaction():
        one = make_companion(world.stranger, relation="child")
    address = f"/groups/companions/{one.id}/{page}"
    client = as_person(world.roles()[role])
    wanted = 302 if role == policy.VISITOR else 404
    assert client.post(address, data={"agree": "y"}).status_code == wanted
    if "leave" not in page:
        assert client.get(address).status_code == wanted


@pytest.mark.parametrize("role", ROLES)
def test_residents_are_added_by_grid_workers_and_coordinators(world, as_person, role):
    client = as_person(world.roles()[role])
    wanted = 200 if role in HELPERS else 302 if role == policy.VISITOR else 403
    assert client.get("/groups/companions/add-resident").status_code == wanted
    wanted = 422 if role in HELPERS else wanted
    assert client.post("/groups/companions/add-resident").status_code == wanted


@pytest.mark.parametrize("role", ROLES)
def test_places_are_kept_by_coordinators(world, shift, kept, as_person, role):
    client = as_person(world.roles()[role])
    refused = {policy.VISITOR: 302, policy.COORDINATOR: None}.get(role, 403)
    address = f"/groups/shifts/{shift.id}/reservations"
    assert client.get(address).status_code == (refused or 200)
    assert client.post(address).status_code == (refused or 422)
    assert client.post(f"{address}/{kept.id}/end").status_code == (refused or 303)


def test_a_coordinator_of_elsewhere_finds_nothing(world, shift, kept, as_person):
    client = as_person(world.stranger)
    address = f"/groups/shifts/{shift.id}/reservations"
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert client.post(f"{address}/{kept.id}/end").status_code == 404


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_residents_are_signed_up_on_other_shifts_like_anybody(world, shift, as_person, where):
    """The window is open to staff only where they hold the role."""
    with transaction():
        home = {"facts": {"home_place_id": world.community.id}}
        one = make_companion(world.grid_worker, relation="resident", **home)
        times = {"starts_at": START, "ends_at": START + HOUR, "closes_at": NOW}
        there = make_shift(world.neighbour if where == "elsewhere" else world.community, **times)
    client = as_person(world.grid_worker)
    sent = {"people": one.person_id, "how": "whole", "risk": "y"}
    answer = client.post(f"/groups/shifts/{there.id}/join", data=sent)
    assert answer.status_code == (303 if where == "here" else 422)

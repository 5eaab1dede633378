"""Who gives and takes which roles where."""

import pytest

from tests.people.outbox import letters
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.policy import Actor, Grant
from volunteer_hub.people import policy as mine
from volunteer_hub.people.models import RoleGrant
from volunteer_hub.people.queries import callers

ROLES = (policy.VISITOR, *policy.ROLES)
MAY_GIVE = {
    policy.COORDINATOR: {policy.VOLUNTEER, policy.GRID_WORKER},
    policy.ADMINISTRATOR: set(policy.ROLES),
}


@pytest.fixture
def neighbour(world):
    with transaction():
        world.volunteer.home_place_id = world.community.id
    return world.volunteer


def held(person):
    db.session.expire_all()
    return {(grant.role, grant.place.code) for grant in callers.list_grants(person.id)}


@pytest.mark.parametrize("given", policy.ROLES)
@pytest.mark.parametrize("giver", ROLES)
def test_who_gives_which_role(world, neighbour, as_person, giver, given):
    data = {"role": given, "place": world.community.id}
    browser = as_person(world.roles()[giver])
    answer = browser.post(f"/people/{neighbour.id}/roles", data=data)
    may = given in MAY_GIVE.get(giver, set())
    assert held(neighbour) == ({(given, "ganjiaxiang")} if may else set())
    if giver in MAY_GIVE:
        assert answer.status_code == 303
    else:
        assert answer.status_code == (302 if giver == policy.VISITOR else 403)
    entries = db.session.query(AuditEntry).filter_by(verb="granted-role").all()
    assert [(e.facts["role"], e.place_path) for e in entries] == (
        [(given, world.community.path)] if may else []
    )


def test_a_coordinator_gives_nothing_outside_the_own_places(world, neighbour, as_person):
    browser = as_person(world.coordinator)
    for place in (world.subdistrict, world.neighbour, world.elsewhere):
        data = {"role": policy.GRID_WORKER, "place": place.id}
        browser.post(f"/people/{neighbour.id}/roles", data=data)
    assert held(neighbour) == set()


def test_an_administrator_gives_roles_anywhere(world, neighbour, as_person):
    data = {"role": policy.COORDINATOR, "place": world.elsewhere.id}
    as_person(world.administrator).post(f"/people/{neighbour.id}/roles", data=data)
    assert held(neighbour) == {(policy.COORDINATOR, "zhangjiayuan")}


@pytest.mark.parametrize("who", ["administrator", "coordinator"])
def test_nobody_gives_a_role_to_themselves(world, as_person, who):
    person = getattr(world, who)
    before = held(person)
    data = {"role": policy.GRID_WORKER, "place": world.community.id}
    answer = as_person(person).post(f"/people/{person.id}/roles", data=data)
    assert answer.status_code == 403
    assert held(person) == before


def test_a_role_is_not_given_twice(world, neighbour, as_person):
    browser = as_person(world.coordinator)
    data = {"role": policy.GRID_WORKER, "place": world.community.id}
    for _ in range(2):
        answer = browser.post(f"/people/{neighbour.id}/roles", data=data, follow_redirects=True)
    assert "already holds that role" in answer.text
    assert len(held(neighbour)) == 1


@pytest.mark.parametrize("taker", ROLES)
def test_who_takes_a_role_back(world, as_person, taker):
    grant = callers.list_grants(world.grid_worker.id)[0]
    browser = as_person(world.roles()[taker])
    answer = browser.post(f"/people/{world.grid_worker.id}/roles/{grant.id}/end")
    may = taker in MAY_GIVE
    assert answer.status_code == (303 if may else 302 if taker == policy.VISITOR else 403)
    assert (held(world.grid_worker) == set()) == may


def test_a_coordinator_takes_no_equals_role(world, as_person):
    other = world.second_coordinator
    grant = callers.list_grants(other.id)[0]
    answer = as_person(world.coordinator).post(f"/people/{other.id}/roles/{grant.id}/end")
    assert answer.status_code == 404
    assert held(other) == {(policy.COORDINATOR, "ganjiaxiang")}


def test_a_stranger_takes_no_role(world, as_person):
    grant = callers.list_grants(world.grid_worker.id)[0]
    path = f"/people/{world.grid_worker.id}/roles/{grant.id}/end"
    assert as_person(world.stranger).post(path).status_code == 404


def test_a_role_is_taken_by_the_person_it_belongs_to(world, as_person):
    grant = callers.list_grants(world.grid_worker.id)[0]
    path = f"/people/{world.supervisor.id}/roles/{grant.id}/end"
    assert as_person(world.administrator).post(path).status_code == 404


def test_an_ended_role_ends_once(world, as_person):
    grant = callers.list_grants(world.grid_worker.id)[0]
    browser = as_person(world.coordinator)
    path = f"/people/{world.grid_worker.id}/roles/{grant.id}/end"
    browser.post(path)
    ended_at = db.session.get_one(RoleGrant, grant.id, populate_existing=True).ends_at
    with transaction():  # without any role or home the coordinator would not see them any more
        world.grid_worker.home_place_id = world.community.id
    assert "already ended" in browser.post(path, follow_redirects=True).text
    assert db.session.get_one(RoleGrant, grant.id, populate_existing=True).ends_at == ended_at


def test_taking_a_role_closes_the_door_at_once(world, as_person):
    worker, grant = as_person(world.grid_worker), callers.list_grants(world.grid_worker.id)[0]
    assert worker.get("/people").status_code == 200
    as_person(world.coordinator).post(f"/people/{world.grid_worker.id}/roles/{grant.id}/end")
    assert worker.get("/people").status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_who_sends_a_sign_in_link(world, neighbour, as_person, role):
    answer = as_person(world.roles()[role]).post(f"/people/{neighbour.id}/link")
    may = role in MAY_GIVE
    assert answer.status_code == (303 if may else 302 if role == policy.VISITOR else 403)
    assert len(letters("code-sign-in-link")) == may


def test_no_link_without_an_email_and_none_to_strangers(world, neighbour, as_person):
    path = f"/people/{neighbour.id}/link"
    assert as_person(world.stranger).post(path).status_code == 404
    with transaction():
        neighbour.email = None
    assert as_person(world.coordinator).post(path).status_code == 404
    assert letters() == []


@pytest.mark.parametrize(
    ("role", "path", "homeless", "everywhere"),
    [
        (policy.GRID_WORKER, "/baiyin/gan/", False, False),
        (policy.COORDINATOR, "/baiyin/gan/", False, False),
        (policy.COORDINATOR, "/baiyin/", True, False),
        (policy.SUPERVISOR, "/baiyin/", True, False),
        (policy.ADMINISTRATOR, "/baiyin/", True, True),
        (policy.ADMINISTRATOR, "/baiyin/gan/", False, True),
        (policy.PARTNER_CONTACT, "/baiyin/", False, False),
        (policy.VOLUNTEER, "/", False, False),
    ],
)
def test_how_far_a_role_sees(role, path, homeless, everywhere):
    scope = mine.scope_of(Actor(person_id=1, grants=(Grant(role, path),)))
    assert (scope.homeless, scope.everywhere) == (homeless, everywhere)


def test_the_scope_is_the_permissions_not_the_persons():
    grants = (Grant(policy.SUPERVISOR, "/baiyin/"), Grant(policy.COORDINATOR, "/baiyin/gan/"))
    actor = Actor(person_id=1, grants=grants)
    assert mine.scope_of(actor).paths == ("/baiyin/", "/baiyin/gan/")
    contact = mine.scope_of(actor, mine.READ_CONTACT)
    assert (contact.paths, contact.homeless) == (("/baiyin/gan/",), False)

"""The directory, as the staff of a place and nobody else see it."""

import pytest

from volunteer_hub.foundation import policy
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.models import Consent, Person
from volunteer_hub.people.queries import callers, persons

ROLES = (policy.VISITOR, *policy.ROLES)
STAFF = (policy.GRID_WORKER, policy.COORDINATOR, policy.SUPERVISOR, policy.ADMINISTRATOR)
PHONE = "+8613800135678"


@pytest.fixture
def neighbour(world):
    """A volunteer who lives in the community of everybody's roles."""
    with transaction():
        world.volunteer.home_place_id = world.community.id
        world.volunteer.phone = PHONE
    return world.volunteer


def expect(role, *, allowed, then=200):
    return {policy.VISITOR: 302}.get(role, then if role in allowed else 403)


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_the_directory(world, neighbour, as_person, role):
    page = as_person(world.roles()[role]).get("/people")
    assert page.status_code == expect(role, allowed=STAFF)
    if page.status_code == 200:
        assert "陈晓梅" in page.text
        assert "138****5678" in page.text
        assert "138 0013 5678" not in page.text
        assert PHONE not in page.text


def test_the_directory_costs_few_queries(world, neighbour, as_person, queries):
    browser = as_person(world.coordinator)
    queries.clear()
    browser.get("/people")
    assert len(queries) <= 4


def test_the_directory_can_be_searched_and_narrowed(world, neighbour, as_person):
    browser = as_person(world.supervisor)
    assert "陈晓梅" in browser.get("/people?q=5678").text
    assert "Nobody was found" in browser.get("/people?q=nobody").text
    assert "陈晓梅" in browser.get("/people?place=ganjiaxiang").text
    assert "陈晓梅" not in browser.get("/people?place=xibeixincun").text


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_a_person_and_the_number(world, neighbour, as_person, role):
    page = as_person(world.roles()[role]).get(f"/people/{neighbour.id}")
    assert page.status_code == expect(role, allowed=STAFF)
    whole = role == policy.COORDINATOR
    assert ("138 0013 5678" in page.text) == whole
    assert (neighbour.email in page.text) == whole
    if page.status_code == 200 and not whole:
        assert "138****5678" in page.text
    reads = db.session.query(AuditEntry).filter_by(verb="read-contact").all()
    assert [entry.thing for entry in reads] == ([f"person:{neighbour.id}"] if whole else [])


def test_each_look_at_a_number_is_written_down(world, neighbour, as_person):
    browser = as_person(world.coordinator)
    for _ in range(2):
        browser.get(f"/people/{neighbour.id}")
    looks = db.session.query(AuditEntry).filter_by(verb="read-contact").all()
    assert [(e.actor_id, e.place_path) for e in looks] == [
        (world.coordinator.id, world.community.path)
    ] * 2


@pytest.mark.parametrize("suffix", ["", "/edit"])
def test_outside_ones_scope_nobody_exists(world, neighbour, as_person, suffix):
    stranger = as_person(world.stranger)
    assert stranger.get(f"/people/{neighbour.id}{suffix}").status_code == 404
    assert "陈晓梅" not in stranger.get("/people").text


def test_the_homeless_are_the_subdistricts(world, as_person):
    path = f"/people/{world.volunteer.id}"
    assert as_person(world.coordinator).get(path).status_code == 404
    assert as_person(world.supervisor).get(path).status_code == 200
    assert as_person(world.administrator).get(path).status_code == 200


ADD = {
    "name": "何永年",
    "address": "13800138000",
    "language": "zh",
    "birth_date": "1948-02-03",
    "agree": "y",
}


@pytest.mark.parametrize("role", ROLES)
def test_who_adds_a_person(world, as_person, role):
    browser = as_person(world.roles()[role])
    allowed = (policy.COORDINATOR, policy.ADMINISTRATOR)
    assert browser.get("/people/add").status_code == expect(role, allowed=allowed)
    answer = browser.post("/people/add", data={**ADD, "home_place": world.community.id})
    assert answer.status_code == expect(role, allowed=allowed, then=303)
    made = persons.find_by_address("13800138000")
    assert (made is not None) == (role in allowed)


def test_a_person_added_has_agreed_and_lives_here(world, as_person):
    browser = as_person(world.coordinator)
    answer = browser.post("/people/add", data={**ADD, "home_place": world.community.id})
    made = persons.find_by_address("13800138000")
    assert answer.location == f"/people/{made.id}"
    assert browser.get(answer.location).status_code == 200
    assert [c.purpose for c in callers.list_own(Consent, made.id)] == ["privacy-notice"]
    assert db.session.query(AuditEntry).filter_by(verb="added-person").one().thing == (
        f"person:{made.id}"
    )


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"agree": ""}, 422),
        ({"address": "138"}, 422),
        ({"name": ""}, 422),
        ({"home_place": ""}, 422),
        ({"home_place": "elsewhere"}, 422),
        ({"birth_date": "2999-01-01"}, 422),
        ({"address": "taken"}, 409),
    ],
)
def test_what_is_wrong_opens_no_account(world, as_person, changes, status):
    data = {**ADD, "home_place": world.community.id, **changes}
    if data["home_place"] == "elsewhere":
        data["home_place"] = world.elsewhere.id
    if data["address"] == "taken":
        data["address"] = world.supervisor.email
    before = db.session.query(Person).count()
    page = as_person(world.coordinator).post("/people/add", data=data)
    assert page.status_code == status
    assert db.session.query(Person).count() == before


@pytest.mark.parametrize("role", ROLES)
def test_who_corrects_an_account(world, neighbour, as_person, role):
    browser, path = as_person(world.roles()[role]), f"/people/{neighbour.id}/edit"
    allowed = (policy.COORDINATOR, policy.ADMINISTRATOR)
    assert browser.get(path).status_code == expect(role, allowed=allowed)
    data = {"name": "陈小梅", "birth_date": "", "home_place": world.community.id}
    assert browser.post(path, data=data).status_code == expect(role, allowed=allowed, then=303)
    db.session.refresh(neighbour)
    assert (neighbour.name == "陈小梅") == (role in allowed)
    assert (neighbour.birth_date is None) == (role in allowed)


def test_a_coordinator_sends_nobody_away(world, neighbour, as_person):
    data = {"name": "陈晓梅", "home_place": world.elsewhere.id}
    page = as_person(world.coordinator).post(f"/people/{neighbour.id}/edit", data=data)
    assert page.status_code == 422
    db.session.refresh(neighbour)
    assert neighbour.home_place_id == world.community.id


def test_the_home_of_staff_who_live_elsewhere_is_kept(world, as_person):
    with transaction():
        world.grid_worker.home_place_id = world.elsewhere.id
    data = {"name": "李静静", "home_place": world.elsewhere.id}
    path = f"/people/{world.grid_worker.id}/edit"
    assert as_person(world.coordinator).post(path, data=data).status_code == 303
    db.session.refresh(world.grid_worker)
    assert (world.grid_worker.name, world.grid_worker.home_place_id) == (
        "李静静",
        world.elsewhere.id,
    )

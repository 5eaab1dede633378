"""Who sees which papers, whole or masked, and who writes them down."""

import pytest
import time_machine

from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_training
from tests.factories.people import make_person
from volunteer_hub.credentials.models import Credential, CredentialType
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.models import RoleGrant

ROLES = (policy.VISITOR, *policy.ROLES)
READERS = (policy.GRID_WORKER, policy.COORDINATOR, policy.SUPERVISOR)
WRITERS = (policy.COORDINATOR,)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def training(world, neighbour):
    with transaction():
        facts = {"number": "A-4711", "issuer": "红十字会", "note": "原件已看"}
        end = TODAY + 9 * DAY
        return make_training(neighbour, by=world.coordinator, valid_until=end, **facts)


def expect(role, *, allowed, then=200):
    return {policy.VISITOR: 302}.get(role, then if role in allowed else 403)


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_a_person_s_papers_and_how_much(world, training, as_person, role):
    page = as_person(world.roles()[role]).get(f"/credentials/people/{training.person_id}")
    assert page.status_code == expect(role, allowed=READERS)
    if page.status_code != 200:
        return
    assert "Training" in page.text
    assert "1 Jan 2026 to 14 Dec 2026" in page.text
    whole = role == policy.COORDINATOR
    for particular in ("First aid", "A-4711", "红十字会", "原件已看", "/revoke", "/add"):
        assert (particular in page.text) == whole, particular


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_what_runs_out(world, training, as_person, role):
    page = as_person(world.roles()[role]).get("/credentials")
    assert page.status_code == expect(role, allowed=READERS)
    if page.status_code == 200:
        assert "陈晓梅" in page.text
        assert "9 days left" in page.text
        assert ("First aid" in page.text) == (role == policy.COORDINATOR)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("form", ["add", "consent"])
def test_who_may_write_down(world, neighbour, as_person, role, form):
    there = f"/credentials/people/{neighbour.id}/{form}"
    browser = as_person(world.roles()[role])
    assert browser.get(there).status_code == expect(role, allowed=WRITERS)
    assert browser.post(there).status_code == expect(role, allowed=WRITERS, then=422)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_record_insurance(world, neighbour, as_person, role):
    facts = {"what": "insurance", "valid_from": "2026-12-05", "valid_until": "2027-12-04"}
    there = f"/credentials/people/{neighbour.id}/add"
    answer = as_person(world.roles()[role]).post(there, data=facts)
    assert answer.status_code == expect(role, allowed=WRITERS, then=303)
    assert db.session.query(Credential).count() == (1 if role in WRITERS else 0)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_revoke(world, training, as_person, role):
    there = f"/credentials/{training.id}/revoke"
    browser = as_person(world.roles()[role])
    assert browser.get(there).status_code == expect(role, allowed=WRITERS)
    answer = browser.post(there, data={"reason": "假证"})
    assert answer.status_code == expect(role, allowed=WRITERS, then=303)
    db.session.expire_all()
    assert (training.revoked_at is not None) == (role in WRITERS)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_their_own(world, as_person, role):
    person = world.roles()[role]
    if person is not None and person is not world.coordinator:
        with transaction():
            make_training(person, by=world.coordinator, number="A-4711")
    page = as_person(person).get("/me/credentials")
    assert page.status_code == (302 if role == policy.VISITOR else 200)
    assert ("A-4711" in page.text) == (role not in (policy.VISITOR, policy.COORDINATOR))


@pytest.mark.parametrize("person", ["stranger", "coordinator_next_door"])
def test_outside_ones_scope_nobody_exists(world, training, as_person, person):
    reader = world.stranger
    if person == "coordinator_next_door":
        with transaction():
            world.volunteer.home_place_id = world.neighbour.id
        reader = world.coordinator
    browser = as_person(reader)
    mine = training.person_id
    for there in (
        f"/credentials/people/{mine}",
        f"/credentials/people/{mine}/add",
        f"/credentials/people/{mine}/consent",
        f"/credentials/{training.id}/revoke",
    ):
        assert browser.get(there).status_code == 404, there
    assert (
        browser.post(f"/credentials/{training.id}/revoke", data={"reason": "假证"}).status_code
        == 404
    )
    assert "陈晓梅" not in browser.get("/credentials").text


def test_whoever_writes_down_in_one_place_only_reads_in_another(world, training, as_person):
    """Grid worker here, coordinator elsewhere: masked here."""
    with transaction():
        person = make_person("两处", role=policy.GRID_WORKER, at=world.community)
        held = {"role": policy.COORDINATOR, "place_id": world.elsewhere.id}
        db.session.add(RoleGrant(person_id=person.id, starts_at=NOW - DAY, **held))
    browser = as_person(person)
    page = browser.get(f"/credentials/people/{training.person_id}")
    assert page.status_code == 200
    assert "A-4711" not in page.text
    assert "First aid" not in browser.get("/credentials").text
    assert browser.get(f"/credentials/{training.id}/revoke").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_who_keeps_the_list_of_types(world, as_person, role):
    browser = as_person(world.roles()[role])
    wanted = expect(role, allowed=(policy.SUPERVISOR,))
    assert browser.get("/credentials/types").status_code == wanted
    words = {"kind": "training", "name_zh": "消防", "name_en": "Fire safety", "code": "fire"}
    sent = browser.post("/credentials/types", data=words).status_code
    assert sent == expect(role, allowed=(policy.SUPERVISOR,), then=303)
    kept = db.session.query(CredentialType).filter_by(code="fire").count()
    assert kept == (role == policy.SUPERVISOR)
    link = "/credentials/types" in browser.get("/credentials").text
    assert link == (role == policy.SUPERVISOR)

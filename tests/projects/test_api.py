from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.places import make_place
from tests.world import World
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions.tokens import make_token
from volunteer_hub.people.models import Person
from volunteer_hub.projects import api, queries
from volunteer_hub.projects.rules import BENEFICIARY_GROUPS

BODY: dict[str, Any] = {
    "title": "银龄守护",
    "title_en": "Silver Guard",
    "place": "ganjiaxiang",
    "beneficiary_group": "elderly",
    "goal": "陪独居老人看病",
    "starts_on": "2026-05-01",
    "ends_on": "2026-12-31",
}


def bearer(person: Person | None, *scopes: str) -> dict[str, str]:
    if person is None:
        return {}
    now = utc_now()
    with transaction():
        token = make_token(
            person=person,
            name="test",
            scopes=scopes or ("read", "write"),
            expires_at=now + timedelta(hours=1),
            now=now,
        )
    return {"Authorization": f"Bearer {token}"}


def post(client: FlaskClient, person: Person | None, body: Any = BODY, *scopes: str, **more: str):
    headers = bearer(person, *scopes) | more
    return client.post("/api/v1/projects", json=body, headers=headers)


def test_a_coordinator_sets_up_a_draft(world: World, client: FlaskClient) -> None:
    answer = post(client, world.coordinator, **{"Accept-Language": "en"})
    assert answer.status_code == 201
    assert answer.json == {
        "slug": "yin-ling-shou-hu",
        "title": "Silver Guard",
        "state": "draft",
        "place": "ganjiaxiang",
        "place_name": "Ganjiaxiang",
        "starts_on": "2026-05-01",
        "ends_on": "2026-12-31",
        "beneficiary_group": "elderly",
        "goal": "陪独居老人看病",
        "story": "",
    }
    assert queries.get_by_slug("yin-ling-shou-hu").created_by == world.coordinator.id


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (policy.VISITOR, 401),
        (policy.VOLUNTEER, 403),
        (policy.GRID_WORKER, 403),
        (policy.PARTNER_CONTACT, 403),
        (policy.COORDINATOR, 201),
        ("stranger", 404),
        (policy.SUPERVISOR, 403),
        (policy.ADMINISTRATOR, 403),
    ],
)
def test_who_may(world: World, client: FlaskClient, role: str, status: int) -> None:
    person = (world.roles() | {"stranger": world.stranger})[role]
    answer = post(client, person)
    assert answer.status_code == status
    assert (len(queries.list_projects(drafts_below=["/"]).items) == 1) is (status == 201)
    if status != 201:
        assert answer.mimetype == "application/problem+json"


def test_a_reading_token_does_not_write(world: World, client: FlaskClient) -> None:
    assert post(client, world.coordinator, BODY, "read").status_code == 403


def test_every_bad_field_is_named(world: World, client: FlaskClient) -> None:
    body = {
        "title": "",
        "place": "nowhere",
        "beneficiary_group": "cats",
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-01",
        "colour": "red",
    }
    answer = post(client, world.coordinator, body)
    assert answer.status_code == 422
    assert answer.json is not None
    fields = {error["field"] for error in answer.json["errors"]}
    assert fields == {"title", "place", "beneficiary_group", "ends_on", "colour"}
    assert all(error["message"] for error in answer.json["errors"])


def test_an_empty_body_names_what_is_needed(world: World, client: FlaskClient) -> None:
    answer = post(client, world.coordinator, {})
    assert answer.json is not None
    fields = {error["field"] for error in answer.json["errors"]}
    assert (answer.status_code, fields) == (422, {"title", "place", "beneficiary_group"})


def test_a_household_has_no_project(world: World, client: FlaskClient) -> None:
    with transaction():
        make_place("home-501", kind="household", parent=world.community)
    answer = post(client, world.coordinator, BODY | {"place": "home-501"})
    assert answer.json is not None
    assert [error["field"] for error in answer.json["errors"]] == ["place"]


def test_the_same_key_makes_one_draft(world: World, client: FlaskClient) -> None:
    headers = bearer(world.coordinator) | {"Idempotency-Key": "once-and-no-more"}
    answers = [client.post("/api/v1/projects", json=BODY, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert len(queries.list_projects(drafts_below=["/"]).items) == 1


def test_the_api_knows_every_group() -> None:
    allowed = api.ProjectIn.model_json_schema()["properties"]["beneficiary_group"]["enum"]
    assert tuple(allowed) == BENEFICIARY_GROUPS

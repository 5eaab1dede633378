"""The book for programs: surface, roles, replays, pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories.projects import make_project
from tests.factories.services import make_record
from tests.world import World
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.tokens import make_token
from volunteer_hub.people.models import Person
from volunteer_hub.services.models import ServiceRecord

URL = "/api/v1/services"
BODY: dict[str, Any] = {
    "occurred_on": "2026-11-05",
    "place": "ganjiaxiang",
    "mode": "professional",
    "service_type": "义诊",
    "person_times": 48,
    "persons_known": 12,
    "evidence": "签到表 0137",
}


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., Any]:
    """Ask as a person with a token: ask(person, "GET", url, json=…)."""

    def call(person: Person | None, method: str, url: str, **more: Any) -> Any:
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        scopes = more.pop("scopes", ["read", "write"])
        if person is not None:
            with transaction():
                token = make_token(
                    person=person,
                    name="test",
                    scopes=scopes,
                    expires_at=utc_now() + timedelta(days=1),
                    now=utc_now(),
                )
            headers["Authorization"] = f"Bearer {token}"
        return client.open(url, method=method, headers=headers, **more)

    return call


Ask = Callable[..., Any]


def test_a_draft_is_written_and_answered_whole(world: World, ask: Ask) -> None:
    with transaction():
        make_project(world.community, slug="yinling")
    answer = ask(world.grid_worker, "POST", URL, json=BODY | {"project": "yinling"})
    assert answer.status_code == 201
    body = answer.json
    assert body.pop("id") > 0
    assert body.pop("created_at").endswith("+08:00")
    assert body == BODY | {
        "project": "yinling",
        "note": "",
        "state": "draft",
        "reverses": None,
        "verified_at": None,
        "rejected_because": None,
    }


def test_a_second_person_verifies(world: World, ask: Ask) -> None:
    record_id = ask(world.coordinator, "POST", URL, json=BODY).json["id"]
    own = ask(world.coordinator, "POST", f"{URL}/{record_id}/verification")
    assert (own.status_code, own.json["refusal"]) == (409, "verifier-wrote-it")
    other = ask(world.second_coordinator, "POST", f"{URL}/{record_id}/verification")
    assert (other.status_code, other.json["state"]) == (201, "verified")
    assert other.json["verified_at"].endswith("+08:00")
    again = ask(world.second_coordinator, "POST", f"{URL}/{record_id}/verification")
    assert (again.status_code, again.json["refusal"]) == (409, "record-is-settled")


ROLES = (
    "visitor",
    "volunteer",
    "grid_worker",
    "partner_contact",
    "coordinator",
    "stranger",
    "supervisor",
    "administrator",
)
MATRIX = {
    ("GET", ""): (401, 403, 200, 200, 200, 200, 200, 403),
    ("POST", ""): (401, 403, 201, 201, 201, 404, 403, 403),
    ("POST", "/{record}/verification"): (401, 403, 403, 403, 201, 404, 403, 403),
}


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        (method, path, role, status)
        for (method, path), statuses in MATRIX.items()
        for role, status in zip(ROLES, statuses, strict=True)
    ],
)
def test_every_call_by_every_role(
    world: World, ask: Ask, method: str, path: str, role: str, status: int
) -> None:
    with transaction():
        record = make_record(world.community, world.second_coordinator)
    person = None if role == "visitor" else getattr(world, role)
    body = {"json": BODY} if (method, path) == ("POST", "") else {}
    answer = ask(person, method, URL + path.format(record=record.id), **body)
    assert answer.status_code == status
    if status >= 400:
        assert answer.mimetype == "application/problem+json"


def test_a_token_that_only_reads_writes_nothing(world: World, ask: Ask) -> None:
    assert ask(world.grid_worker, "GET", URL, scopes=["read"]).status_code == 200
    assert ask(world.grid_worker, "POST", URL, json=BODY, scopes=["read"]).status_code == 403
    assert db.session.scalar(select(func.count(ServiceRecord.id))) == 0


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"person_times": 0}, 422, "person_times"),
        ({"person_times": "viele"}, 422, "person_times"),
        ({"mode": "both"}, 422, "mode"),
        ({"place": "nirgends"}, 422, "place"),
        ({"project": "nichts"}, 422, "project"),
        ({"service_type": ""}, 422, "service_type"),
        ({"surprise": 1}, 422, "surprise"),
        ({"persons_known": 49}, 422, "persons-exceed-person-times"),
        ({"occurred_on": "2999-01-01"}, 422, "day-has-not-come"),
    ],
)
def test_broken_input_names_its_field_and_a_rule_its_name(
    world: World, ask: Ask, more: dict[str, Any], status: int, said: str
) -> None:
    answer = ask(world.grid_worker, "POST", URL, json=BODY | more)
    assert answer.status_code == status
    named = [error["field"] for error in answer.json.get("errors", [])]
    assert said in [*named, answer.json["refusal"]]


def test_the_same_service_twice_is_told_from_a_write_sent_twice(world: World, ask: Ask) -> None:
    key = {"Idempotency-Key": "sheet-0137-row-4"}
    first = ask(world.grid_worker, "POST", URL, json=BODY, headers=key)
    again = ask(world.grid_worker, "POST", URL, json=BODY, headers=key)
    assert (again.status_code, again.json) == (201, first.json)
    other = ask(world.grid_worker, "POST", URL, json=BODY, headers={"Idempotency-Key": "another"})
    assert (other.status_code, other.json["refusal"]) == (409, "record-is-known")


def test_the_list_is_filtered_and_paged_by_cursor(world: World, ask: Ask) -> None:
    with transaction():
        for n in range(5):
            make_record(world.community, world.grid_worker, occurred_on=date(2026, 11, 1 + n))
        make_record(world.elsewhere, world.stranger, occurred_on=date(2026, 11, 3))
    url, days, links = f"{URL}?from=2026-11-02&to=2026-11-05&limit=2&place=baiyin", [], 0
    while url:
        answer = ask(world.supervisor, "GET", url)
        days += [item["occurred_on"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json["next"] is not None)
        links += bool(link)
        url = link.split(">")[0].lstrip("<")
    assert days == ["2026-11-02", "2026-11-03", "2026-11-04"]
    assert links == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("mode=outreach", 1),
        ("state=verified", 1),
        ("project=yinling", 1),
        ("place=xibeixincun", 0),
        ("to=2026-11-05", 0),
        ("from=2026-11-05&to=2026-11-06", 3),
    ],
)
def test_each_filter_narrows(world: World, ask: Ask, query: str, count: int) -> None:
    with transaction():
        project = make_project(world.community, slug="yinling")
        make_record(world.community, world.grid_worker, mode="outreach")
        make_record(world.community, world.grid_worker, project=project)
        make_record(world.community, world.grid_worker, verifier=world.coordinator)
    answer = ask(world.coordinator, "GET", f"{URL}?{query}")
    assert len(answer.json["items"]) == count


@pytest.mark.parametrize("query", ["limit=201", "mode=both", "from=gestern", "place=nirgends"])
def test_a_query_that_cannot_be_read_is_refused(world: World, ask: Ask, query: str) -> None:
    assert ask(world.coordinator, "GET", f"{URL}?{query}").status_code == 422

"""Every route of the room, asked by every role: who comes in, who is sent away."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.services import make_record, make_row, make_sheet, work
from tests.world import World
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.services.models import ServiceRecord

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
SIGN_IN, OK, SEE, NO, NONE, WRONG = 302, 200, 303, 403, 404, 422

# Records and sheets are the second coordinator's; `stranger` coordinates a community elsewhere.
MATRIX: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/services"): (SIGN_IN, NO, OK, OK, OK, OK, OK, NO),
    ("GET", "/services/new"): (SIGN_IN, NO, OK, OK, OK, OK, NO, NO),
    ("POST", "/services"): (SIGN_IN, NO, WRONG, WRONG, WRONG, WRONG, NO, NO),
    ("GET", "/services/{record}"): (SIGN_IN, NONE, OK, NONE, OK, NONE, OK, NONE),
    ("GET", "/services/waiting"): (SIGN_IN, NO, NO, NO, OK, OK, NO, NO),
    ("POST", "/services/{record}/verify"): (SIGN_IN, NO, NO, NO, SEE, NONE, NO, NO),
    ("POST", "/services/{record}/reject"): (SIGN_IN, NONE, NONE, NONE, SEE, NONE, SEE, NONE),
    ("POST", "/services/{verified}/reverse"): (SIGN_IN, NO, NO, NO, SEE, NONE, NO, NO),
    ("GET", "/services/import"): (SIGN_IN, NO, OK, OK, OK, OK, NO, NO),
    ("POST", "/services/import"): (SIGN_IN, NO, WRONG, WRONG, WRONG, WRONG, NO, NO),
    ("GET", "/services/import/template.xlsx"): (SIGN_IN, NO, OK, OK, OK, OK, NO, NO),
    ("GET", "/services/import/{sheet}"): (SIGN_IN, NONE, OK, NONE, OK, NONE, OK, NONE),
    ("POST", "/services/import/{checked}/import"): (SIGN_IN, NO, SEE, NONE, SEE, NONE, NO, NO),
    ("POST", "/services/import/{sheet}/verify"): (SIGN_IN, NO, NO, NO, SEE, NONE, NO, NO),
}
CASES = [
    (method, path, role, status)
    for (method, path), statuses in MATRIX.items()
    for role, status in zip(ROLES, statuses, strict=True)
]


@pytest.fixture
def things(world: World) -> dict[str, int]:
    """A draft, a verified record, an imported and a checked sheet of the second coordinator."""
    with transaction():
        record = make_record(world.community, world.second_coordinator)
        verified = make_record(
            world.community, world.second_coordinator, verifier=world.coordinator
        )
        sheet = make_sheet(world.community, world.second_coordinator)
        checked = make_sheet(world.community, world.second_coordinator, [make_row()], dry_run=True)
    work()
    found: dict[str, Any] = {
        "record": record,
        "verified": verified,
        "sheet": sheet,
        "checked": checked,
    }
    return {name: thing.id for name, thing in found.items()}


@pytest.mark.parametrize(("method", "path", "role", "status"), CASES)
def test_every_route_by_every_role(
    world: World,
    things: dict[str, int],
    as_person: Callable[..., FlaskClient],
    method: str,
    path: str,
    role: str,
    status: int,
) -> None:
    browser = as_person(None if role == "visitor" else getattr(world, role))
    answer = browser.open(path.format(**things), method=method, data={"reason": "因为"})
    assert answer.status_code == status
    if status == SIGN_IN:
        assert "/sign-in" in answer.headers["Location"]


def test_no_route_is_forgotten(app: Flask) -> None:
    ours = {
        (
            method,
            rule.rule.replace("<int:record_id>", "{record}").replace("<int:batch_id>", "{sheet}"),
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("services.")
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    tested = {
        (method, path.replace("{verified}", "{record}").replace("{checked}", "{sheet}"))
        for method, path in MATRIX
    }
    assert ours == tested


def test_a_partner_sees_and_withdraws_their_own_and_nothing_else(
    world: World, as_person: Callable[..., FlaskClient]
) -> None:
    with transaction():
        mine = make_record(world.community, world.partner_contact, service_type="法律咨询")
        make_record(world.community, world.grid_worker, service_type="理发")
    browser = as_person(world.partner_contact)
    page = browser.get("/services").text
    assert "法律咨询" in page
    assert "理发" not in page
    assert browser.get(f"/services/{mine.id}").status_code == OK
    assert browser.post(f"/services/{mine.id}/reject", data={"reason": "写错了"}).status_code == SEE
    assert state_of(mine) == "rejected"


def test_the_writer_is_told_that_somebody_else_verifies(
    world: World, as_person: Callable[..., FlaskClient]
) -> None:
    with transaction():
        record = make_record(world.community, world.coordinator)
    answer = as_person(world.coordinator).post(
        f"/services/{record.id}/verify", follow_redirects=True
    )
    assert "A second person must verify this" in answer.text
    assert state_of(record) == "draft"


def state_of(record: ServiceRecord) -> str:
    db.session.expire_all()
    return db.session.get_one(ServiceRecord, record.id).state

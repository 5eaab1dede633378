"""The API against its own description: whatever a program sends, it is answered, never broken."""

from datetime import UTC, datetime, timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from tests.factories.projects import make_project
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.tokens import make_token

EXAMPLES = 15  # a call
JSON = {"application/json", "application/problem+json"}


@pytest.fixture
def token(app, world):
    with transaction():
        make_shift(world.community)
        make_project(world.community)
        now = datetime.now(UTC)
        return make_token(
            person=world.coordinator,
            name="fuzz",
            scopes=["read", "write"],
            expires_at=now + timedelta(days=1),
            now=now,
        )


def test_nothing_a_program_sends_breaks_the_service(app, token):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    calls = [found.ok() for found in schema.get_all_operations()]
    assert len(calls) >= 15
    for call in calls:
        attack(app, call, {"Authorization": f"Bearer {token}"})


def attack(app, call, headers):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=call.as_strategy())
    def send(case):
        answer = case.call(headers=headers)
        db.session.rollback()
        assert answer.status_code < 500, answer.content
        if answer.content:
            kind = answer.headers["content-type"][0].split(";")[0]
            assert kind in JSON, f"{case.method} {case.formatted_path}: {kind}"

    send()


def test_the_description_names_every_call(app, client):
    described = client.get("/api/v1/openapi.json").json["paths"]
    named = {(path, method.upper()) for path, methods in described.items() for method in methods}
    routes = {
        (rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == named

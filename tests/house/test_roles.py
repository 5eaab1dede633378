"""Every route against every role: who is let in at the door, and who is told no, and how.

What lies behind the door (scopes, owners) is tested in the rooms; here nothing may be forgotten.
"""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.doors import OPEN_ENDPOINTS, permission_of
from volunteer_hub.foundation.policy import ROLES, VISITOR, Actor, Grant
from volunteer_hub.foundation.refusal import NotAllowed, NotSignedIn
from volunteer_hub.people.actions.tokens import make_token

TEXT = {
    "slug": "nowhere",
    "code": "nowhere",
    "token": "nothing",
    "date": "2026-11-24",
    "form": "csv",
}
# Doors for programs: a signature opens them, and whoever brings none is told 403.
BY_SIGNATURE = {"receipts.kannel", "receipts.webhook", "receipts.mail"}
NOW = datetime.now(UTC)


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OPEN_ENDPOINTS:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def address(app, rule):
    """Fill in numbers and words that nothing answers to: admitted callers find nothing."""
    given = {name: TEXT.get(name, 999_999_999) for name in rule.arguments}
    with app.test_request_context():
        return rule.build(given, append_unknown=False)[1]


def expected(permission, role, person_id):
    """Say what the door answers: None for a way in, else the refusal."""
    grants = () if role in (VISITOR, "volunteer") else (Grant(role, "/baiyin/"),)
    actor = Actor(person_id=None if role == VISITOR else person_id, grants=grants)
    try:
        permission.admit(actor)
    except (NotSignedIn, NotAllowed) as refusal:
        return refusal.status
    return None


@pytest.mark.parametrize("role", [VISITOR, *ROLES])
def test_the_door_of_every_page(app, world, as_person, role):
    person = world.roles()[role]
    found = []
    for rule, method in routes(app):
        if rule.rule.startswith("/api/") or rule.endpoint in BY_SIGNATURE:
            continue
        wanted = expected(permission_of(rule.endpoint), role, person.id if person else None)
        if person:
            db.session.refresh(person)  # one of the routes ends all sessions
        answer = as_person(person).open(address(app, rule), method=method)
        to_sign_in = answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
        fits = {401: to_sign_in, 403: answer.status_code == 403}.get(
            wanted or 0, answer.status_code not in (403, 500)
        )
        if not fits:
            found.append(f"{method} {rule.rule}: {answer.status_code}, wanted {wanted}")
    assert found == []


@pytest.mark.parametrize("role", [VISITOR, *ROLES])
def test_the_door_of_every_call(app, world, client, role):
    person = world.roles()[role]
    headers = {}
    if person:
        with transaction():
            end = NOW + timedelta(days=1)
            token = make_token(
                person=person, name="door", scopes=["read", "write"], expires_at=end, now=NOW
            )
        headers = {"Authorization": f"Bearer {token}"}
    found = []
    for rule, method in routes(app):
        if not rule.rule.startswith("/api/"):
            continue
        wanted = expected(permission_of(rule.endpoint), role, person.id if person else None)
        answer = client.open(address(app, rule), method=method, headers=headers)
        if wanted and answer.status_code != wanted:
            found.append(f"{method} {rule.rule}: {answer.status_code}, wanted {wanted}")
        if not wanted and answer.status_code in (401, 403, 500):
            found.append(f"{method} {rule.rule}: {answer.status_code}, wanted a way in")
    assert found == []


def test_a_reading_token_writes_nothing(app, world, client):
    with transaction():
        end = NOW + timedelta(days=1)
        token = make_token(
            person=world.coordinator, name="eyes", scopes=["read"], expires_at=end, now=NOW
        )
    for rule, method in routes(app):
        if rule.rule.startswith("/api/") and method in ("POST", "PUT", "PATCH", "DELETE"):
            headers = {"Authorization": f"Bearer {token}"}
            answer = client.open(address(app, rule), method=method, headers=headers)
            assert answer.status_code == 403, rule.rule

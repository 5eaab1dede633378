"""Every route of the room against every role, within the scope and beside it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.series import make_series
from tests.world import WHO
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.actions.tokens import make_token


def only(coordinator, *, worker=403, supervisor=403, stranger=404):
    """A coordinator in scope may; other staff as said; somebody else's place is not there."""
    return (302, 403, worker, 403, coordinator, supervisor, 403, stranger)


READ = only(200, worker=200, supervisor=200)
LIST = only(200, worker=200, supervisor=200, stranger=200)
SERIES = "/activities/series"
ROUTES = [
    ("GET", SERIES, LIST),
    ("GET", f"{SERIES}/new", only(200, stranger=200)),
    ("POST", f"{SERIES}/new", only(422, stranger=422)),
    ("GET", SERIES + "/{series}", READ),
    ("GET", SERIES + "/{series}/edit", only(200)),
    ("POST", SERIES + "/{series}/edit", only(422)),
    ("GET", SERIES + "/{series}/end", only(200, supervisor=200)),
    ("POST", SERIES + "/{series}/end", only(422, supervisor=422)),
    ("POST", SERIES + "/{series}/ahead", only(303)),
]
CASES = [
    pytest.param(method, path, role, status, id=f"{method} {path} {role}")
    for method, path, statuses in ROUTES
    for role, status in zip(WHO, statuses, strict=True)
]


@pytest.fixture
def things(world):
    with transaction():
        return {
            "activity": make_activity(world.community).id,
            "series": make_series(world.community, first_on=date(2026, 1, 5)).id,
        }


@pytest.mark.parametrize(("method", "path", "role", "status"), CASES)
def test_route(world, things, as_person, method, path, role, status):
    person = world.stranger if role == "stranger" else world.roles()[role]
    answer = as_person(person).open(path.format(**things), method=method)
    assert answer.status_code == status
    if status == 302:
        assert "/sign-in" in answer.location


def test_every_route_of_the_room_is_in_the_table(app):
    told = {(method, path.split("{")[0].rstrip("/")) for method, path, _statuses in ROUTES}
    missing = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("series.")
        for method in rule.methods & {"GET", "POST"}
        if (method, rule.rule.split("<")[0].rstrip("/")) not in told
    ]
    assert missing == []


CALLS = [
    ("GET", "/series", (401, 403, 200, 403, 200, 200, 403, 200)),
    ("POST", "/series", (401, 403, 403, 403, 201, 403, 403, 404)),
    ("GET", "/series/{series}", (401, 403, 200, 403, 200, 200, 403, 404)),
    ("GET", "/series/{series}/occurrences", (401, 403, 200, 403, 200, 200, 403, 404)),
    ("POST", "/activities/{activity}/move", (401, 403, 403, 403, 200, 403, 403, 404)),
]


def body_of(path, now):
    if path == "/series":
        facts = {"title": "共享集市", "place": "ganjiaxiang", "minutes": 240, "begins": "08:00"}
        return facts | {"rule": "FREQ=MONTHLY;BYMONTHDAY=5", "first_on": now.date().isoformat()}
    times = {"starts_at": now + timedelta(days=9), "ends_at": now + timedelta(days=10)}
    return {name: at.isoformat() for name, at in times.items()}


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        pytest.param(method, path, role, status, id=f"{method} {path} {role}")
        for method, path, statuses in CALLS
        for role, status in zip(WHO, statuses, strict=True)
    ],
)
def test_call(world, things, client, method, path, role, status):
    person, now = world.stranger if role == "stranger" else world.roles()[role], utc_now()
    headers = {}
    if person is not None:
        with transaction():
            end = datetime.now(UTC) + timedelta(days=1)
            scopes = ["read", "write"]
            token = make_token(person=person, name="t", scopes=scopes, expires_at=end, now=now)
        headers = {"Authorization": f"Bearer {token}"}
    body = body_of(path, now) if method == "POST" else None
    target = f"/api/v1{path.format(**things)}"
    answer = client.open(target, method=method, headers=headers, json=body)
    assert answer.status_code == status, answer.text

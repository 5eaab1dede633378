"""Every route of the room against every role, within the scope and beside it."""

from datetime import date, timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.series import make_series
from tests.routes import cases, only, person_of, untold
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

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
CASES = cases(ROUTES)


@pytest.fixture
def things(world):
    with transaction():
        return {
            "activity": make_activity(world.community).id,
            "series": make_series(world.community, first_on=date(2026, 1, 5)).id,
        }


@pytest.mark.parametrize(("method", "path", "role", "status"), CASES)
def test_route(world, things, as_person, method, path, role, status):
    person = person_of(world, role)
    answer = as_person(person).open(path.format(**things), method=method)
    assert answer.status_code == status
    if status == 302:
        assert "/sign-in" in answer.location


def test_every_route_of_the_room_is_in_the_table(app):
    assert untold(app, ROUTES, room="series") == set()


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


@pytest.mark.parametrize(("method", "path", "role", "status"), cases(CALLS))
def test_call(world, things, client, speaks, method, path, role, status):
    person = person_of(world, role)
    body = body_of(path, utc_now()) if method == "POST" else None
    there = path.format(**things)
    if person is None:
        answer = client.open(f"/api/v1{there}", method=method, json=body)
    else:
        answer = speaks(person)(method, there, json=body)
    assert answer.status_code == status, answer.text

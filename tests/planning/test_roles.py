"""Every route of the room against every role, within the scope and beside it."""

from datetime import date

import pytest

from tests.factories.activities import make_activity
from tests.factories.planning import make_pattern, make_template
from tests.factories.series import make_series
from tests.factories.shifts import make_shift
from tests.routes import cases, only, person_of, untold
from volunteer_hub.foundation.database import transaction

READ = only(200, worker=200, supervisor=200)
LIST = only(200, worker=200, supervisor=200, stranger=200)
SERIES, TEMPLATES = "/activities/series", "/activities/templates"
ROUTES = [
    ("GET", "/shifts", LIST),
    ("GET", "/activities/new", only(200, worker=200, stranger=200)),
    ("POST", "/activities/new", only(422, worker=422, stranger=422)),
    ("GET", "/activities/{draft}/edit", only(200)),
    ("POST", "/activities/{draft}/edit", only(422)),
    ("POST", "/activities/{draft}/publish", only(303)),
    ("GET", "/activities/{activity}/cancel", only(200, supervisor=200)),
    ("POST", "/activities/{activity}/cancel", only(422, supervisor=422)),
    ("GET", "/activities/{activity}/move", only(200)),
    ("POST", "/activities/{activity}/move", only(422)),
    ("POST", "/activities/{activity}/keep", only(303)),
    ("GET", "/activities/{activity}/copy", only(200, worker=200)),
    ("POST", "/activities/{activity}/copy", only(422, worker=422)),
    ("GET", "/activities/{activity}/template", only(200)),
    ("POST", "/activities/{activity}/template", only(422)),
    ("GET", "/activities/{activity}/shifts/new", only(200, worker=200)),
    ("POST", "/activities/{activity}/shifts/new", only(422, worker=422)),
    ("GET", "/shifts/{shift}/edit", only(200)),
    ("POST", "/shifts/{shift}/edit", only(422)),
    ("POST", "/shifts/{shift}/publish", only(303)),
    ("GET", "/shifts/{shift}/cancel", only(200, supervisor=200)),
    ("POST", "/shifts/{shift}/cancel", only(422, supervisor=422)),
    ("GET", SERIES + "/{series}/shifts/new", only(200)),
    ("POST", SERIES + "/{series}/shifts/new", only(422)),
    ("GET", "/activities/patterns/{pattern}/edit", only(200)),
    ("POST", "/activities/patterns/{pattern}/edit", only(422)),
    ("POST", "/activities/patterns/{pattern}/remove", only(303)),
    ("GET", TEMPLATES, only(200, worker=200, stranger=200)),
    ("GET", TEMPLATES + "/{template}", only(200, worker=200)),
    ("POST", TEMPLATES + "/{template}", only(422, worker=422)),
    ("POST", TEMPLATES + "/{template}/remove", only(303)),
    ("GET", TEMPLATES + "/{template}/shifts/new", only(200)),
    ("POST", TEMPLATES + "/{template}/shifts/new", only(422)),
]
CASES = cases(ROUTES)


@pytest.fixture
def things(world):
    with transaction():
        activity = make_activity(world.community)
        series = make_series(world.community, first_on=date(2026, 1, 5))
        return {
            "activity": activity.id,
            "draft": make_activity(world.community, state="draft").id,
            "shift": make_shift(world.community, activity=activity).id,
            "series": series.id,
            "pattern": make_pattern(series_id=series.id).id,
            "template": make_template(world.community).id,
        }


@pytest.mark.parametrize(("method", "path", "role", "status"), CASES)
def test_route(world, things, as_person, method, path, role, status):
    person = person_of(world, role)
    answer = as_person(person).open(path.format(**things), method=method)
    assert answer.status_code == status
    if status == 302:
        assert "/sign-in" in answer.location


def test_every_route_of_the_room_is_in_the_table(app):
    assert untold(app, ROUTES, room="planning") == set()

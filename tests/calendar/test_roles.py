"""Every route of the room against every role."""

import pytest

from tests.factories.activities import make_activity
from tests.factories.series import make_series
from tests.factories.shifts import make_shift
from tests.routes import cases, everybody, person_of, signed_in, untold
from volunteer_hub.foundation.database import transaction

EVERYBODY, NOBODY = everybody(200), everybody(404)
STAFF_IN_SCOPE = (404, 404, 200, 404, 200, 200, 404, 404)

# method, path, the status for each role
ROUTES = [
    ("GET", "/activities", EVERYBODY),
    ("GET", "/activities/public.ics", EVERYBODY),
    ("GET", "/activities/{activity}.ics", EVERYBODY),
    ("GET", "/activities/{draft_activity}.ics", STAFF_IN_SCOPE),
    ("GET", "/activities/series/{series}.ics", EVERYBODY),
    ("GET", "/activities/series/{draft_series}.ics", NOBODY),
    ("GET", "/shifts/{shift}.ics", EVERYBODY),
    ("GET", "/shifts/{draft}.ics", STAFF_IN_SCOPE),
    ("GET", "/shifts/feed/nobody-knows-this.ics", NOBODY),
    ("GET", "/shifts/feed", signed_in(200)),
    ("POST", "/shifts/feed", signed_in(303)),
]
CASES = cases(ROUTES)


@pytest.fixture
def things(world, occur):
    with transaction():
        activity = make_activity(world.community)
        series, drafts = (make_series(world.community) for _ in range(2))
        occur(series, series.first_on)
        occur(drafts, series.first_on, state="draft")
        return {
            "activity": activity.id,
            "draft_activity": make_activity(world.community, state="draft").id,
            "series": series.id,
            "draft_series": drafts.id,
            "shift": make_shift(world.community, activity=activity).id,
            "draft": make_shift(world.community, activity=activity, state="draft").id,
        }


@pytest.mark.parametrize(("method", "path", "role", "status"), CASES)
def test_route(world, things, as_person, method, path, role, status):
    person = person_of(world, role)
    answer = as_person(person).open(path.format(**things), method=method)
    assert answer.status_code == status
    if status == 302:
        assert "/sign-in" in answer.location


def test_every_route_of_the_room_is_in_the_table(app):
    assert untold(app, ROUTES, room="calendar") == set()

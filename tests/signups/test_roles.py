"""Every route of the room against every role: who sees what, and what others see instead."""

import pytest

from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift, make_signup
from tests.routes import cases, everybody, only, person_of, signed_in, untold
from volunteer_hub.foundation.database import transaction

SIGN_IN = 302
REASON = {"reason": "大风"}


# method, path, form, the status for each role
ROUTES = [
    ("GET", "/activities", {}, everybody(200)),
    ("GET", "/activities/public.ics", {}, everybody(200)),
    ("GET", "/activities/{activity}", {}, everybody(200)),
    ("GET", "/activities/{draft_activity}", {}, (404, 404, 200, 404, 200, 200, 404, 404)),
    ("GET", "/shifts/{shift}", {}, everybody(200)),
    ("GET", "/shifts/{draft}", {}, (404, 404, 200, 404, 200, 200, 404, 404)),
    ("GET", "/shifts/{shift}.ics", {}, everybody(200)),
    ("GET", "/shifts/{draft}.ics", {}, (404, 404, 200, 404, 200, 200, 404, 404)),
    ("GET", "/shifts/feed/nobody-knows-this.ics", {}, everybody(404)),
    ("GET", "/shifts/{shift}/join", {}, everybody(303)),
    ("POST", "/shifts/{shift}/join", {"risk": "y"}, everybody(303)),
    ("POST", "/shifts/{draft}/join", {"risk": "y"}, (404, 404, 303, 404, 303, 303, 404, 404)),
    ("POST", "/shifts/{shift}/leave", {}, signed_in(404)),
    ("POST", "/shifts/{shift}/accept", {}, signed_in(404)),
    ("GET", "/shifts/feed", {}, signed_in(200)),
    ("POST", "/shifts/feed", {}, signed_in(303)),
    ("GET", "/shifts", {}, (SIGN_IN, 403, 200, 403, 200, 200, 403, 200)),
    (
        "GET",
        "/activities/{activity}/shifts/new",
        {},
        only(200, worker=200),
    ),
    (
        "POST",
        "/activities/{activity}/shifts/new",
        {},
        only(422, worker=422),
    ),
    ("GET", "/shifts/{shift}/edit", {}, only(200)),
    ("POST", "/shifts/{shift}/edit", {}, only(422)),
    ("POST", "/shifts/{draft}/publish", {}, only(303)),
    ("GET", "/shifts/{shift}/cancel", {}, only(200, supervisor=200)),
    ("POST", "/shifts/{shift}/cancel", REASON, only(303, supervisor=303)),
    ("POST", "/shifts/{shift}/cancel", {}, only(422, supervisor=422)),
    ("GET", "/activities/{activity}/cancel", {}, only(200, supervisor=200)),
    ("POST", "/activities/{activity}/cancel", REASON, only(303, supervisor=303)),
    ("GET", "/shifts/{shift}/roster", {}, only(200, worker=200, supervisor=200)),
    ("POST", "/shifts/{shift}/roster", {}, only(404)),
    ("POST", "/shifts/{shift}/roster/{signup}/remove", {}, only(303)),
]
CASES = cases(ROUTES)


@pytest.fixture
def things(world):
    with transaction():
        activity = make_activity(world.community)
        shift = make_shift(world.community, activity=activity)
        signup = make_signup(shift, world.other_volunteer)
        return {
            "activity": activity.id,
            "draft_activity": make_activity(world.community, state="draft").id,
            "shift": shift.id,
            "draft": make_shift(world.community, activity=activity, state="draft").id,
            "signup": signup.id,
        }


@pytest.mark.parametrize(("method", "path", "form", "role", "status"), CASES)
def test_route(world, things, as_person, method, path, form, role, status):
    person = person_of(world, role)
    browser = as_person(person)
    answer = browser.open(path.format(**things), method=method, data=form)
    assert answer.status_code == status
    if status == SIGN_IN and person is None and "/join" not in path:
        assert "/sign-in" in answer.location


def test_every_route_of_the_room_is_in_the_table(app):
    assert untold(app, ROUTES, room="signups") == set()


def test_a_volunteer_never_reads_a_number_of_somebody_else(world, things, as_person):
    phone = world.other_volunteer.phone.removeprefix("+86")
    for person in (world.volunteer, None, world.coordinator, world.grid_worker):
        browser = as_person(person)
        for path in ("/activities", "/activities/{activity}", "/shifts/{shift}"):
            assert phone not in browser.get(path.format(**things)).text
    roster = as_person(world.coordinator).get("/shifts/{shift}/roster".format(**things)).text
    assert world.other_volunteer.name in roster
    assert phone not in roster

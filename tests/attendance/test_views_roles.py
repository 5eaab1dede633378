"""Every route of the room with every role: in scope, out of scope, and without one."""

import pytest
import time_machine

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.market import MINUTE, START, token_of
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import transaction
from volunteer_hub.hours.actions.disputes import open_dispute

STRANGER = "stranger"
ROLES = (
    policy.VISITOR,
    policy.VOLUNTEER,
    policy.GRID_WORKER,
    policy.PARTNER_CONTACT,
    policy.COORDINATOR,
    STRANGER,
    policy.SUPERVISOR,
    policy.ADMINISTRATOR,
)
SIGN_IN, NO, GONE = 302, 403, 404

# For each role of ROLES what it is answered; `ok` stands for the route's own good answer.
EVERYONE = (SIGN_IN, "ok", "ok", "ok", "ok", "ok", "ok", "ok")
SEE_BOARD = (SIGN_IN, NO, "ok", NO, "ok", GONE, "ok", NO)
LISTS = (SIGN_IN, NO, "ok", NO, "ok", "ok", "ok", NO)  # a stranger sees a list of their own
MARK = (SIGN_IN, NO, "ok", NO, "ok", GONE, NO, NO)
SEE_HOURS = (SIGN_IN, NO, NO, NO, "ok", GONE, "ok", NO)
LIST_HOURS = (SIGN_IN, NO, NO, NO, "ok", "ok", "ok", NO)
SETTLE = (SIGN_IN, NO, NO, NO, "ok", GONE, NO, NO)
OWN = (SIGN_IN, "ok", GONE, GONE, GONE, GONE, GONE, GONE)  # the volunteer's hours and dispute

ROUTES = {
    "today": ("get", "/attendance/day", LISTS, 302),
    "day": ("get", "/attendance/day/2026-12-05", LISTS, 200),
    "mark": ("post", "/attendance/shifts/{shift}/marks", MARK, 303),
    "walk_in": ("get", "/attendance/shifts/{shift}/walk-in", MARK, 200),
    "walk_in!": ("post", "/attendance/shifts/{shift}/walk-in", MARK, 422),
    "check_in": ("get", "/attendance/check-in/{token}", EVERYONE, 200),
    "do_check_in": ("post", "/attendance/check-in/{token}", EVERYONE, 303),
    "qr": ("get", "/attendance/shifts/{shift}/qr", MARK, 200),
    "paper": ("get", "/attendance/shifts/{shift}/paper", MARK, 200),
    "paper!": ("post", "/attendance/shifts/{shift}/paper", MARK, 303),
    "poster": ("get", "/attendance/shifts/{shift}/poster", MARK, 200),
    "switch_poster": ("post", "/attendance/shifts/{shift}/poster", SETTLE, 303),
    "sheet": ("get", "/attendance/shifts/{shift}/sheet", SEE_BOARD, 200),
    "export": ("get", "/attendance/shifts/{shift}/attendance.csv", SEE_HOURS, 200),
    "shift": ("get", "/attendance/shifts/{shift}", SEE_HOURS, 200),
    "hours_waiting": ("get", "/attendance/hours", LIST_HOURS, 200),
    "verify": ("post", "/attendance/hours/{waiting}/verify", SETTLE, 303),
    "verify_shift": ("post", "/attendance/shifts/{shift}/verify", SETTLE, 303),
    "reject": ("get", "/attendance/hours/{waiting}/reject", SETTLE, 200),
    "reject!": ("post", "/attendance/hours/{waiting}/reject", SETTLE, 422),
    "reverse": ("get", "/attendance/hours/{locked}/reverse", SETTLE, 200),
    "reverse!": ("post", "/attendance/hours/{locked}/reverse", SETTLE, 422),
    "back_fill": ("get", "/attendance/shifts/{shift}/back-fill", SETTLE, 200),
    "back_fill!": ("post", "/attendance/shifts/{shift}/back-fill", SETTLE, 422),
    "hours_shorten": ("get", "/attendance/hours/{waiting}/shorten", SETTLE, 200),
    "my_hours": ("get", "/me/hours", EVERYONE, 200),
    "declare": ("get", "/me/hours/declare/{shift}", EVERYONE, 200),
    "declare!": ("post", "/me/hours/declare/{shift}", EVERYONE, 422),
    "dispute": ("get", "/me/hours/{disputed}/dispute", OWN, 200),
    "dispute!": ("post", "/me/hours/{disputed}/dispute", OWN, 422),
    "withdraw_dispute": ("post", "/me/hours/disputes/{dispute}/withdraw", OWN, 303),
    "disputes": ("get", "/attendance/disputes", LIST_HOURS, 200),
    "dispute_answer": ("get", "/attendance/disputes/{dispute}", SEE_HOURS, 200),
    "dispute_answer!": ("post", "/attendance/disputes/{dispute}", SEE_HOURS, 422),
}


@pytest.fixture
def addresses(app, world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, signup=signup)
        waiting = make_hours(shift, make_person())
        locked = make_hours(shift, make_person(), state="locked", by=world.coordinator)
        disputed = make_hours(shift, world.volunteer, state="rejected", by=world.coordinator)
        said = {"says": "少记了", "by": world.volunteer.id, "now": START}
        dispute = open_dispute(hours_id=disputed.id, **said)
    return {
        "shift": shift.id,
        "waiting": waiting.id,
        "locked": locked.id,
        "disputed": disputed.id,
        "dispute": dispute.id,
        "token": token_of(app, shift, now=START + 12 * MINUTE),
        "person": world.volunteer.id,
    }


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("role", ROLES)
def test_every_route_with_every_role(as_person, world, addresses, role, name):
    person = world.stranger if role == STRANGER else world.roles()[role]
    method, address, answers, ok = ROUTES[name]
    wanted = answers[ROLES.index(role)]
    data = {"undo": world.volunteer.id} if name == "mark" else None
    with time_machine.travel(START + 12 * MINUTE, tick=False):
        answer = getattr(as_person(person), method)(address.format(**addresses), data=data)
    assert answer.status_code == (ok if wanted == "ok" else wanted)
    if wanted == SIGN_IN:
        assert "/sign-in" in answer.location


def test_the_table_knows_every_route(app):
    rooms = {"attendance", "hours"}  # the hours of a day are one room further up
    ends = (rule.endpoint.partition(".") for rule in app.url_map.iter_rules())
    assert {name for room, _dot, name in ends if room in rooms} == {n.rstrip("!") for n in ROUTES}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_a_phone_number_here(as_person, world, addresses, role):
    """Whoever sees people on these pages sees names and volunteer numbers, no address."""
    person = world.stranger if role == STRANGER else world.roles()[role]
    browser = as_person(person)
    with time_machine.travel(START + 12 * MINUTE, tick=False):
        for method, address, _answers, _ok in ROUTES.values():
            if method == "get":
                text = browser.get(address.format(**addresses)).get_data(as_text=True)
                assert world.volunteer.phone.removeprefix("+86") not in text
                assert world.volunteer.email not in text


def test_a_supervisor_sees_no_buttons(as_person, english, world, addresses):
    with time_machine.travel(START + 12 * MINUTE, tick=False):
        board = as_person(world.supervisor).get("/attendance/day/2026-12-05")
        hours = as_person(world.supervisor).get("/attendance/hours")
    assert world.volunteer.name in board.text
    assert 'name="undo"' not in board.text
    assert "/attendance/check-in/" not in board.text
    assert "/verify" not in hours.text
    assert "A second person decides." in hours.text


def test_the_stranger_s_board_and_queue_are_empty(as_person, english, world, addresses):
    browser = as_person(world.stranger)
    assert world.volunteer.name not in browser.get("/attendance/day/2026-12-05").text
    assert "No shifts on this day" in browser.get("/attendance/day/2026-12-05").text
    assert "Nothing waits" in browser.get("/attendance/hours").text

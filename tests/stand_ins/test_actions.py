"""Ask, take, decline, withdraw, close; and what the database itself refuses."""

import pytest
from sqlalchemy import select, update

from tests.factories.shifts import make_shift, make_signup
from tests.people.outbox import letters
from tests.stand_ins.conftest import DAY, HOUR, NOW, START
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.people.actions.accounts import leave as close_account
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.rules import ShiftIsOver
from volunteer_hub.signups.actions.joining import leave
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.joining import AlreadySignedUp, ShiftIsNotOpen, ShiftsOverlap
from volunteer_hub.stand_ins import actions, rules
from volunteer_hub.stand_ins.models import StandInRequest


@pytest.fixture
def ask(world, shift, mine):
    def ask(by=None, *, now=NOW, number=None, note=""):
        facts = {"shift_id": shift.id, "note": note, "number": number, "now": now}
        with transaction():
            return actions.ask(by=by or world.volunteer, **facts)

    return ask


@pytest.fixture
def take(world):
    def take(request, person=None, *, now=NOW):
        person = person or world.other_volunteer
        with transaction():
            return actions.take(request_id=request.id, person=person, now=now)

    return take


def state(request):
    return db.session.get_one(StandInRequest, request.id, populate_existing=True).state


def promise(signup):
    return db.session.get_one(Signup, signup.id, populate_existing=True).state


def test_the_first_taker_releases_the_first(world, shift, mine, ask, take):
    request = ask(note="  孩子病了  ")
    assert (request.state, request.note) == ("open", "孩子病了")
    assert promise(mine) == "confirmed"
    taken = take(request)
    assert (taken.person_id, taken.state) == (world.other_volunteer.id, "confirmed")
    assert (state(request), request.taken_by) == ("taken", world.other_volunteer.id)
    assert promise(mine) == "replaced"
    assert db.session.get_one(Shift, shift.id, populate_existing=True).confirmed == 1
    told = {(one.recipient_id, one.kind) for one in letters("shift-") if one.channel == "email"}
    assert (world.volunteer.id, "shift-replaced") in told
    assert (world.other_volunteer.id, "shift-joined") in told
    assert letters("stand-in") == []


def test_who_comes_second_gets_a_sentence(world, ask, take):
    request = ask()
    take(request)
    with pytest.raises(rules.RequestIsOver):
        take(request, world.grid_worker)
    assert len(db.session.scalars(select(Signup)).all()) == 2


@pytest.mark.parametrize("who", ["waits", "has no place", "gave it back"])
def test_only_who_has_a_place_may_ask(world, shift, mine, ask, who):
    person = world.other_volunteer
    with transaction():
        if who == "waits":
            make_signup(shift, person, state="waitlisted")
        elif who == "gave it back":
            make_signup(shift, person, state="cancelled_by_volunteer", ended_at=NOW)
    with pytest.raises(rules.PlaceIsNeeded):
        ask(person)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"state": "cancelled", "reason": "大风"}, ShiftIsNotOpen),
        ({"starts_at": NOW}, ShiftIsOver),
    ],
)
def test_nobody_is_looked_for_where_nobody_can_come(shift, mine, ask, take, change, refusal):
    request = ask()
    with transaction():
        db.session.execute(update(Shift).where(Shift.id == shift.id).values(change))
    with pytest.raises(refusal):
        take(request)
    with transaction():
        assert actions.close_ended(now=NOW) == 1
    with pytest.raises(refusal):
        ask()


def test_once_at_a_time_and_not_for_ever(world, ask):
    for _ in range(rules.MOST_ASKS):
        request = ask()
        with pytest.raises(rules.LooksAlready):
            ask()
        with transaction():
            actions.withdraw(request_id=request.id, by=world.volunteer.id, now=NOW)
    with pytest.raises(rules.AsksTooOften):
        ask()


def test_while_people_wait_the_line_goes_first(world, shift, mine, ask, take):
    with transaction():
        make_signup(shift, world.grid_worker, state="waitlisted")
    with pytest.raises(rules.LineGoesFirst):
        ask()
    request = ask(now=START - HOUR)  # the line has closed two hours before the start
    assert take(request, now=START - HOUR).state == "confirmed"


def test_a_line_that_forms_later_goes_first_too(world, shift, mine, ask, take):
    request = ask()
    with transaction():
        make_signup(shift, world.grid_worker, state="waitlisted")
    with pytest.raises(rules.LineGoesFirst):
        take(request)
    assert state(request) == "open"


def test_the_line_of_another_role_does_not_count(world, shift, mine, ask):
    with transaction():
        roles = [ShiftRole(shift_id=shift.id, title_zh=name, capacity=2) for name in "甲乙"]
        db.session.add_all(roles)
        db.session.flush()
        mine.role_id = roles[0].id
        make_signup(shift, world.grid_worker, state="waitlisted", role_id=roles[1].id)
    assert ask().state == "open"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("owner", AlreadySignedUp), ("on it", AlreadySignedUp), ("busy", ShiftsOverlap)],
)
def test_who_cannot_take_it(world, shift, ask, take, who, refusal):
    request, person = ask(), world.volunteer
    if who != "owner":
        person = world.other_volunteer
        with transaction():
            times = {"starts_at": START, "ends_at": START + HOUR}
            there = shift if who == "on it" else make_shift(world.neighbour, **times)
            make_signup(there, person)
    with pytest.raises(refusal):
        take(request, person)
    assert state(request) == "open"


def test_one_person_is_asked_by_number_and_nobody_else_may_take_it(world, ask, take):
    request = ask(number=f" {world.other_volunteer.volunteer_no.lower()} ", note="能替我吗？")
    assert request.invited_id == world.other_volunteer.id
    with pytest.raises(NotFound):
        take(request, world.grid_worker)
    (mail,) = [one for one in letters("stand-in-asked") if one.channel == "email"]
    assert mail.recipient_id == world.other_volunteer.id
    for said in ("陈晓梅来不了", "能替我吗？", f"/stand-ins/{request.id}"):
        assert said in mail.body_text
        assert said in mail.body_html
    assert take(request).state == "confirmed"


@pytest.mark.parametrize("number", ["TST-1999-00001", "own", "left", "+8613800000001"])
def test_a_number_must_reach_somebody_else(world, ask, number):
    if number == "own":
        number = world.volunteer.volunteer_no
    if number == "left":
        number = world.other_volunteer.volunteer_no
        with transaction():
            close_account(person=world.other_volunteer, now=NOW)
    with pytest.raises(BrokenInput):
        ask(number=number)
    assert letters("stand-in") == []


def test_no_is_passed_on_and_one_may_look_on(world, ask):
    request = ask(number=world.other_volunteer.volunteer_no)
    with pytest.raises(NotFound), transaction():
        actions.decline(request_id=request.id, by=world.grid_worker.id, now=NOW)
    with transaction():
        actions.decline(request_id=request.id, by=world.other_volunteer.id, now=NOW)
    assert state(request) == "declined"
    (mail,) = [one for one in letters("stand-in-declined") if one.channel == "email"]
    assert mail.recipient_id == world.volunteer.id
    assert world.other_volunteer.volunteer_no in mail.body_text
    assert world.other_volunteer.name not in mail.body_text
    assert {one.state for one in letters("stand-in-asked")} == {"superseded"}
    with pytest.raises(rules.RequestIsOver), transaction():
        actions.decline(request_id=request.id, by=world.other_volunteer.id, now=NOW)
    assert ask().state == "open"


def test_who_leaves_says_no(world, ask):
    request = ask(number=world.other_volunteer.volunteer_no)
    with transaction():
        close_account(person=world.other_volunteer, now=NOW)
    assert state(request) == "declined"


def test_withdrawn_by_its_owner_only(world, ask, take):
    request = ask(number=world.other_volunteer.volunteer_no)
    with pytest.raises(NotFound), transaction():
        actions.withdraw(request_id=request.id, by=world.other_volunteer.id, now=NOW)
    with transaction():
        actions.withdraw(request_id=request.id, by=world.volunteer.id, now=NOW)
    assert state(request) == "withdrawn"
    assert {one.state for one in letters("stand-in-asked")} == {"superseded"}
    with pytest.raises(rules.RequestIsOver):
        take(request)
    with pytest.raises(rules.RequestIsOver), transaction():
        actions.withdraw(request_id=request.id, by=world.volunteer.id, now=NOW)


def test_what_ended_otherwise_is_closed(world, shift, mine, ask, take):
    request = ask()
    with transaction():
        leave(signup_id=mine.id, now=NOW, by=None, by_staff=False)
    with pytest.raises(rules.Refusal):
        take(request)
    for closed in (1, 0):
        with transaction():
            assert actions.close_ended(now=NOW) == closed
    assert state(request) == "closed"


@pytest.mark.parametrize(("now", "closed"), [(START - HOUR, 0), (START, 1), (START + DAY, 1)])
def test_closed_when_the_shift_begins(ask, now, closed):
    ask()
    with transaction():
        assert actions.close_ended(now=now) == closed

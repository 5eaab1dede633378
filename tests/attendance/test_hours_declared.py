"""Hours on the volunteer's own word: what may be declared, and what becomes of it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START, announced
from volunteer_hub.attendance.actions.declaring import declare
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.hours.actions import hours as actions
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import hours as queries
from volunteer_hub.hours.rules import hours as rules

DAYS = timedelta(days=1)


def say(shift, person, *, minutes=200, reason="没人签到", now=END):
    with transaction():
        return declare(shift_id=shift.id, person=person, minutes=minutes, reason=reason, now=now)


def test_a_declaration_stands_apart_and_waits(world, shift, signup):
    with announced() as facts:
        hours = say(shift, world.volunteer)
    assert (hours.source, hours.state, hours.minutes) == ("self_declared", "recorded", 200)
    assert (hours.recorded_by, hours.signup_id) == (world.volunteer.id, signup.id)
    assert (hours.reason, hours.below_presence_rule) == ("没人签到", False)
    assert facts == []
    assert db.session.scalars(select(AuditEntry.verb)).all() == ["declared"]


def test_a_second_person_verifies_or_rejects(world, shift, signup):
    hours = say(shift, world.volunteer)
    with pytest.raises(rules.VerifierServed), transaction():
        actions.verify_hours(hours_id=hours.id, verifier=world.volunteer.id, now=END)
    with transaction():
        in_bulk = actions.verify_shift(shift_id=shift.id, verifier=world.coordinator.id, now=END)
    assert in_bulk == 0
    with announced() as facts, transaction():
        actions.verify_hours(hours_id=hours.id, verifier=world.coordinator.id, now=END)
    assert [fact.amount for fact in facts] == [200]
    assert queries.hours_of(world.volunteer.id).by_source == {"self_declared": 200}


def test_the_database_too_wants_a_reason(world, shift):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        make_hours(shift, world.volunteer, source="self_declared", recorded_by=world.volunteer.id)
    assert violated(error.value) == "ck_hours_says_why"


def test_the_database_too_wants_a_second_person(world, shift, signup):
    say(shift, world.volunteer)
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(
            text(
                "update hours set state = 'locked', verified_at = now(), verified_by = recorded_by"
            )
        )
    assert violated(error.value).startswith("ck_hours_verified_by")


@pytest.mark.parametrize("state", [None, "waitlisted", "cancelled_by_volunteer"])
def test_without_a_place_the_verifier_sees_it(as_person, english, world, shift, state):
    if state == "waitlisted":
        with transaction():
            make_signup(shift, world.volunteer, state=state)
    if state == "cancelled_by_volunteer":
        with transaction():
            make_signup(shift, world.volunteer, state=state, ended_at=START)
    assert say(shift, world.volunteer).signup_id is None
    assert "held no place" in as_person(world.coordinator).get("/attendance/hours").text


def test_with_a_place_nothing_is_said_of_it(as_person, english, world, shift, signup):
    say(shift, world.volunteer)
    page = as_person(world.coordinator).get("/attendance/hours").text
    assert "declared by the volunteer" in page
    assert "held no place" not in page


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": " "}, rules.ReasonIsMissing),
        ({"minutes": 0}, rules.MinutesDoNotFit),
        ({"minutes": 241}, rules.MinutesDoNotFit),
        ({"now": END - MINUTE}, rules.NotOverYet),
        ({"now": END + 14 * DAYS + MINUTE}, rules.TooLateToDeclare),
    ],
)
def test_what_cannot_be_declared(world, shift, signup, changes, refusal):
    with pytest.raises(refusal):
        say(shift, world.volunteer, **changes)
    assert db.session.scalars(select(Hours)).all() == []


@pytest.mark.parametrize("minutes", [1, 240])
def test_up_to_the_whole_shift(world, shift, signup, minutes):
    assert say(shift, world.volunteer, minutes=minutes).minutes == minutes


@pytest.mark.parametrize("state", ["recorded", "locked", "rejected"])
def test_hours_that_are_there_are_disputed_instead(world, shift, signup, state):
    with transaction():
        make_hours(shift, world.volunteer, state=state, by=world.coordinator)
    with pytest.raises(rules.HoursAreThere):
        say(shift, world.volunteer)


def test_while_the_clock_runs_nothing_is_declared(world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, signup=signup)
    with pytest.raises(presence_rules.AlreadyCheckedIn):
        say(shift, world.volunteer)


def test_a_cancelled_shift_was_not_served(world):
    with transaction():
        shift = make_shift(
            world.community, starts_at=START, ends_at=END, state="cancelled", reason="大风"
        )
    with pytest.raises(presence_rules.ShiftDoesNotRun):
        say(shift, world.volunteer)


def test_who_was_marked_absent_may_say_otherwise(world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, state="no_show", signup=signup)
    assert say(shift, world.volunteer).state == "recorded"


def test_the_shifts_that_are_offered_for_declaring(world, shift, signup):
    me = world.volunteer
    with transaction():
        old = make_shift(world.community, starts_at=START - 20 * DAYS, ends_at=END - 20 * DAYS)
        make_signup(old, me)
        written = make_shift(world.community, starts_at=START - DAYS, ends_at=END - DAYS)
        make_signup(written, me)
        make_hours(written, me, state="rejected", by=world.coordinator)
        waited = make_shift(world.community, starts_at=START - 2 * DAYS, ends_at=END - 2 * DAYS)
        make_signup(waited, me, state="waitlisted")
        others = make_shift(world.community, starts_at=START - 3 * DAYS, ends_at=END - 3 * DAYS)
        make_signup(others, make_person())
    found = queries.list_undeclared(me.id, since=END - 14 * DAYS, until=END)
    assert [one.id for one in found] == [shift.id]
    assert queries.list_undeclared(me.id, since=END - 14 * DAYS, until=END - MINUTE) == []


def test_declared_in_the_browser(as_person, english, world, shift, signup):
    browser = as_person(world.volunteer)
    address = f"/me/hours/declare/{shift.id}"
    with time_machine.travel(END + DAYS, tick=False):
        assert address in browser.get("/me/hours").text
        page = browser.get(address).text
        assert 'value="240"' in page
        assert "You held no place" not in page
        page = browser.post(
            address, data={"minutes": "150", "reason": "没人签到"}, follow_redirects=True
        )
        assert page.request.path == "/me/hours"
        assert "Written down. A coordinator looks at it." in page.text
        assert "2 h 30 min" in page.text
        assert address not in page.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"minutes": "241"}, "Give a number of minutes from 1 to 240."),
        ({"minutes": "viel"}, "minutes"),
        ({"reason": " "}, "Please fill this in."),
    ],
)
def test_what_was_typed_stays(as_person, english, world, shift, changes, sentence):
    typed = {"minutes": "150", "reason": "没人签到"} | changes
    with time_machine.travel(END + DAYS, tick=False):
        answer = as_person(world.volunteer).post(f"/me/hours/declare/{shift.id}", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "You held no place on this shift" in answer.text
    assert typed["minutes"] in answer.text
    assert db.session.scalars(select(Hours)).all() == []


def test_a_draft_cannot_be_declared(as_person, world):
    with transaction():
        draft = make_shift(world.community, state="draft")
    assert as_person(world.volunteer).get(f"/me/hours/declare/{draft.id}").status_code == 404

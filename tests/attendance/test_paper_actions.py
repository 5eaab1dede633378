"""A sheet typed in: whole or not at all, and only what is still empty."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START
from volunteer_hub.attendance.actions import presence as marks
from volunteer_hub.attendance.actions.paper import Line, type_sheet
from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.rules import paper as rules
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.actions.hours import verify_hours
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.signups.rules.joining import TooYoung

EVENING = END + timedelta(hours=6)


@pytest.fixture
def typed(world, shift, signup):
    """Type lines in as the grid worker: typed((person, "8:00", "12:00"), …)."""

    def type_lines(*lines, now=EVENING, by=world.grid_worker, at=shift):
        made = [
            Line(key=f"p{person.id}", person_id=person.id, arrived=arrived, left=left)
            if (arrived, left) != ("no", "show")
            else Line(key=f"p{person.id}", person_id=person.id, no_show=True)
            for person, arrived, left in lines
        ]
        with transaction():
            return type_sheet(shift=at, lines=made, reason="纸质签到表", by=by.id, now=now)

    return type_lines


def stays():
    db.session.expire_all()
    rows = db.session.scalars(select(Presence).order_by(Presence.person_id))
    return [(one.state, one.checked_in_at, one.checked_out_at, one.method) for one in rows]


def faults(refused):
    return {key: type(fault) for key, fault in refused.value.faults.items()}


def test_a_line_becomes_a_stay_and_minutes_that_wait(world, shift, signup, typed):
    assert typed((world.volunteer, "8:05", "12:10")) == 1
    assert stays() == [("left", START + 5 * MINUTE, END + 10 * MINUTE, "paper")]
    hours = db.session.scalars(select(Hours)).one()
    assert (hours.minutes, hours.source, hours.state) == (245, "confirmed_by_leader", "recorded")
    assert (hours.recorded_by, hours.reason) == (world.grid_worker.id, "纸质签到表")
    assert (hours.signup_id, hours.served_on.isoformat()) == (signup.id, "2026-12-05")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.actor_id) == ("typed_in", world.grid_worker.id)


def test_a_second_person_verifies_what_was_typed_in(world, shift, typed):
    typed((world.volunteer, "8:00", "12:00"), by=world.coordinator)
    hours = db.session.scalars(select(Hours)).one()
    with pytest.raises(hours_rules.VerifierRecorded), transaction():
        verify_hours(hours_id=hours.id, verifier=world.coordinator.id, now=EVENING)
    with transaction():
        verify_hours(hours_id=hours.id, verifier=world.second_coordinator.id, now=EVENING)
    assert hours.state == "locked"


def test_minutes_before_the_start_do_not_count(world, typed):
    typed((world.volunteer, "7:20", "12:00"))
    assert stays()[0][1] == START - 40 * MINUTE
    assert db.session.scalars(select(Hours.minutes)).all() == [240]


def test_the_box_and_the_empty_line(world, shift, typed):
    with transaction():
        make_signup(shift, world.other_volunteer)
    assert typed((world.volunteer, "", ""), (world.other_volunteer, "no", "show")) == 1
    assert stays() == [("no_show", None, None, "paper")]


def test_typed_twice_it_is_stored_once(world, shift, typed):
    lines = (world.volunteer, "8:05", "12:00"), (world.other_volunteer, "9:00", "11:30")
    assert typed(*lines) == 2
    before = stays()
    assert typed(*lines) == 0
    assert typed((world.volunteer, "", "12:00")) == 0
    assert stays() == before
    assert len(db.session.scalars(select(Hours)).all()) == 2


def test_the_second_time_fills_what_was_empty(world, shift, typed):
    assert typed((world.volunteer, "8:05", ""), now=END - MINUTE) == 1
    assert stays() == [("present", START + 5 * MINUTE, None, "paper")]
    assert typed((world.volunteer, "8:05", "12:00")) == 1
    assert stays() == [("left", START + 5 * MINUTE, END, "paper")]
    assert db.session.scalars(select(Hours.minutes)).all() == [235]


def test_who_was_clocked_in_is_typed_out(world, shift, signup, typed):
    with transaction():
        marks.check_in(shift=shift, person=world.volunteer, now=START + MINUTE / 2, by=None)
    assert typed((world.volunteer, "8:00", "11:45")) == 1, "the same minute"
    assert stays()[0][3] == "board"
    hours = db.session.scalars(select(Hours)).one()
    assert (hours.source, hours.minutes) == ("confirmed_by_leader", 224)


@pytest.mark.parametrize("state", ["no_show", "excused"])
def test_who_came_after_all_is_typed_in(world, shift, signup, typed, state):
    with transaction():
        make_presence(shift, world.volunteer, state=state, signup=signup)
    assert typed((world.volunteer, "10:00", "12:00")) == 1
    assert stays() == [("left", START + 120 * MINUTE, END, "paper")]


def test_one_broken_line_keeps_all_others_out(world, shift, typed):
    child, twice = make_person("小明"), world.other_volunteer
    lines = [
        (world.volunteer, "8:00", "12:00"),
        (twice, "8:00", "25:00"),
        (world.partner_contact, "12:00", "8:00"),
        (world.grid_worker, "8:00", "12:00"),
        (child, "", "12:00"),
        (world.supervisor, "8:00", ""),
        (world.administrator, "no", "show"),
    ]
    with pytest.raises(rules.SheetIsRefused) as refused:
        typed(*lines)
    assert faults(refused) == {
        f"p{twice.id}": rules.TimeIsUnreadable,
        f"p{world.partner_contact.id}": rules.TimesDoNotFit,
        f"p{world.grid_worker.id}": hours_rules.OwnHours,
        f"p{child.id}": rules.ArrivalIsMissing,
        f"p{world.supervisor.id}": rules.DepartureIsMissing,
        f"p{world.administrator.id}": presence_rules.HasNoPlace,
    }
    assert (stays(), db.session.scalars(select(Hours)).all()) == ([], [])


def test_what_stands_otherwise_is_not_overwritten(world, shift, signup, typed):
    with transaction():
        make_presence(shift, world.volunteer, state="left", signup=signup)
    for arrived, left in (("8:01", "12:00"), ("8:00", "11:59")):
        with pytest.raises(rules.SheetIsRefused) as refused:
            typed((world.volunteer, arrived, left))
        assert faults(refused) == {f"p{world.volunteer.id}": rules.StandsOtherwise}
    with pytest.raises(rules.SheetIsRefused) as refused:
        typed((world.volunteer, "no", "show"))
    assert faults(refused) == {f"p{world.volunteer.id}": presence_rules.PersonCame}


def test_walk_ins_stand_by_their_number(world, shift, signup):
    def walk_in(key, person=None, number="", arrived="8:00", left="12:00"):
        person_id = person.id if person else None
        return Line(key=key, person_id=person_id, number=number, arrived=arrived, left=left)

    by = world.grid_worker.id
    known = walk_in("w1", world.other_volunteer, "13800000000")
    with transaction():
        stored = type_sheet(shift=shift, lines=[known], reason="表", by=by, now=EVENING)
    assert stored == 1
    assert db.session.scalars(select(Presence.signup_id)).all() == [None]
    lines = [
        walk_in("w1", world.other_volunteer, "1"),
        walk_in("w2", world.other_volunteer, "1"),
        walk_in("w3", number="13900000000"),
        walk_in("w4"),
        walk_in("w5", world.volunteer, "2", arrived="", left=""),
    ]
    with pytest.raises(rules.SheetIsRefused) as refused, transaction():
        type_sheet(shift=shift, lines=lines, reason="表", by=by, now=EVENING)
    assert faults(refused) == {
        "w2": rules.OnTheSheetTwice,
        "w3": rules.NobodyHasThisNumber,
        "w4": rules.NumberIsMissing,
        "w5": rules.ArrivalIsMissing,
    }


def test_a_walk_in_must_be_old_enough_and_nowhere_else(world, shift, signup, typed):
    with transaction():
        other = make_shift(world.neighbour, starts_at=START, ends_at=END)
        make_presence(other, world.volunteer)
        shift.minimum_age = 60
    with pytest.raises(rules.SheetIsRefused) as refused:
        typed((world.volunteer, "8:00", "12:00"), (world.other_volunteer, "8:00", "12:00"))
    assert faults(refused) == {
        f"p{world.volunteer.id}": presence_rules.PresentElsewhere,
        f"p{world.other_volunteer.id}": TooYoung,
    }


def test_who_forgot_to_check_out_before_is_closed_there_first(world, shift, signup, typed):
    with transaction():
        next_one = make_shift(world.community, starts_at=END, ends_at=END + timedelta(hours=2))
        first = make_presence(shift, world.volunteer, signup=signup)
    assert typed((world.volunteer, "12:00", "14:00"), at=next_one) == 1
    db.session.refresh(first)
    assert (first.state, first.checked_out_at) == ("left", END)


def test_hours_that_stand_are_not_doubled(world, shift, typed):
    with transaction():
        declared = {
            "source": "self_declared",
            "reason": "忘了签到",
            "recorded_by": world.volunteer.id,
        }
        make_hours(shift, world.volunteer, **declared)
    with pytest.raises(rules.SheetIsRefused) as refused:
        typed((world.volunteer, "8:00", "12:00"))
    assert faults(refused) == {f"p{world.volunteer.id}": hours_rules.HoursStandAlready}


def test_nothing_of_the_future(world, shift, typed):
    with pytest.raises(rules.SheetComesLater):
        typed((world.volunteer, "8:00", ""), now=START - MINUTE)
    for arrived, left in (("9:00", ""), ("8:00", "9:00")):
        with pytest.raises(rules.SheetIsRefused) as refused:
            typed((world.volunteer, arrived, left), now=START + 30 * MINUTE)
        assert faults(refused) == {f"p{world.volunteer.id}": hours_rules.NotOverYet}


def test_no_sheet_of_a_shift_that_does_not_run(world, shift, typed):
    with transaction():
        shift.state, shift.reason = "cancelled", "下雨"
    with pytest.raises(presence_rules.ShiftDoesNotRun):
        typed((world.volunteer, "8:00", "12:00"))


def test_whoever_typed_a_line_in_may_undo_it_and_nobody_else(world, shift, typed):
    def undo(by):
        with transaction():
            return marks.undo(shift=shift, person=world.volunteer, by=by.id, now=EVENING)

    typed((world.volunteer, "8:00", "12:00"))
    with pytest.raises(hours_rules.HoursAreSettled):
        undo(world.coordinator)
    assert undo(world.grid_worker) == "present"
    assert db.session.scalars(select(Hours)).all() == []
    assert undo(world.grid_worker) == "expected"
    assert typed((world.volunteer, "8:00", "11:00")) == 1


def test_a_night_goes_on_past_midnight(world, typed):
    late = START + timedelta(hours=14)  # 22:00 on the 5th
    with transaction():
        night = make_shift(world.community, starts_at=late, ends_at=late + timedelta(hours=8))
    typed((world.volunteer, "22:05", "6:00"), (world.other_volunteer, "0:30", "1:00"), at=night,
          now=late + timedelta(hours=9))  # fmt: skip
    rows = db.session.execute(select(Hours.minutes, Hours.served_on).order_by(Hours.person_id))
    assert [(minutes, day.isoformat()) for minutes, day in rows] == [
        (475, "2026-12-05"),
        (30, "2026-12-05"),
    ]

"""Who may be marked when, and what follows in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.signups.rules.joining import TooYoung


def check_in(shift, person, *, now=START, by=None, method="board"):
    with transaction():
        return actions.check_in(shift=shift, person=person, now=now, by=by, method=method)


def check_out(presence, *, now=END, by=None):
    with transaction():
        return actions.check_out(presence_id=presence.id, now=now, by=by)


def absent(shift, person, state, *, now=START):
    with transaction():
        return actions.mark_absent(shift=shift, person=person, state=state, by=None, now=now)


def undo(shift, person, *, now=END):
    with transaction():
        return actions.undo(shift=shift, person=person, by=None, now=now)


def all_hours():
    return db.session.scalars(select(Hours).order_by(Hours.id)).all()


def test_checks_in_who_holds_a_place(world, shift, signup):
    presence = check_in(shift, world.volunteer, by=world.grid_worker.id)
    assert (presence.state, presence.checked_in_at) == ("present", START)
    assert (presence.signup_id, presence.method) == (signup.id, "board")
    assert presence.marked_by == world.grid_worker.id
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.place_path) == ("checked_in", world.community.path)
    assert entry.actor_id == world.grid_worker.id


def test_a_walk_in_has_no_sign_up(world, shift, signup):
    assert check_in(shift, world.other_volunteer).signup_id is None


def test_a_walk_in_must_be_old_enough(world, shift):
    with transaction():
        shift.minimum_age = 60
    with pytest.raises(TooYoung):
        check_in(shift, world.other_volunteer)


def test_by_code_only_with_a_place(world, shift, signup):
    with pytest.raises(rules.NotSignedUp):
        check_in(shift, world.other_volunteer, method="qr")
    assert check_in(shift, world.volunteer, method="qr").method == "qr"


def test_waiting_is_no_place(world, shift):
    with transaction():
        make_signup(shift, world.volunteer, state="waitlisted", rank=1, confirmed_at=None)
    with pytest.raises(rules.NotSignedUp):
        check_in(shift, world.volunteer, method="qr")
    assert check_in(shift, world.volunteer).signup_id is None


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_nobody_is_marked_on_a_shift_that_does_not_run(world, shift, signup, state):
    with transaction():
        shift.state = state
    with pytest.raises(rules.ShiftDoesNotRun):
        check_in(shift, world.volunteer)
    with pytest.raises(rules.ShiftDoesNotRun):
        absent(shift, world.volunteer, "excused")


@pytest.mark.parametrize("now", [START - 16 * MINUTE, END])
def test_check_in_has_its_time(world, shift, signup, now):
    with pytest.raises(rules.CheckInIsNotOpen):
        check_in(shift, world.volunteer, now=now)


def test_nobody_is_at_two_places_at_once(world, shift, signup):
    with transaction():
        other = make_shift(world.neighbour, starts_at=START, ends_at=END)
    check_in(other, world.volunteer)
    with pytest.raises(rules.PresentElsewhere):
        check_in(shift, world.volunteer)


def test_who_moves_on_is_checked_out_of_the_shift_that_is_over(world, shift, signup):
    with transaction():
        next_one = make_shift(world.community, starts_at=END, ends_at=END + timedelta(hours=2))
    first = check_in(shift, world.volunteer)
    check_in(next_one, world.volunteer, now=END + MINUTE)
    db.session.refresh(first)
    assert (first.state, first.checked_out_at) == ("left", END)
    hours = all_hours()[0]
    assert (hours.source, hours.minutes) == ("confirmed_by_leader", 240)


def test_check_out_records_minutes_that_wait(world, shift, signup):
    presence = check_in(shift, world.volunteer, now=START + 30 * MINUTE)
    hours = check_out(presence, now=END + 10 * MINUTE, by=world.coordinator.id)
    db.session.refresh(presence)
    assert (presence.state, presence.checked_out_at) == ("left", END + 10 * MINUTE)
    assert (hours.minutes, hours.source, hours.state) == (220, "clocked", "recorded")
    assert hours.served_on.isoformat() == "2026-12-05"
    assert (hours.recorded_by, hours.verified_at) == (world.coordinator.id, None)


def test_hours_belong_to_the_local_day_of_the_start(world):
    half_past_midnight = START - timedelta(hours=7, minutes=30)  # the 4th in UTC, the 5th here
    with transaction():
        night = make_shift(
            world.community,
            starts_at=half_past_midnight,
            ends_at=half_past_midnight + timedelta(hours=2),
        )
    presence = check_in(night, world.volunteer, now=night.starts_at)
    assert check_out(presence, now=night.ends_at).served_on.isoformat() == "2026-12-05"


@pytest.mark.parametrize("state", ["left", "no_show", "excused"])
def test_only_who_is_here_can_leave(world, shift, signup, state):
    with transaction():
        presence = make_presence(shift, world.volunteer, state=state, signup=signup)
    with pytest.raises(rules.NotCheckedIn):
        check_out(presence)


def test_nobody_leaves_before_the_shift_begins(world, shift, signup):
    presence = check_in(shift, world.volunteer, now=START - 10 * MINUTE)
    with pytest.raises(hours_rules.NothingWasServed):
        check_out(presence, now=START)
    with pytest.raises(hours_rules.LeavesBeforeArriving):
        check_out(presence, now=START - 11 * MINUTE)
    assert all_hours() == []


def test_a_mark_that_is_gone_cannot_be_checked_out(shift):
    with pytest.raises(NotFound), transaction():
        actions.check_out(presence_id=404, now=END, by=None)


@pytest.mark.parametrize("state", ["no_show", "excused"])
def test_absent_needs_a_place(world, shift, signup, state):
    assert absent(shift, world.volunteer, state).state == state
    with pytest.raises(rules.HasNoPlace):
        absent(shift, world.other_volunteer, state)


def test_excused_may_come_early_no_show_may_not(world, shift, signup):
    with pytest.raises(rules.NobodyIsLateYet):
        absent(shift, world.volunteer, "no_show", now=START - MINUTE)
    assert absent(shift, world.volunteer, "excused", now=START - MINUTE).state == "excused"


def test_who_came_cannot_be_absent(world, shift, signup):
    check_in(shift, world.volunteer)
    with pytest.raises(rules.PersonCame):
        absent(shift, world.volunteer, "no_show")


def test_who_comes_after_all_is_checked_in(world, shift, signup):
    absent(shift, world.volunteer, "no_show")
    presence = check_in(shift, world.volunteer, now=START + 40 * MINUTE)
    assert (presence.state, presence.signup_id) == ("present", signup.id)


def test_undo_goes_back_step_by_step(world, shift, signup):
    presence = check_in(shift, world.volunteer)
    check_out(presence)
    assert undo(shift, world.volunteer) == "present"
    db.session.refresh(presence)
    assert (presence.state, presence.checked_out_at, all_hours()) == ("present", None, [])
    assert undo(shift, world.volunteer) == "expected"
    assert db.session.scalars(select(Presence)).all() == []
    with pytest.raises(rules.NothingToUndo):
        undo(shift, world.volunteer)


@pytest.mark.parametrize(
    "facts", [{"state": "locked"}, {"state": "rejected"}, {"source": "back_filled", "reason": "补"}]
)
def test_hours_that_others_looked_at_are_not_undone(world, shift, signup, facts):
    with transaction():
        make_presence(shift, world.volunteer, state="left", signup=signup)
        make_hours(shift, world.volunteer, **facts)
    with pytest.raises(hours_rules.HoursAreSettled):
        undo(shift, world.volunteer)
    assert len(all_hours()) == 1


def test_undoing_a_check_out_cannot_make_two_places(world, shift, signup):
    with transaction():
        next_one = make_shift(world.community, starts_at=END, ends_at=END + timedelta(hours=2))
    check_out(check_in(shift, world.volunteer), now=END)
    check_in(next_one, world.volunteer, now=END)
    with pytest.raises(rules.PresentElsewhere):
        undo(shift, world.volunteer)


def test_forgotten_check_outs_close_at_the_end_four_hours_later(world, shift, signup):
    presence = check_in(shift, world.volunteer)
    early = END + timedelta(hours=4) - MINUTE
    with transaction():
        assert actions.close_forgotten(now=early) == 0
    for expected in (1, 0):  # safe to run twice
        with transaction():
            assert actions.close_forgotten(now=early + MINUTE) == expected
    db.session.refresh(presence)
    assert (presence.state, presence.checked_out_at) == ("left", END)
    hours = all_hours()[0]
    assert (hours.minutes, hours.source, hours.state) == (240, "confirmed_by_leader", "recorded")
    assert (hours.reason, hours.recorded_by) == ("forgotten check-out", None)
    assert hours.is_forgotten


def test_closing_goes_in_pieces(world, shift):
    with transaction():
        for _ in range(3):
            make_presence(shift, make_person())
    done = []
    for _ in range(3):
        with transaction():
            done.append(actions.close_forgotten(now=END + timedelta(hours=5), limit=2))
    assert done == [2, 1, 0]


def test_a_shift_moved_away_from_its_check_ins_is_closed_all_the_same(world, shift, signup):
    check_in(shift, world.volunteer)
    with transaction():
        shift.starts_at, shift.ends_at = (at + timedelta(days=3) for at in (START, END))
    with transaction():
        assert actions.close_forgotten(now=END + timedelta(days=4)) == 1
    assert all_hours() == []

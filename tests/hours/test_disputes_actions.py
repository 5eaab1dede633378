"""Open, withdraw, uphold, turn down: what follows, and what is refused."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_hours
from tests.market import END, announced
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours.actions import disputes as actions
from volunteer_hub.hours.actions import hours as hours_actions
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries import disputes as queries
from volunteer_hub.hours.rules import disputes as rules
from volunteer_hub.hours.rules import hours as hours_rules

LATER = END + timedelta(days=2)


@pytest.fixture
def locked(world, shift, signup):
    """The volunteer's 180 minutes: clocked by the grid worker, verified by a coordinator."""
    with transaction():
        return make_hours(
            shift,
            world.volunteer,
            state="locked",
            by=world.coordinator,
            recorded_by=world.grid_worker.id,
            signup_id=signup.id,
        )


def dispute(hours, by, *, says="多做了一小时", now=END):
    with transaction():
        return actions.open_dispute(hours_id=hours.id, says=says, by=by.id, now=now)


def uphold(found, by, *, minutes=240, answer="核对了照片"):
    with transaction():
        return actions.uphold(
            dispute_id=found.id, minutes=minutes, answer=answer, by=by.id, now=LATER
        )


def turn_down(found, by, *, answer="签到表上没有"):
    with transaction():
        return actions.turn_down(dispute_id=found.id, answer=answer, by=by.id, now=LATER)


def withdraw(found, by):
    with transaction():
        return actions.withdraw(dispute_id=found.id, by=by.id, now=LATER)


def rows():
    wanted = select(Hours.minutes, Hours.source, Hours.state).order_by(Hours.id)
    return [tuple(row) for row in db.session.execute(wanted)]


def verify(hours, by):
    with transaction():
        return hours_actions.verify_hours(hours_id=hours.id, verifier=by.id, now=LATER)


def test_a_dispute_has_a_due_date(world, locked):
    found = dispute(locked, world.volunteer)
    assert (found.state, found.opened_by, found.says) == (
        "open",
        world.volunteer.id,
        "多做了一小时",
    )
    assert (found.opened_at, found.due_on) == (END, date(2026, 12, 12))
    assert rows() == [(180, "clocked", "locked")]


def test_turned_down_the_hours_stay(world, locked):
    with announced() as facts:
        found = turn_down(dispute(locked, world.volunteer), world.second_coordinator)
    assert (found.state, found.answer) == ("turned_down", "签到表上没有")
    assert (found.answered_by, found.answered_at) == (world.second_coordinator.id, LATER)
    assert facts == []
    assert rows() == [(180, "clocked", "locked")]


def test_upheld_a_reversal_and_the_right_row_wait_for_a_second_person(world, locked):
    with announced() as facts:
        found = uphold(dispute(locked, world.volunteer), world.second_coordinator)
    assert found.state == "upheld"
    assert facts == []
    assert rows() == [
        (180, "clocked", "locked"),
        (-180, "clocked", "recorded"),
        (240, "confirmed_by_leader", "recorded"),
    ]
    _first, back, right = db.session.scalars(select(Hours).order_by(Hours.id))
    assert (back.reverses_id, back.reason) == (locked.id, "核对了照片")
    assert (right.signup_id, right.recorded_by) == (locked.signup_id, world.second_coordinator.id)
    for row in (back, right):
        with pytest.raises(hours_rules.VerifierRecorded):
            verify(row, world.second_coordinator)
    with pytest.raises(hours_rules.HoursStandAlready):
        verify(right, world.coordinator)  # the old row stands still
    with announced() as facts:
        verify(back, world.coordinator)
        verify(right, world.coordinator)
    assert [fact.amount for fact in facts] == [-180, 240]


def test_upheld_with_nothing_served_only_takes_back(world, locked):
    uphold(dispute(locked, world.volunteer), world.second_coordinator, minutes=0)
    assert rows()[1:] == [(-180, "clocked", "recorded")]


def test_rejected_hours_come_back_by_a_new_row(world, shift):
    with transaction():
        rejected = make_hours(shift, world.volunteer, state="rejected", by=world.coordinator)
    uphold(dispute(rejected, world.volunteer), world.second_coordinator, minutes=180)
    assert rows() == [(180, "clocked", "rejected"), (180, "confirmed_by_leader", "recorded")]


def test_hours_taken_back_come_back_by_a_new_row(world, shift, locked):
    with transaction():
        back = hours_actions.reverse_hours(
            hours_id=locked.id, reason="误", by=world.grid_worker.id, now=END
        )
    verify(back, world.coordinator)
    uphold(dispute(locked, world.volunteer), world.second_coordinator, minutes=180)
    assert [row[0] for row in rows()] == [180, -180, 180]


def test_a_reversal_that_waits_is_not_written_twice(world, locked):
    found = dispute(locked, world.volunteer)
    with transaction():
        hours_actions.reverse_hours(
            hours_id=locked.id, reason="误", by=world.grid_worker.id, now=END
        )
    uphold(found, world.second_coordinator)
    assert [row[0] for row in rows()] == [180, -180, 240]


def test_withdrawn_nothing_happens(world, locked):
    found = withdraw(dispute(locked, world.volunteer), world.volunteer)
    assert (found.state, found.withdrawn_at, found.answered_at) == ("withdrawn", LATER, None)
    assert rows() == [(180, "clocked", "locked")]
    assert dispute(locked, world.volunteer).state == "open"  # somebody may think again


def test_each_step_stands_in_the_trail(world, locked):
    found = dispute(locked, world.volunteer)
    uphold(found, world.second_coordinator)
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["disputed", "reversed", "corrected", "upheld"]


@pytest.mark.parametrize("end", ["turn_down", "uphold", "withdraw"])
@pytest.mark.parametrize("again", ["turn_down", "uphold", "withdraw"])
def test_a_dispute_ends_once(world, locked, end, again):
    steps = {"turn_down": turn_down, "uphold": uphold, "withdraw": withdraw}

    def do(step):
        by = world.volunteer if step == "withdraw" else world.second_coordinator
        return steps[step](found, by)

    found = dispute(locked, world.volunteer)
    do(end)
    before = rows()
    with pytest.raises(rules.DisputeIsSettled):
        do(again)
    assert rows() == before


@pytest.mark.parametrize("answer", [turn_down, uphold])
def test_who_had_a_part_does_not_answer(world, shift, locked, answer):
    found = dispute(locked, world.volunteer)
    for involved in (world.coordinator, world.grid_worker):
        with pytest.raises(rules.AnswererIsInvolved):
            answer(found, involved)
    with pytest.raises(hours_rules.OwnHours):
        answer(found, world.volunteer)
    with pytest.raises(hours_rules.ReasonIsMissing):
        answer(found, world.second_coordinator, answer=" ")
    assert answer(found, world.supervisor).answered_by == world.supervisor.id


def test_who_rejected_does_not_answer(world, shift):
    with transaction():
        rejected = make_hours(shift, world.volunteer, state="rejected", by=world.coordinator)
    with pytest.raises(rules.AnswererIsInvolved):
        turn_down(dispute(rejected, world.volunteer), world.coordinator)


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [
        (180, rules.NothingWouldChange),
        (-1, hours_rules.MinutesDoNotFit),
        (1441, hours_rules.MinutesDoNotFit),
    ],
)
def test_minutes_that_uphold_nothing(world, locked, minutes, refusal):
    found = dispute(locked, world.volunteer)
    with pytest.raises(refusal):
        uphold(found, world.second_coordinator, minutes=minutes)
    assert queries.find_open(locked.id) is not None


def test_only_one_s_own_settled_newest_hours(world, shift, locked):
    with pytest.raises(NotFound):
        dispute(locked, world.other_volunteer)
    with pytest.raises(hours_rules.ReasonIsMissing):
        dispute(locked, world.volunteer, says=" ")
    with transaction():
        waiting = make_hours(shift, world.other_volunteer)
    with pytest.raises(rules.CannotBeDisputed):
        dispute(waiting, world.other_volunteer)
    dispute(locked, world.volunteer)
    with pytest.raises(rules.DisputedAlready):
        dispute(locked, world.volunteer)


def test_a_replaced_row_is_disputed_by_its_successor(world, locked):
    uphold(dispute(locked, world.volunteer), world.second_coordinator)
    _first, back, right = db.session.scalars(select(Hours).order_by(Hours.id)).all()
    for row in (locked, back, right):
        with pytest.raises(rules.CannotBeDisputed):
            dispute(row, world.volunteer)
    verify(back, world.coordinator)
    verify(right, world.coordinator)
    assert dispute(right, world.volunteer).state == "open"


def test_nobody_withdraws_for_another(world, locked):
    found = dispute(locked, world.volunteer)
    with pytest.raises(NotFound):
        withdraw(found, world.coordinator)

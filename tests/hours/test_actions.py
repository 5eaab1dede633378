"""Verify, reject, reverse, write in: what starts to count, and what is refused."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.market import END, MINUTE, START, announced
from volunteer_hub.attendance.actions.back_filling import back_fill
from volunteer_hub.attendance.models import Presence
from volunteer_hub.attendance.rules import presence as presence_rules
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.hours.actions import hours as actions
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.rules import hours as rules
from volunteer_hub.messages.models import Message


@pytest.fixture
def waiting(world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, state="left", signup=signup)
        return make_hours(shift, world.volunteer, minutes=240, recorded_by=world.coordinator.id)


def verify(hours, verifier):
    with transaction():
        return actions.verify_hours(hours_id=hours.id, verifier=verifier.id, now=END)


def reject(hours, verifier, *, reason="没有到场"):
    with transaction():
        return actions.reject_hours(hours_id=hours.id, verifier=verifier.id, reason=reason, now=END)


def reverse(hours, by, *, reason="记错了人"):
    with transaction():
        return actions.reverse_hours(hours_id=hours.id, reason=reason, by=by.id, now=END)


def write_in(shift, person, by, *, arrived=START, left=END, reason="纸质签到表", now=END):
    with transaction():
        return back_fill(
            shift=shift,
            person=person,
            checked_in_at=arrived,
            checked_out_at=left,
            reason=reason,
            by=by.id,
            now=now,
        )


def test_verified_hours_are_announced_once(world, shift, waiting):
    with announced() as facts:
        verify(waiting, world.coordinator)
    fact = facts[0]
    assert len(facts) == 1
    assert (fact.kind, fact.amount, fact.rows) == ("hours.clocked", 240, 1)
    assert (fact.person_id, fact.place_id) == (world.volunteer.id, world.community.id)
    assert (fact.project_id, fact.on.isoformat()) == (shift.activity.project_id, "2026-12-05")
    db.session.refresh(waiting)
    assert (waiting.state, waiting.verified_by) == ("locked", world.coordinator.id)
    assert waiting.verified_at == END
    with announced() as again, pytest.raises(rules.HoursAreSettled):
        verify(waiting, world.second_coordinator)
    assert again == []


def test_nobody_verifies_their_own(world, waiting):
    with announced() as facts, pytest.raises(rules.VerifierServed):
        verify(waiting, world.volunteer)
    assert facts == []


def test_the_database_too_wants_somebody_else(world, waiting):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(
            text("update hours set state = 'locked', verified_at = now(), verified_by = person_id")
        )
    assert violated(error.value) == "ck_hours_verified_by_someone_else"


def test_written_in_wants_a_second_person(world, shift, signup):
    hours = write_in(shift, world.volunteer, world.coordinator)
    assert (hours.source, hours.minutes, hours.reason) == ("back_filled", 240, "纸质签到表")
    with pytest.raises(rules.VerifierRecorded):
        verify(hours, world.coordinator)
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(
            text(
                "update hours set state = 'locked', verified_at = now(), verified_by = recorded_by"
            )
        )
    assert violated(error.value) == "ck_hours_verified_by_a_second_person"
    verify(hours, world.second_coordinator)


@pytest.mark.parametrize(
    "change",
    [
        "update hours set minutes = minutes + 1",
        "update hours set state = 'recorded', verified_at = null",
        "update hours set verified_by = null",
        "delete from hours",
    ],
)
def test_locked_hours_never_change(world, waiting, change):
    verify(waiting, world.coordinator)
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(text(change))
    assert violated(error.value) == "hours_is_final"


def test_rejected_hours_never_change_either(world, waiting):
    reject(waiting, world.coordinator)
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(text("update hours set state = 'recorded', rejected_at = null"))
    assert violated(error.value) == "hours_is_final"


def test_rejected_hours_count_nothing_and_the_volunteer_is_told(world, waiting):
    with announced() as facts:
        reject(waiting, world.coordinator)
    assert facts == []
    assert (waiting.state, waiting.rejected_because) == ("rejected", "没有到场")
    letter = db.session.scalars(select(Message)).one()
    assert (letter.channel, letter.recipient_id) == ("email", world.volunteer.id)
    assert "没有到场" in letter.body_text
    with pytest.raises(rules.HoursAreSettled):
        verify(waiting, world.coordinator)


def test_rejecting_wants_a_reason_and_another_person(world, waiting):
    with pytest.raises(rules.ReasonIsMissing):
        reject(waiting, world.coordinator, reason=" ")
    with pytest.raises(rules.VerifierServed):
        reject(waiting, world.volunteer)


def test_who_wrote_in_may_withdraw(world, shift, signup):
    hours = write_in(shift, world.volunteer, world.coordinator)
    assert reject(hours, world.coordinator).state == "rejected"


def test_a_reversal_counts_once_a_second_person_verified_it(world, waiting):
    verify(waiting, world.coordinator)
    with announced() as facts:
        reversal = reverse(waiting, world.coordinator)
        with pytest.raises(rules.VerifierRecorded):
            verify(reversal, world.coordinator)
        assert facts == []
        verify(reversal, world.second_coordinator)
    assert [(f.amount, f.rows, f.on, f.person_id) for f in facts] == [
        (-240, 1, waiting.served_on, world.volunteer.id)
    ]
    assert (reversal.minutes, reversal.reverses_id) == (-240, waiting.id)


def test_only_locked_hours_are_reversed_and_once(world, waiting):
    with pytest.raises(rules.HoursCannotBeReversed):
        reverse(waiting, world.coordinator)
    verify(waiting, world.coordinator)
    reversal = reverse(waiting, world.coordinator)
    with pytest.raises(rules.HoursCannotBeReversed):
        reverse(waiting, world.second_coordinator)
    verify(reversal, world.second_coordinator)
    with pytest.raises(rules.HoursCannotBeReversed):
        reverse(reversal, world.coordinator)


def test_a_rejected_reversal_leaves_the_hours_standing(world, waiting):
    verify(waiting, world.coordinator)
    reject(reverse(waiting, world.coordinator), world.second_coordinator)
    assert db.session.scalars(select(Message)).all() == []
    assert reverse(waiting, world.coordinator).minutes == -240


def test_nobody_reverses_their_own_or_without_reason(world, shift, signup):
    with transaction():
        hours = make_hours(shift, world.coordinator, state="locked", by=world.second_coordinator)
    with pytest.raises(rules.OwnHours):
        reverse(hours, world.coordinator)
    with pytest.raises(rules.ReasonIsMissing):
        reverse(hours, world.second_coordinator, reason="")


def test_the_right_hours_follow_a_reversal(world, shift, waiting):
    verify(waiting, world.coordinator)
    with pytest.raises(rules.HoursStandAlready):
        write_in(shift, world.volunteer, world.coordinator)
    reversal = reverse(waiting, world.coordinator)
    with pytest.raises(rules.HoursStandAlready):
        write_in(shift, world.volunteer, world.coordinator)
    verify(reversal, world.second_coordinator)
    right = write_in(shift, world.volunteer, world.coordinator, left=END - 60 * MINUTE)
    with announced() as facts:
        verify(right, world.second_coordinator)
    assert [fact.amount for fact in facts] == [180]
    counted = select(Hours.minutes).where(Hours.state == "locked").order_by(Hours.id)
    assert db.session.scalars(counted).all() == [240, -240, 180]


def test_writing_in_makes_or_corrects_the_presence(world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, state="no_show", signup=signup)
    write_in(shift, world.volunteer, world.coordinator, arrived=START + 5 * MINUTE)
    presence = db.session.scalars(select(Presence)).one()
    assert (presence.state, presence.method) == ("left", "paper")
    assert (presence.checked_in_at, presence.checked_out_at) == (START + 5 * MINUTE, END)
    assert presence.signup_id == signup.id


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": " "}, rules.ReasonIsMissing),
        ({"arrived": START - 16 * MINUTE}, presence_rules.CheckInIsNotOpen),
        (
            {"arrived": END, "left": END + MINUTE, "now": END + MINUTE},
            presence_rules.CheckInIsNotOpen,
        ),
        ({"left": START}, rules.LeavesBeforeArriving),
        ({"left": END + MINUTE}, rules.NotOverYet),
    ],
)
def test_what_cannot_be_written_in(world, shift, signup, changes, refusal):
    with pytest.raises(refusal):
        write_in(shift, world.volunteer, world.coordinator, **changes)
    assert db.session.scalars(select(Presence)).all() == []


def test_nobody_writes_in_their_own(world, shift):
    with pytest.raises(rules.OwnHours):
        write_in(shift, world.coordinator, world.coordinator)


def test_who_is_here_is_checked_out_instead(world, shift, signup):
    with transaction():
        make_presence(shift, world.volunteer, signup=signup)
    with pytest.raises(presence_rules.AlreadyCheckedIn):
        write_in(shift, world.volunteer, world.coordinator)


def test_all_clocked_hours_of_a_shift_at_once(world, shift, waiting):
    with transaction():
        others = [make_hours(shift, make_person()) for _ in range(3)]
        own = make_hours(shift, world.coordinator)
    written_in = write_in(shift, world.other_volunteer, world.second_coordinator)
    with announced() as facts, transaction():
        number = actions.verify_shift(shift_id=shift.id, verifier=world.coordinator.id, now=END)
    assert (number, len(facts)) == (4, 4)
    assert {fact.person_id for fact in facts} == {h.person_id for h in (waiting, *others)}
    assert {own.state, written_in.state} == {"recorded"}
    verbs = select(AuditEntry.verb).where(AuditEntry.verb == "verified")
    assert len(db.session.scalars(verbs).all()) == 4
    with transaction():
        again = actions.verify_shift(shift_id=shift.id, verifier=world.coordinator.id, now=END)
    assert again == 0


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"minutes": 0}, "ck_hours_at_most_a_day"),
        ({"minutes": 1441}, "ck_hours_at_most_a_day"),
        ({"minutes": -60}, "ck_hours_at_most_a_day"),
        ({"source": "back_filled"}, "ck_hours_says_why"),
        (
            {"state": "rejected", "rejected_at": END, "rejected_because": None},
            "ck_hours_rejected_says_why",
        ),
        ({"state": "locked", "verified_at": None}, "ck_hours_locked_means_verified"),
    ],
)
def test_the_database_keeps_hours_honest(world, shift, facts, constraint):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        make_hours(shift, world.volunteer, **facts)
    assert violated(error.value) == constraint


def test_one_waiting_row_per_person_and_shift(world, shift, waiting):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        make_hours(shift, world.volunteer)
    assert violated(error.value) == "uq_hours_waiting_once"

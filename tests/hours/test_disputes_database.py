"""What the database itself refuses of a dispute, whatever the code above forgets."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.factories.attendance import make_hours
from tests.market import END
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.foundation.language import local_day
from volunteer_hub.hours.models import Dispute


@pytest.fixture
def locked(world, shift):
    with transaction():
        return make_hours(
            shift,
            world.volunteer,
            state="locked",
            by=world.coordinator,
            recorded_by=world.grid_worker.id,
        )


def make_dispute(hours, **more):
    facts = {"opened_by": hours.person_id, "opened_at": END, "says": "少了", "state": "open"}
    dispute = Dispute(hours_id=hours.id, due_on=local_day(END), **(facts | more))
    db.session.add(dispute)
    db.session.flush()
    return dispute


def answered(by, state="upheld", answer="核对了"):
    return {"state": state, "answered_by": by.id, "answered_at": END, "answer": answer}


def refused_by(change):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        change()
    return violated(error.value)


def test_only_about_one_s_own(world, locked):
    made = refused_by(lambda: make_dispute(locked, opened_by=world.other_volunteer.id))
    assert made == "hours_dispute_is_about_ones_own"


def test_only_about_settled_hours(world, shift):
    with transaction():
        waiting = make_hours(shift, world.volunteer)
    assert refused_by(lambda: make_dispute(waiting)) == "hours_dispute_is_about_settled_hours"


def test_not_about_a_reversal(world, shift, locked):
    with transaction():
        back = {"minutes": -180, "reverses_id": locked.id, "reason": "误"}
        reversal = make_hours(
            shift, world.volunteer, state="locked", by=world.second_coordinator, **back
        )
    assert refused_by(lambda: make_dispute(reversal)) == "hours_dispute_is_about_settled_hours"


def test_one_open_dispute_at_a_time(world, locked):
    with transaction():
        make_dispute(locked)
    assert refused_by(lambda: make_dispute(locked)) == "uq_hours_dispute_open"


def test_several_that_are_over(world, locked):
    with transaction():
        for _ in range(2):
            make_dispute(locked, state="withdrawn", withdrawn_at=END)
        make_dispute(locked)


@pytest.mark.parametrize("who", ["grid_worker", "coordinator"])
def test_not_answered_by_who_recorded_or_verified(world, locked, who):
    facts = answered(getattr(world, who))
    made = refused_by(lambda: make_dispute(locked, **facts))
    assert made == "hours_dispute_is_answered_by_somebody_else"


def test_not_answered_by_who_rejected(world, shift):
    with transaction():
        rejected = make_hours(shift, world.volunteer, state="rejected", by=world.coordinator)
    made = refused_by(lambda: make_dispute(rejected, **answered(world.coordinator)))
    assert made == "hours_dispute_is_answered_by_somebody_else"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"says": ""}, "ck_hours_dispute_says_what"),
        ({"state": "lost"}, "ck_hours_dispute_state_is_known"),
        ({"state": "upheld"}, "ck_hours_dispute_answered_says_why"),
        ({"answered_at": END}, "ck_hours_dispute_answered_says_why"),
        ({"answer": "核对了"}, "ck_hours_dispute_answered_says_why"),
        ({"state": "withdrawn"}, "ck_hours_dispute_withdrawn_has_a_time"),
        ({"withdrawn_at": END}, "ck_hours_dispute_withdrawn_has_a_time"),
    ],
)
def test_a_state_has_what_belongs_to_it(world, locked, facts, constraint):
    assert refused_by(lambda: make_dispute(locked, **facts)) == constraint


@pytest.mark.parametrize("answer", ["", None])
def test_an_answer_says_why(world, locked, answer):
    facts = answered(world.second_coordinator, answer=answer)
    made = refused_by(lambda: make_dispute(locked, **facts))
    assert made == "ck_hours_dispute_answered_says_why"


def test_not_answered_by_the_volunteer(world, locked):
    made = refused_by(lambda: make_dispute(locked, **answered(world.volunteer)))
    assert made == "ck_hours_dispute_answered_by_someone_else"


@pytest.mark.parametrize(
    "change",
    [
        "says = '别的'",
        "due_on = due_on + 30",
        "opened_at = opened_at + interval '1 day'",
        "hours_id = (select max(id) from hours)",
    ],
)
def test_the_question_never_changes(world, shift, locked, change):
    with transaction():
        make_dispute(locked)
        make_hours(shift, world.volunteer, state="locked", by=world.coordinator)
    sql = text(f"update hours_dispute set {change}")  # noqa: S608  (the words stand above)
    assert refused_by(lambda: db.session.execute(sql)) == "hours_dispute_keeps_its_question"


@pytest.mark.parametrize("state", ["upheld", "turned_down", "withdrawn"])
@pytest.mark.parametrize("becomes", ["open", "upheld", "turned_down", "withdrawn"])
def test_an_end_is_final(world, locked, state, becomes):
    ended = {"state": state, "withdrawn_at": END}
    if state != "withdrawn":
        ended = answered(world.second_coordinator, state=state)
    with transaction():
        make_dispute(locked, **ended)
    sql = text(f"update hours_dispute set state = '{becomes}'")  # noqa: S608
    assert refused_by(lambda: db.session.execute(sql)) == "hours_dispute_is_final"


@pytest.mark.parametrize("state", ["open", "withdrawn"])
def test_no_dispute_is_deleted(world, locked, state):
    with transaction():
        make_dispute(locked, state=state, withdrawn_at=END if state == "withdrawn" else None)
    sql = text("delete from hours_dispute")
    assert refused_by(lambda: db.session.execute(sql)) == "hours_dispute_stays"

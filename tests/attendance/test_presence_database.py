"""The database itself knows what may follow what on a shift's day, as rules.presence does."""

import itertools

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.factories.attendance import make_presence
from tests.market import END, START
from volunteer_hub.attendance.rules.presence import BACK, EXPECTED, METHODS, STEPS, WRITTEN_IN
from volunteer_hub.foundation.database import db, transaction, violated

STATES = tuple(STEPS)
ALL_STEPS = [(was, becomes) for was, becomes in itertools.product(STATES, STATES) if was != becomes]


def knows(was, becomes, method):
    """Say what the rules allow: forward, one back, or a whole stay from paper."""
    from_paper = method == "paper" and becomes == "left" and was in WRITTEN_IN
    return becomes in STEPS[was] or BACK.get(was) == becomes or from_paper


def raw(was, becomes, method, shift, person):
    """Take the step by plain SQL, past every rule."""
    facts = {
        "shift": shift.id,
        "person": person.id,
        "state": becomes,
        "method": method,
        "came": START if becomes in ("present", "left") else None,
        "gone": END if becomes == "left" else None,
    }
    if was == EXPECTED:
        said = (
            "insert into presence (shift_id, person_id, state, method, checked_in_at,"
            " checked_out_at) values (:shift, :person, :state, :method, :came, :gone)"
        )
    elif becomes == EXPECTED:
        said = "delete from presence where shift_id = :shift and person_id = :person"
    else:
        said = (
            "update presence set state = :state, method = :method, checked_in_at = :came,"
            " checked_out_at = :gone where shift_id = :shift and person_id = :person"
        )
    with transaction():
        db.session.execute(text(said), facts)


def test_every_step_is_asked_about():
    forbidden = [step for step in ALL_STEPS if not any(knows(*step, way) for way in METHODS)]
    assert len(ALL_STEPS) == 20
    assert len(forbidden) == 5  # present → absent (2), left → absent (2), left → expected


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("was", "becomes"), ALL_STEPS)
def test_the_database_takes_the_steps_of_the_rules_and_no_other(world, shift, was, becomes, method):
    if was != EXPECTED:
        with transaction():
            make_presence(shift, world.volunteer, state=was)
    if knows(was, becomes, method):
        raw(was, becomes, method, shift, world.volunteer)
        return
    with pytest.raises(IntegrityError) as refused:
        raw(was, becomes, method, shift, world.volunteer)
    assert violated(refused.value) == "presence_follows_its_steps"


@pytest.mark.parametrize("state", STATES[1:])
def test_a_mark_never_moves_to_another_person(world, shift, state):
    with transaction():
        make_presence(shift, world.volunteer, state=state)
    with pytest.raises(IntegrityError) as refused, transaction():
        db.session.execute(
            text("update presence set person_id = :id"), {"id": world.other_volunteer.id}
        )
    assert violated(refused.value) == "presence_follows_its_steps"

"""What the database itself refuses, whoever writes."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.factories.people import make_person
from tests.factories.shifts import make_signup
from tests.factories.stand_ins import make_request
from tests.stand_ins.conftest import NOW
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.stand_ins import rules
from volunteer_hub.stand_ins.models import StandInRequest

STEPS = [(was, to) for was in rules.MOVES for to in rules.MOVES if was != to]


def values(to, world):
    settled = None if to == "open" else NOW
    taker = world.other_volunteer.id if to == "taken" else None
    return {"state": to, "settled_at": settled, "taken_by": taker}


@pytest.mark.parametrize(("was", "to"), STEPS)
def test_every_step_is_the_rule_s(world, mine, was, to):
    with transaction():
        request = make_request(mine, invited=world.other_volunteer)
        if was != "open":
            for name, value in values(was, world).items():
                setattr(request, name, value)
    where = StandInRequest.id == request.id
    step = update(StandInRequest).where(where).values(values(to, world))
    if to in rules.MOVES[was]:
        db.session.execute(step)
        assert db.session.get_one(StandInRequest, request.id, populate_existing=True).state == to
        return
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(step)
    assert violated(refused.value) == "stand_in_request_is_settled_once"


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        ({"state": "withdrawn", "settled_at": NOW}, "stand_in_request_begins_open"),
        ({"settled_at": NOW}, "ck_stand_in_request_open_until_it_is_settled"),
        ({"note": "长" * 201}, "ck_stand_in_request_note_is_short"),
    ],
)
def test_how_no_request_begins(mine, terms, name):
    with pytest.raises(IntegrityError) as refused, attempt():
        make_request(mine, **terms)
    assert violated(refused.value) == name


def test_only_a_place_is_handed_on_and_once(world, shift, mine):
    with transaction():
        waits = make_signup(shift, world.grid_worker, state="waitlisted")
        make_request(mine)
    with pytest.raises(IntegrityError) as refused, attempt():
        make_request(waits)
    assert violated(refused.value) == "stand_in_request_hands_on_a_place"
    with pytest.raises(IntegrityError) as refused, attempt():
        make_request(mine)
    assert violated(refused.value) == "uq_stand_in_request_open"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"note": "别的"}, "stand_in_request_keeps_its_question"),
        ({"state": "declined", "settled_at": NOW}, "ck_stand_in_request_declined_by_the_invited"),
        ({"state": "taken", "settled_at": NOW}, "ck_stand_in_request_taken_by_somebody"),
        ({"state": "asleep", "settled_at": NOW}, "ck_stand_in_request_state_is_known"),
    ],
)
def test_what_no_request_becomes(mine, change, name):
    with transaction():
        request = make_request(mine)
    step = update(StandInRequest).where(StandInRequest.id == request.id).values(change)
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(step)
    assert violated(refused.value) == name


@pytest.mark.parametrize("whom", ["oneself", "another than was asked"])
def test_nobody_takes_it_who_may_not(world, mine, whom):
    with transaction():
        request = make_request(mine, invited=world.other_volunteer)
    taker = world.volunteer if whom == "oneself" else make_person()
    taken = {"state": "taken", "settled_at": NOW, "taken_by": taker.id}
    step = update(StandInRequest).where(StandInRequest.id == request.id).values(taken)
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(step)
    assert violated(refused.value) in (
        "stand_in_request_asks_another",
        "stand_in_request_is_taken_by_the_invited",
    )

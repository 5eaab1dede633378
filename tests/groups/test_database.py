"""What the database itself refuses of companions and reservations, and every step it allows."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.factories.groups import make_companion, make_reservation
from tests.groups.conftest import HOUR, NOW, START
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.groups.models import Companion, Reservation
from volunteer_hub.groups.rules.reservations import MOVES


def refused_by(act) -> str:
    with pytest.raises(IntegrityError) as refused, attempt():
        act()
    return violated(refused.value)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"relation": "stranger"}, "ck_companion_relation_is_known"),
        ({"consent_by": "nobody"}, "ck_companion_consent_is_known"),
        ({"consent_by": "guardian"}, "ck_companion_guardian_has_agreed"),
        ({"consent_text": ""}, "ck_companion_says_what_was_agreed"),
        ({"ended_at": NOW}, "companion_begins_live"),
    ],
)
def test_how_no_relation_begins(mother, facts, name):
    assert refused_by(lambda: make_companion(mother, **facts)) == name


def test_nobody_signs_up_themselves_or_one_person_twice(mother, world):
    assert refused_by(lambda: make_companion(mother, mother)) == "ck_companion_helps_another"
    with transaction():
        one = make_companion(mother)
    again = refused_by(lambda: make_companion(mother, one.person))
    assert again == "uq_companion_live"
    by_itself = {"recorded_by": one.person_id}
    other = refused_by(lambda: make_companion(world.other_volunteer, one.person, **by_itself))
    assert other == "ck_companion_helps_another"
    with transaction():
        make_companion(world.other_volunteer, one.person)


@pytest.mark.parametrize("change", ["helper_id", "person_id", "relation", "consent_by"])
def test_who_signs_up_whom_is_never_rewritten(world, mother, change):
    with transaction():
        one = make_companion(mother)
    other = world.other_volunteer.id
    new = {"helper_id": other, "person_id": other, "relation": "spouse", "consent_by": "written"}
    step = update(Companion).where(Companion.id == one.id).values({change: new[change]})
    assert refused_by(lambda: db.session.execute(step)) == "companion_keeps_its_record"


def test_a_relation_ends_in_whole_and_once(mother):
    with transaction():
        one = make_companion(mother)
    of_one = update(Companion).where(Companion.id == one.id)
    half = of_one.values(ended_at=NOW)
    assert refused_by(lambda: db.session.execute(half)) == "ck_companion_ended_in_whole"
    with transaction():
        db.session.execute(of_one.values(ended_at=NOW, ended_by=mother.id))
    for again in ({"ended_at": None, "ended_by": None}, {"consent_text": "别的"}):
        step = of_one.values(again)
        assert refused_by(lambda step=step: db.session.execute(step)) == "companion_ends_once"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"state": "ended", "ended_at": NOW}, "reservation_begins_open"),
        ({"taken": 1}, "reservation_begins_open"),
        ({"until": START + HOUR}, "reservation_ends_by_the_start"),
        ({"ended_at": NOW}, "ck_reservation_open_until_it_ends"),
        ({"name_zh": ""}, "ck_reservation_is_named_shortly"),
        ({"name_zh": "长" * 61}, "ck_reservation_is_named_shortly"),
    ],
)
def test_how_no_reservation_begins(shift, world, facts, name):
    made = refused_by(lambda: make_reservation(shift, world.partner_contact, **facts))
    assert made == name


def test_none_without_places_or_with_another_s_link(shift, world):
    with pytest.raises(IntegrityError) as refused, attempt():
        make_reservation(shift, world.partner_contact, places=0)
    assert violated(refused.value) == "ck_reservation_taken_fit"
    with transaction():
        make_reservation(shift, world.partner_contact, token="same")
    again = refused_by(lambda: make_reservation(shift, world.partner_contact, token="same"))
    assert again == "uq_reservation_token_digest"


@pytest.mark.parametrize("was", MOVES)
@pytest.mark.parametrize("to", MOVES)
def test_every_step(shift, world, was, to):
    ended = {
        "open": {"state": "open", "ended_at": None},
        "ended": {"state": "ended", "ended_at": NOW},
    }
    with transaction():
        one = make_reservation(shift, world.partner_contact)
        of_one = update(Reservation).where(Reservation.id == one.id)
        if was == "ended":
            db.session.execute(of_one.values(ended[was]))
    step = of_one.values(ended[to])
    if to in MOVES[was] or was == to == "open":
        db.session.execute(step)
        assert db.session.get_one(Reservation, one.id, populate_existing=True).state == to
        return
    assert refused_by(lambda: db.session.execute(step)) == "reservation_ends_once"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"taken": 3}, "ck_reservation_taken_fit"),
        ({"taken": 0}, "reservation_is_only_taken"),
        ({"places": 9}, "reservation_keeps_its_word"),
        ({"until": NOW}, "reservation_keeps_its_word"),
        ({"token_digest": "other"}, "reservation_keeps_its_word"),
        ({"state": "asleep", "ended_at": NOW}, "ck_reservation_state_is_known"),
        ({"state": "ended"}, "ck_reservation_open_until_it_ends"),
    ],
)
def test_what_no_reservation_becomes(shift, world, change, name):
    with transaction():
        one = make_reservation(shift, world.partner_contact)
        of_one = update(Reservation).where(Reservation.id == one.id)
        db.session.execute(of_one.values(taken=1))
    assert refused_by(lambda: db.session.execute(of_one.values(change))) == name

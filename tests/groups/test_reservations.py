"""Places kept for a group: kept, taken, given back; the shift's counter is always what is left."""

import pytest
from sqlalchemy import func, select

from tests.factories.groups import make_companion, make_reservation
from tests.factories.people import make_person
from tests.factories.shifts import make_signup
from tests.groups.conftest import DAY, HOUR, NOW, START
from tests.people.outbox import letters
from tests.signups.invariants import faults
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.groups.actions import reservations as actions
from volunteer_hub.groups.actions.together import Helper
from volunteer_hub.groups.models import Reservation
from volunteer_hub.groups.rules import reservations as rules
from volunteer_hub.groups.rules.together import SomebodyCannot
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.shifts.rules import NotSoManyFree
from volunteer_hub.signups.actions.changing import cancel_shift
from volunteer_hub.signups.actions.joining import join, leave
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.joining import ShiftIsNotOpen, ShiftIsOver

UNTIL, LINK = START - DAY, "link"


@pytest.fixture
def contact(world):
    return world.partner_contact


@pytest.fixture
def kept(shift, contact):
    """Two of the five places, opened by its link."""
    with transaction():
        return make_reservation(db.session.get_one(Shift, shift.id), contact, token=LINK)


def reserve(world, shift, *, places=2, until=UNTIL, now=NOW, **more):
    group = {"name_zh": "银行", "name_en": " ", "contact": world.partner_contact} | more
    facts = {"shift_id": shift.id, "places": places, "until": until, "now": now}
    with transaction():
        return actions.reserve(**facts, group=actions.Group(**group), by=world.coordinator.id)


def take(*people, token=LINK, role_id=None, now=NOW):
    helper = Helper(get_person(people[0].id))
    ids = [person.id for person in people]
    with transaction():
        return actions.take(token=token, helper=helper, people=ids, role_id=role_id, now=now)


def end(reservation, *, now=NOW):
    with transaction():
        return actions.end(reservation_id=reservation.id, by=1, now=now)


def release(reservation, *, now):
    with transaction():
        return actions.release(reservation_id=reservation.id, now=now)


def counters(shift):
    """Read what the shift keeps and what its open reservations have left: always the same."""
    now = db.session.get_one(Shift, shift.id, populate_existing=True)
    left = func.coalesce(func.sum(Reservation.places - Reservation.taken), 0)
    of_shift = Reservation.shift_id == shift.id, Reservation.state == "open"
    assert now.reserved == db.session.execute(select(left).where(*of_shift)).scalar_one()
    assert faults(letters=False) == []
    return now.confirmed, now.reserved


def test_kept_taken_and_given_back(world, shift, contact):
    kept = reserve(world, shift)
    assert (kept.name_zh, kept.name_en, kept.state, kept.left) == ("银行", None, "open", 2)
    assert counters(shift) == (0, 2)
    (mail,) = [one for one in letters("places-kept") if one.channel == "email"]
    assert mail.recipient_id == contact.id
    token = mail.body_text.partition("/groups/reservations/")[2].split()[0]
    assert token not in kept.token_digest
    take(world.volunteer, token=token)
    assert counters(shift) == (1, 1)
    end(kept)
    assert counters(shift) == (1, 0)
    with pytest.raises(rules.ReservationHasEnded):
        take(world.other_volunteer, token=token)
    with pytest.raises(rules.ReservationHasEnded):
        end(kept)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"places": 6}, NotSoManyFree),
        ({"places": 0}, BrokenInput),
        ({"name_zh": " "}, BrokenInput),
        ({"contact": None}, BrokenInput),
        ({"until": NOW}, BrokenInput),
        ({"until": START + HOUR}, BrokenInput),
        ({"now": START}, ShiftIsOver),
    ],
)
def test_what_is_not_kept(world, shift, change, refusal):
    with pytest.raises(refusal):
        reserve(world, shift, **change)
    assert counters(shift) == (0, 0)
    assert letters("places-kept") == []


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_nothing_is_kept_on_a_shift_that_is_not_open(world, shift, state):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        held.state, held.reason = state, "大风"
    with pytest.raises(ShiftIsNotOpen):
        reserve(world, shift)


def test_with_companions_and_no_more_than_are_left(shift, mother, world, kept):
    with transaction():
        two = [make_companion(mother, name=name).person for name in ("刘奶奶", "赵爷爷")]
    with pytest.raises(rules.NotSoManyKept) as refused:
        take(mother, *two)
    assert refused.value.facts == {"left": 2, "persons": 3}
    assert counters(shift) == (0, 2)
    take(mother, two[0])
    assert counters(shift) == (2, 0)
    with pytest.raises(rules.NotSoManyKept):
        take(world.other_volunteer)


def test_kept_places_are_nobody_else_s_but_the_group_s_window_is_the_deadline(shift, world, kept):
    with transaction():
        db.session.get_one(Shift, shift.id).closes_at = NOW - HOUR
        for _ in range(3):
            make_signup(db.session.get_one(Shift, shift.id), make_person())
    with pytest.raises(rules.ReservationHasEnded):
        take(world.volunteer, now=UNTIL)
    assert take(world.volunteer, now=UNTIL - HOUR)[0].signup.state == "confirmed"
    assert counters(shift) == (4, 1)


def test_the_rules_of_the_shift_hold_for_the_group(shift, world, kept):
    with transaction():
        db.session.get_one(Shift, shift.id).minimum_age = 60
    with pytest.raises(SomebodyCannot):
        take(world.volunteer)
    with pytest.raises(NotFound):
        take(world.volunteer, token="made up")
    with pytest.raises(NotFound):
        take(world.volunteer, world.other_volunteer)
    assert counters(shift) == (0, 2)


def test_a_task_without_a_free_place(shift, world, kept):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        full, free = [
            ShiftRole(shift_id=held.id, title_zh=name, capacity=n)
            for name, n in (("甲", 1), ("乙", 4))
        ]
        db.session.add_all([full, free])
        held.by_role = True
        db.session.flush()
        make_signup(held, make_person(), role_id=full.id)
        full.confirmed = 1
    with pytest.raises(rules.TaskIsFull):
        take(world.volunteer, role_id=full.id)
    assert counters(shift) == (1, 2)
    take(world.volunteer, role_id=free.id)
    assert counters(shift) == (2, 1)


def test_at_the_deadline_the_line_moves_and_the_contact_is_told_once(shift, world, kept, contact):
    take(world.volunteer)
    with transaction():
        for _ in range(3):
            make_signup(db.session.get_one(Shift, shift.id), make_person())
        waits = join(shift_id=shift.id, person=make_person(), now=NOW)
    assert waits.state == "waitlisted"
    assert release(kept, now=UNTIL - HOUR) is False
    assert counters(shift) == (4, 1)
    assert release(kept, now=UNTIL) is True
    assert counters(shift) == (4, 0)
    assert db.session.get_one(Signup, waits.id, populate_existing=True).state == "offered"
    assert release(kept, now=UNTIL + HOUR) is False
    (mail,) = [one for one in letters("places-released") if one.channel == "email"]
    assert mail.recipient_id == contact.id
    assert "2个名额中已报1个" in mail.body_text


def test_who_gives_a_kept_place_back_gives_it_to_everybody(shift, world, kept):
    (taken,) = take(world.volunteer)
    with transaction():
        for _ in range(3):
            make_signup(db.session.get_one(Shift, shift.id), make_person())
        waits = join(shift_id=shift.id, person=make_person(), now=NOW)
        leave(signup_id=taken.signup.id, now=NOW, by=None, by_staff=False)
    assert db.session.get_one(Signup, waits.id, populate_existing=True).state == "offered"
    assert counters(shift) == (3, 1)


def test_all_taken_leaves_nothing_to_tell(shift, world, kept):
    take(world.volunteer)
    take(world.other_volunteer)
    assert release(kept, now=UNTIL) is True
    assert letters("places-released") == []


def test_a_shift_that_is_called_off_ends_what_was_kept(shift, world, kept):
    with transaction():
        cancel_shift(shift_id=shift.id, reason="大风", now=NOW)
    with pytest.raises(ShiftIsNotOpen):
        take(world.volunteer)
    assert release(kept, now=NOW) is True
    (mail,) = [one for one in letters("places-released") if one.channel == "email"]
    assert "班次已取消" in mail.body_text
    assert counters(shift) == (0, 0)

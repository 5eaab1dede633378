"""Places by role, fewer places than people, and a place that changes hands."""

from datetime import timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.messages.models import Message
from volunteer_hub.shifts import rules as shift_rules
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.actions import changing, replacing
from volunteer_hub.signups.actions.roles import write_roles
from volunteer_hub.signups.rules import joining as rules
from volunteer_hub.signups.rules import line
from volunteer_hub.signups.rules import staying as who_stays

DAY = timedelta(days=1)


def words(title, capacity, **more):
    facts = {"id": None, "title_zh": title, "title_en": None, "minimum": 0, "need": None}
    return facts | {"capacity": capacity} | more


def divide(shift, now, *roles):
    with transaction():
        write_roles(shift_id=shift.id, roles=roles, now=now)
    db.session.expire_all()
    return list_roles(shift.id)


def people(number):
    with transaction():
        return [make_person(f"志愿者{n}") for n in range(number)]


@pytest.fixture
def shift(world):
    with transaction():
        return make_shift(world.community, capacity=9)


def test_places_are_given_by_role(world, shift, join, leave, now, sound):
    guide, cook = divide(shift, now, words("引导", 1), words("做饭", 2, minimum=1))
    assert (shift.by_role, shift.capacity, shift.minimum) == (True, 3, 1)
    a, b, c = people(3)
    with pytest.raises(rules.RoleIsNeeded):
        join(shift, a)
    with pytest.raises(NotFound):
        join(shift, a, role_id=cook.id + 99)
    held = join(shift, a, role_id=guide.id)
    waits = join(shift, b, role_id=guide.id, instant=False)
    assert (held.state, waits.state) == ("confirmed", "waitlisted")
    assert join(shift, c, role_id=cook.id).state == "confirmed"  # the other role has room
    assert sound()
    leave(held)
    db.session.expire_all()
    assert waits.state == "offered"
    assert sound()


def test_roles_that_people_hold_stay(world, shift, join, now):
    guide, cook = divide(shift, now, words("引导", 2), words("做饭", 1))
    join(shift, world.volunteer, role_id=guide.id)
    kept = words("做饭", 1, id=cook.id)
    with pytest.raises(shift_rules.RoleIsTaken):
        divide(shift, now, kept)
    (one, two) = divide(shift, now, words("引导", 1, id=guide.id), words("洗碗", 4))
    assert (one.capacity, two.title_zh, shift.capacity) == (1, "洗碗", 5)
    with pytest.raises(shift_rules.RolesComeTooLate):
        divide(shift, now)


def test_roles_come_before_people(world, shift, join, now):
    join(shift, world.volunteer)
    with pytest.raises(shift_rules.RolesComeTooLate):
        divide(shift, now, words("引导", 1))


@pytest.mark.parametrize(
    ("bad", "field"), [({"capacity": 0}, "roles-0-capacity"), ({"minimum": 3}, "roles-0-minimum")]
)
def test_roles_must_make_sense(shift, now, bad, field):
    with pytest.raises(BrokenInput) as refused:
        divide(shift, now, words("引导", 2) | bad)
    assert [name for name, _said in refused.value.errors] == [field]


def test_more_places_in_a_role_let_its_line_move(world, shift, join, now, sound):
    (guide,) = divide(shift, now, words("引导", 1))
    a, b = people(2)
    join(shift, a, role_id=guide.id)
    waits = join(shift, b, role_id=guide.id)
    divide(shift, now, words("引导", 2, id=guide.id))
    assert waits.state == "confirmed"
    assert sound()


def cut(shift, now, places, **more):
    with transaction():
        changing.change_shift(shift_id=shift.id, now=now, capacity=places, minimum=0, **more)
    db.session.expire_all()


def test_fewer_places_than_people_ask_who_stays(world, join, now, sound):
    with transaction():
        shift = make_shift(world.community, capacity=3)
    made = [join(shift, person) for person in people(4)]
    with pytest.raises(who_stays.CapacityBelowConfirmed):
        cut(shift, now, 1)
    with pytest.raises(who_stays.NobodyIsChosen):
        cut(shift, now, 1, staying=[made[0].id, made[1].id])
    cut(shift, now, 1, staying=[made[1].id])
    assert [signup.state for signup in made] == ["waitlisted", "confirmed"] + ["waitlisted"] * 2
    in_line = sorted((s for s in made if s.rank is not None), key=lambda s: s.rank)
    assert [made.index(signup) for signup in in_line] == [0, 2, 3]  # before who waited already
    told = db.select(Message.recipient_id).filter_by(kind="shift-back-in-line", channel="email")
    assert set(db.session.scalars(told)) == {made[0].person_id, made[2].person_id}
    assert sound()


def test_who_loses_a_place_later_stands_first_in_line_again(world, join, now, sound):
    with transaction():
        shift = make_shift(world.community, capacity=3)
    made = [join(shift, person) for person in people(4)]
    cut(shift, now, 2, staying=[made[1].id, made[2].id])
    cut(shift, now, 1, staying=[made[2].id])
    in_line = sorted((s for s in made if s.rank is not None), key=lambda s: s.rank)
    assert [made.index(signup) for signup in in_line] == [1, 0, 3]
    assert sound()


def test_offers_are_taken_back_before_anybody_loses_a_place(world, join, leave, now, sound):
    with transaction():
        shift = make_shift(world.community, capacity=2)
    a, b, c = people(3)
    first, _second, third = [join(shift, person, instant=False) for person in (a, b, c)]
    leave(first)
    cut(shift, now, 1)
    assert (third.state, shift.confirmed, shift.offered) == ("waitlisted", 1, 0)
    assert sound()


def test_somebody_takes_a_place_over(world, shift, join, now, sound):
    held = join(shift, world.volunteer)
    with transaction():
        taken = replacing.take_over(signup_id=held.id, person=world.other_volunteer, now=now)
    db.session.expire_all()
    assert (held.state, taken.state, shift.confirmed) == ("replaced", "confirmed", 1)
    kinds = db.select(Message.kind).filter_by(channel="email", recipient_id=world.volunteer.id)
    assert "shift-replaced" in set(db.session.scalars(kinds))
    with pytest.raises(line.SignupIsOver), transaction():
        replacing.take_over(signup_id=held.id, person=world.coordinator, now=now)
    with pytest.raises(rules.AlreadySignedUp), transaction():
        replacing.take_over(signup_id=taken.id, person=world.other_volunteer, now=now)
    assert sound()


def test_who_serves_elsewhere_takes_nothing_over(world, shift, join, now, sound):
    held = join(shift, world.volunteer)
    with transaction():
        other = make_shift(world.community, starts_at=shift.starts_at, ends_at=shift.ends_at)
    join(other, world.other_volunteer)
    with pytest.raises(rules.ShiftsOverlap), transaction():
        replacing.take_over(signup_id=held.id, person=world.other_volunteer, now=now)
    db.session.expire_all()
    assert held.state == "confirmed"
    assert sound()


def test_other_changes_are_announced_once_if_staff_say_so(world, shift, join, now):
    join(shift, world.volunteer)
    for announce in (False, True):
        with transaction():
            changing.change_shift(
                shift_id=shift.id, now=now, announce=announce, tasks_zh=f"新任务{announce}"
            )
    letters = db.select(Message).filter_by(kind="shift-changed", channel="email")
    (letter,) = db.session.scalars(letters)
    assert "新任务True" in letter.body_text

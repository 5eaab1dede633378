"""A role gets fewer places than people hold it: the same choice as for a whole shift."""

from datetime import timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.queries.roles import list_roles
from volunteer_hub.signups.actions.joining import Ask
from volunteer_hub.signups.actions.roles import write_roles
from volunteer_hub.signups.rules import staying as who_stays

MINUTE = timedelta(minutes=1)


def words(title, capacity, **more):
    facts = {"id": None, "title_zh": title, "title_en": None, "minimum": 0, "need": None}
    return facts | {"capacity": capacity} | more


@pytest.fixture
def divided(world, join, now):
    """Guides, two places and one who waits; cooks, two places and one free."""
    with transaction():
        shift = make_shift(world.community, capacity=9)
        people = [make_person(f"志愿者{n}") for n in range(4)]
        write_roles(shift_id=shift.id, roles=[words("引导", 2), words("做饭", 2)], now=now)
    guide, cook = list_roles(shift.id)
    made = [join(shift, one, role_id=guide.id) for one in people[:3]]
    made.append(join(shift, people[3], role_id=cook.id))
    return shift, guide, cook, made


def cut(shift, now, *roles, **chosen):
    with transaction():
        write_roles(shift_id=shift.id, roles=roles, now=now, **chosen)


def states(made):
    db.session.expire_all()
    return [signup.state for signup in made]


def test_nobody_loses_a_place_unasked(divided, now, sound):
    shift, guide, cook, made = divided
    fewer = words("引导", 1, id=guide.id), words("做饭", 2, id=cook.id)
    with pytest.raises(who_stays.CapacityBelowConfirmed):
        cut(shift, now, *fewer)
    for wrong in ([], [made[0].id, made[1].id], [made[3].id]):
        with pytest.raises(who_stays.NobodyIsChosen):
            cut(shift, now, *fewer, staying=wrong)
    assert states(made) == ["confirmed", "confirmed", "waitlisted", "confirmed"]
    assert sound()


def test_who_does_not_stay_stands_before_who_waited(divided, now, sound):
    shift, guide, cook, made = divided
    fewer = words("引导", 1, id=guide.id), words("做饭", 2, id=cook.id)
    cut(shift, now, *fewer, staying=[made[1].id], among=[made[0].id, made[1].id])
    assert states(made) == ["waitlisted", "confirmed", "waitlisted", "confirmed"]
    assert made[0].rank < made[2].rank
    assert (shift.capacity, shift.confirmed, shift.waiting) == (3, 2, 2)
    told = db.select(Message.recipient_id).filter_by(kind="shift-back-in-line", channel="email")
    assert list(db.session.scalars(told)) == [made[0].person_id]
    assert sound()


@pytest.mark.parametrize("seen", [[0], [0, 1, 3], []])
def test_staff_must_have_seen_who_holds_the_role(divided, now, seen):
    shift, guide, cook, made = divided
    fewer = words("引导", 1, id=guide.id), words("做饭", 2, id=cook.id)
    chosen = {"staying": [made[0].id], "among": [made[n].id for n in seen]}
    with pytest.raises(who_stays.PeopleHaveChanged):
        cut(shift, now, *fewer, **chosen)


def test_an_offer_is_taken_back_before_anybody_is_asked(divided, leave, now, sound):
    shift, guide, cook, made = divided
    with transaction():
        made[2].instant = False
    leave(made[0])
    assert states(made)[2] == "offered"
    cut(shift, now, words("引导", 1, id=guide.id), words("做饭", 2, id=cook.id))
    assert states(made)[1:] == ["confirmed", "waitlisted", "confirmed"]
    assert sound()


def test_places_kept_for_groups_stay_kept(divided, now):
    shift, guide, cook, _made = divided
    with transaction():
        shift.reserved = 1
    with pytest.raises(rules.PlacesAreKept):
        cut(shift, now, words("引导", 2, id=guide.id), words("做饭", 1, id=cook.id))


def test_what_staff_overbooked_is_not_doubled_by_writing_the_roles_again(divided, join, now, sound):
    """One place more in a role is one place of the shift, not two."""
    shift, guide, cook, made = divided
    with transaction():
        guest = make_person("外援")
        more = [make_person("帮手")]
    join(shift, more[0], role_id=cook.id)
    join(shift, guest, ask=Ask(role_id=cook.id, beyond=True), made_by=guest.id)
    db.session.expire_all()
    assert (cook.capacity, shift.capacity, shift.capacity_extra) == (3, 4, 1)
    cut(shift, now, words("带路", 2, id=guide.id), words("做饭", 3, id=cook.id))
    db.session.expire_all()
    assert (shift.capacity, shift.capacity_extra, shift.free) == (5, 0, 0)
    assert states(made)[2] == "waitlisted"
    assert sound()


def test_who_gets_the_place_back_is_reminded_again_and_told_again_when_it_is_lost(
    divided, now, sound
):
    shift, guide, cook, made = divided
    wide = words("引导", 3, id=guide.id), words("做饭", 2, id=cook.id)
    narrow = words("引导", 1, id=guide.id), words("做饭", 2, id=cook.id)
    for turn in range(1, 4):
        later = now + turn * MINUTE
        cut(shift, later, *narrow, staying=[made[1].id])
        assert states(made)[0] == "waitlisted"
        assert sound()
        told = db.select(Message.id).filter_by(kind="shift-back-in-line", channel="email")
        told = told.filter_by(recipient_id=made[0].person_id)
        assert len(db.session.scalars(told).all()) == turn
        cut(shift, later + MINUTE / 2, *wide)
        assert states(made)[0] == "confirmed"
        assert sound()  # with its reminders

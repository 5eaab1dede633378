"""Several people on one shift: all of them or nobody, or each as it comes."""

import pytest
from sqlalchemy import select

from tests.factories.groups import make_companion
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.groups.conftest import DAY, HOUR, NOW, START
from tests.people.outbox import letters
from tests.signups.invariants import faults
from volunteer_hub.credentials.actions import revoke_credential
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.groups.actions.candidates import list_candidates
from volunteer_hub.groups.actions.companions import end
from volunteer_hub.groups.actions.together import Helper, join_together
from volunteer_hub.groups.queries.companions import page_live
from volunteer_hub.groups.rules import together as rules
from volunteer_hub.shifts.models import Shift, ShiftRole
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.joining import RoleIsNeeded, ShiftIsNotOpen, SignupOpensLater


@pytest.fixture
def family(mother):
    """The mother with a child of ten and a grown-up neighbour; their ids."""
    with transaction():
        child = make_companion(mother, name="林小宝", relation="child")
        neighbour = make_companion(mother, name="刘奶奶")
    return [mother.id, child.person_id, neighbour.person_id]


def join(shift, helper, people, *, whole=True, role_id=None, now=NOW):
    facts = {"shift_id": shift.id, "helper": helper, "people": people, "role_id": role_id}
    with transaction():
        return join_together(**facts, whole=whole, now=now)


def promises():
    found = select(Signup.person_id, Signup.state).where(Signup.ended_at.is_(None))
    return dict(db.session.execute(found).all())


def fill(shift, *, free):
    with transaction():
        for _ in range(shift.free - free):
            make_signup(shift, make_person())


def test_the_whole_family_is_on_the_shift(shift, helper, mother, family):
    done = join(shift, helper, family)
    assert [one.person.id for one in done] == family
    assert promises() == dict.fromkeys(family, "confirmed")
    by = dict(db.session.execute(select(Signup.person_id, Signup.made_by)).all())
    assert by == {mother.id: None, family[1]: mother.id, family[2]: mother.id}
    told = [one for one in letters("shift-joined") if one.channel == "email"]
    assert {one.recipient_id for one in told} == set(family)
    assert {one.address for one in told} == {mother.email}
    assert {name for one in told for name in ("林小宝", "刘奶奶") if name in one.body_text} == {
        "林小宝",
        "刘奶奶",
    }
    added = select(AuditEntry.actor_id).where(AuditEntry.verb == "added")
    assert db.session.scalars(added).all() == [mother.id, mother.id]
    assert faults(letters=False) == []


def test_companions_without_the_helper(shift, helper, family):
    join(shift, helper, family[1:])
    assert promises() == dict.fromkeys(family[1:], "confirmed")


def test_together_means_nobody_without_the_others(shift, helper, family):
    fill(shift, free=2)
    before = promises()
    with pytest.raises(rules.NotEnoughPlaces) as refused:
        join(shift, helper, family)
    assert refused.value.facts == {"free": 2, "persons": 3}
    assert promises() == before
    assert letters("shift-") == []


def test_each_as_it_comes(shift, helper, family):
    fill(shift, free=2)
    done = join(shift, helper, family, whole=False)
    assert [one.signup.state for one in done] == ["confirmed", "confirmed", "waitlisted"]
    assert done[2].signup.instant
    assert faults(letters=False) == []


def test_who_stands_in_line_goes_before_a_family(world, shift, helper, family):
    """Two are free on paper, but one who can come by now waits for the first of them."""
    fill(shift, free=3)
    with transaction():
        make_signup(shift, world.other_volunteer, state="waitlisted")
    with pytest.raises(rules.NotEnoughPlaces) as refused:
        join(shift, helper, family)
    assert refused.value.facts == {"free": 2, "persons": 3}
    assert letters("shift-") == []


@pytest.mark.parametrize("why", ["busy", "already", "no consent", "too young", "dangerous"])
def test_one_who_cannot_come(world, shift, helper, mother, family, why):
    with transaction():
        child = make_companion(mother, name="林小贝", relation="child")
        held = db.session.get_one(Shift, shift.id)
        if why == "busy":
            times = {"starts_at": START, "ends_at": START + HOUR}
            make_signup(make_shift(world.neighbour, **times), child.person)
        elif why == "already":
            make_signup(held, child.person)
        elif why == "no consent":
            by = {"by": mother.id, "now": NOW, "reason": "不了"}
            revoke_credential(credential_id=child.credential_id, **by)
        elif why == "too young":
            held.minimum_age = 16
        else:
            held.is_dangerous, held.needs_insurance, held.need = True, True, "first-aid"
    before = promises()
    people = [mother.id, child.person_id]
    if why == "dangerous":
        people = [child.person_id]
    with pytest.raises(rules.SomebodyCannot) as refused:
        join(shift, helper, people)
    assert refused.value.facts["name"] == "林小贝"
    assert promises() == before
    done = join(shift, helper, people, whole=False)
    assert done[-1].signup is None
    assert done[-1].why == refused.value.facts["why"] != ""
    if why != "dangerous":
        assert done[0].signup.state == "confirmed"


@pytest.mark.parametrize("who", ["a stranger", "another's", "ended", "a resident", "nobody"])
def test_only_those_whom_one_signs_up(world, shift, helper, mother, who):
    with transaction():
        theirs = make_companion(world.other_volunteer)
        ended = make_companion(mother, name="从前")
        resident = make_companion(mother, relation="resident")
        end(
            **{"companion_id": ended.id, "helper": mother, "paths": (), "giving_back": False},
            withdrawn=None,
            now=NOW,
        )
    whom = {
        "a stranger": [world.other_volunteer.id],
        "another's": [mother.id, theirs.person_id],
        "ended": [ended.person_id],
        "a resident": [resident.person_id],
        "nobody": [999_999],
    }
    for whole in (True, False):
        with pytest.raises(NotFound):
            join(shift, helper, whom[who], whole=whole)
    assert promises() == {}


def test_a_group_of_nobody(shift, helper):
    with pytest.raises(BrokenInput):
        join(shift, helper, [])


@pytest.mark.parametrize(
    ("relation", "proxy", "may"),
    [("neighbour", False, False), ("neighbour", True, False), ("resident", True, True)],
)
def test_the_window_holds_but_for_staff_of_the_place(world, shift, relation, proxy, may):
    with transaction():
        db.session.get_one(Shift, shift.id).opens_at = NOW + DAY
        home = {"facts": {"home_place_id": world.community.id}}
        one = make_companion(world.grid_worker, relation=relation, **home)
    staff = Helper(world.grid_worker, [world.community.path], proxy)
    (shown,) = list_candidates(
        shift=shift,
        helper=staff,
        companions=page_live(staff.person.id, paths=staff.paths, search="", after=None).items,
        now=NOW,
    )[1:]
    assert (shown.why == "") is may
    if may:
        join(shift, staff, [one.person_id])
        assert promises() == {one.person_id: "confirmed"}
        return
    with pytest.raises(rules.SomebodyCannot) as refused:
        join(shift, staff, [one.person_id])
    assert isinstance(refused.value.__cause__, SignupOpensLater)


def test_in_a_role_that_has_places_for_all(shift, helper, family):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        roles = [
            ShiftRole(shift_id=held.id, title_zh=name, capacity=n)
            for name, n in (("甲", 3), ("乙", 2))
        ]
        db.session.add_all(roles)
        held.by_role = True
    with pytest.raises(RoleIsNeeded):
        join(shift, helper, family)
    with pytest.raises(NotFound):
        join(shift, helper, family, role_id=999_999)
    with pytest.raises(rules.NotEnoughPlaces) as refused:
        join(shift, helper, family, role_id=roles[1].id)
    assert refused.value.facts == {"free": 2, "persons": 3}
    join(shift, helper, family, role_id=roles[0].id)
    assert promises() == dict.fromkeys(family, "confirmed")
    assert faults(letters=False) == []


def test_places_that_are_drawn_later(shift, helper, family):
    with transaction():
        db.session.get_one(Shift, shift.id).fair_until = NOW + DAY
    with pytest.raises(rules.PlacesAreDrawn):
        join(shift, helper, family)
    done = join(shift, helper, family, whole=False)
    assert {one.signup.state for one in done} == {"waitlisted"}


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_shift_that_is_not_open(shift, helper, family, state):
    with transaction():
        held = db.session.get_one(Shift, shift.id)
        held.state, held.reason = state, "大风"
    with pytest.raises(ShiftIsNotOpen):
        join(shift, helper, family)


def test_the_list_says_why_not_in_few_questions(world, shift, helper, mother, queries):
    with transaction():
        for n in range(20):
            make_companion(mother, name=f"人{n}", relation="child" if n % 2 else "neighbour")
        db.session.get_one(Shift, shift.id).minimum_age = 16
        make_signup(shift, mother)
    page = page_live(mother.id, paths=(), search="", after=None)
    queries.clear()
    found = list_candidates(shift=shift, helper=helper, companions=page.items, now=NOW)
    assert len(queries) == 2
    assert len(found) == 21
    assert (found[0].state, bool(found[0].why)) == ("confirmed", True)
    assert [bool(one.why) for one in found[1:]] == [False, True] * 10

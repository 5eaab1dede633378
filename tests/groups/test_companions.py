"""Add, agree again, end: who signs up whom, with the consent on record."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories.groups import make_companion, make_reached
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.groups.conftest import (
    DAY,
    GROWN_UP,
    GUARDIAN,
    HOUR,
    NOW,
    OWN_WORD,
    START,
    TEN_YEARS_OLD,
    TODAY,
)
from volunteer_hub.credentials.models import Credential
from volunteer_hub.credentials.queries import held_by
from volunteer_hub.credentials.rules import GuardianIsUnderAge
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.groups.actions import companions as actions
from volunteer_hub.groups.models import Companion
from volunteer_hub.groups.queries import companions as queries
from volunteer_hub.groups.rules.companions import (
    CompanionAlready,
    NoConsentToRenew,
    TooManyCompanions,
)
from volunteer_hub.people.actions.accounts import leave as close_account
from volunteer_hub.people.models import Consent, Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.people.rules.accounts import BirthDateCannotBe, GoBetweenCannotHelp
from volunteer_hub.signups.models import Signup

MAY_RESIDENTS = ["/baiyin/ganjiaxiang/"]


def add(helper, *, now=NOW, **facts):
    known = {"name": "林小宝", "birth_date": TEN_YEARS_OLD, "relation": "child"}
    person = get_person(helper.id)  # with the home place
    with transaction():
        return actions.add_own(helper=person, now=now, **(known | {"agreed": GUARDIAN} | facts))


def add_resident(world, *, helper=None, **facts):
    helper = helper or world.grid_worker
    known = {"name": "刘奶奶", "birth_date": GROWN_UP, "home_place": world.community}
    known |= {"through": helper, "agreed": OWN_WORD}
    with transaction():
        return actions.add_resident(helper=helper, now=NOW, **(known | facts))


def end(companion, helper, *, giving_back=False, withdrawn=None, paths=()):
    with transaction():
        return actions.end(
            companion_id=companion.id,
            helper=helper,
            paths=paths,
            giving_back=giving_back,
            withdrawn=withdrawn,
            now=NOW,
        )


def count(model):
    return db.session.execute(select(func.count(model.id))).scalar_one()


def test_a_child_with_the_guardian_s_consent_on_record(mother):
    one = add(mother, name=" 林小宝 ")
    boy = one.person
    assert (boy.name, boy.phone, boy.reached_through_id) == ("林小宝", None, mother.id)
    assert boy.home_place_id == mother.home_place_id
    assert (one.consent_by, one.consent_text, one.consented_at) == ("guardian", GUARDIAN.text, NOW)
    assert (one.recorded_by, one.ended_at) == (mother.id, None)
    paper = one.credential
    assert (paper.kind, paper.guardian_id, paper.recorded_by) == (
        "guardian_consent",
        mother.id,
        mother.id,
    )
    assert (paper.valid_from, paper.valid_until) == (TODAY, date(2027, 12, 6))
    assert held_by(boy.id).consented(TODAY)
    told = db.session.scalars(select(Consent).where(Consent.person_id == boy.id)).one()
    assert (told.purpose, told.language) == ("privacy-notice", "zh")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "added-companion")).one()
    assert (entry.actor_id, entry.place_path) == (mother.id, mother.home_place.path)
    assert entry.facts == {"person": boy.id, "relation": "child", "consent": "guardian"}


def test_a_grown_up_s_own_word(mother):
    one = add(mother, relation="parent", birth_date=GROWN_UP, agreed=OWN_WORD)
    assert (one.consent_by, one.credential_id) == ("own_word", None)
    assert count(Credential) == 0


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"relation": "resident"}, BrokenInput),
        ({"agreed": OWN_WORD}, BrokenInput),
        ({"birth_date": GROWN_UP}, BrokenInput),
        ({"birth_date": TODAY + DAY}, BirthDateCannotBe),
    ],
)
def test_who_is_not_added(mother, facts, refusal):
    before = count(Person)
    with pytest.raises(refusal):
        add(mother, **facts)
    assert (count(Person), count(Companion)) == (before, 0)


def test_a_guardian_is_of_age_and_can_be_reached(mother):
    with transaction():
        mother.birth_date = date(2010, 1, 1)
    with pytest.raises(GuardianIsUnderAge):
        add(mother)
    with transaction():
        mother.birth_date = None  # seen on no paper: nobody says otherwise
        grandmother = make_reached(mother, "外婆")
    assert add(mother).credential.guardian_id == mother.id
    with pytest.raises(GoBetweenCannotHelp):
        add(grandmother)


def test_nobody_is_opened_twice(mother):
    boy = add(mother).person
    with pytest.raises(CompanionAlready):
        add(mother)
    before = count(Person)
    first = queries.find_live(mother.id, person_id=boy.id)
    end(first, mother)
    again = add(mother)
    assert (again.person_id, count(Person)) == (boy.id, before)
    assert again.id != first.id


def test_whoever_has_an_own_address_is_not_found_again_and_signs_up_alone(mother):
    one = add(mother)
    assert queries.relations_of(mother.id, person_ids=[one.person_id], paths=()) == {
        one.person_id: "child"
    }
    with transaction():
        one.person.phone = "+8613800138000"
    assert queries.relations_of(mother.id, person_ids=[one.person_id], paths=()) == {}
    assert add(mother).person_id != one.person_id


def test_a_family_has_an_end(mother):
    with transaction():
        for n in range(12):
            make_companion(mother, name=f"亲戚{n}")
    with pytest.raises(TooManyCompanions):
        add(mother)


def test_a_resident_reached_through_the_grid_worker_or_a_neighbour(world):
    one = add_resident(world)
    assert (one.relation, one.person.reached_through_id) == ("resident", world.grid_worker.id)
    assert one.person.home_place == world.community
    other = add_resident(world, name="赵爷爷", through=world.volunteer)
    assert other.person.reached_through_id == world.volunteer.id
    with pytest.raises(BrokenInput):
        add_resident(world, birth_date=TEN_YEARS_OLD)


def test_a_colleague_takes_a_resident_over(world):
    one = add_resident(world)
    same = add_resident(world, helper=world.coordinator)
    assert same.person_id == one.person_id
    assert same.person.reached_through_id == world.grid_worker.id
    elsewhere = add_resident(world, helper=world.coordinator, home_place=world.neighbour)
    assert elsewhere.person_id != one.person_id
    with transaction():
        close_account(person=world.grid_worker, now=NOW)
    third = add_resident(world, helper=world.second_coordinator)
    assert third.person_id == one.person_id
    assert third.person.reached_through_id == world.second_coordinator.id


def test_the_right_over_residents_ends_with_the_role(world):
    one = add_resident(world)
    worker = {"helper_id": world.grid_worker.id}
    assert queries.get_companion(one.id, **worker, paths=MAY_RESIDENTS) == one
    for paths in ((), ["/baiyin/xibeixincun/"]):
        with pytest.raises(NotFound):
            queries.get_companion(one.id, **worker, paths=paths)


def test_consent_is_renewed_for_another_year(mother):
    one = add(mother)
    later = NOW + 300 * DAY
    word = actions.Agreed("guardian", "我再次同意。", "zh")
    facts = {"companion_id": one.id, "helper": mother, "paths": (), "agreed": word}
    with transaction():
        actions.renew(**facts, now=later)
    assert (one.consent_text, one.consented_at) == ("我再次同意。", later)
    assert one.credential.valid_until == date(2028, 10, 1)
    grown = add(mother, name="林妈妈", relation="parent", birth_date=GROWN_UP, agreed=OWN_WORD)
    with pytest.raises(NoConsentToRenew), transaction():
        actions.renew(**(facts | {"companion_id": grown.id}), now=later)


@pytest.mark.parametrize(
    ("giving_back", "withdrawn", "given", "consented"),
    [
        (False, None, 0, True),
        (True, None, 2, True),
        (False, "监护人收回同意。", 2, False),
        (True, "监护人收回同意。", 2, False),
    ],
)
def test_what_ending_takes_along(world, shift, mother, giving_back, withdrawn, given, consented):
    one = add(mother)
    with transaction():
        times = {"starts_at": START + DAY, "ends_at": START + DAY + HOUR}
        make_signup(shift, one.person)
        make_signup(make_shift(world.community, **times), one.person, state="waitlisted")
    assert end(one, mother, giving_back=giving_back, withdrawn=withdrawn) == given
    assert (one.ended_at, one.ended_by) == (NOW, mother.id)
    live = select(Signup.id).where(Signup.ended_at.is_(None))
    assert len(db.session.scalars(live).all()) == 2 - given
    assert held_by(one.person_id).consented(TODAY) is consented


def test_who_ended_it_can_do_nothing_more(shift, mother):
    one = add(mother)
    with transaction():
        signup = make_signup(shift, one.person)
    end(one, mother)
    mine = {"companion_id": one.id, "helper": mother, "paths": (), "now": NOW}
    for act in (
        lambda: actions.leave_for(signup_id=signup.id, **mine),
        lambda: actions.renew(agreed=GUARDIAN, **mine),
        lambda: actions.end(giving_back=True, withdrawn=None, **mine),
    ):
        with pytest.raises(NotFound), transaction():
            act()
    assert db.session.get_one(Signup, signup.id).state == "confirmed"


def test_a_place_is_given_back_by_the_live_helper_only(world, shift, mother):
    one = add(mother)
    with transaction():
        signup, other = make_signup(shift, one.person), make_signup(shift, make_person())
    facts = {"companion_id": one.id, "paths": (), "now": NOW}
    for helper, signup_id in ((world.other_volunteer, signup.id), (mother, other.id)):
        with pytest.raises(NotFound), transaction():
            actions.leave_for(helper=helper, signup_id=signup_id, **facts)
    with transaction():
        actions.leave_for(helper=mother, signup_id=signup.id, **facts)
    assert db.session.get_one(Signup, signup.id).state == "cancelled_by_volunteer"


@pytest.mark.parametrize("who", ["helper", "companion"])
def test_a_closed_account_ends_every_relation(mother, who):
    one = add(mother)
    person = mother if who == "helper" else one.person
    with transaction():
        close_account(person=person, now=NOW)
    ended = db.session.get_one(Companion, one.id, populate_existing=True)
    assert ended.ended_by == person.id
    assert ended.ended_at is not None

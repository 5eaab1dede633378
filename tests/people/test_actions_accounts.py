"""Accounts from the first day to the last."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.people.outbox import letters
from volunteer_hub.foundation import bells, policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.actions.tokens import make_token
from volunteer_hub.people.models import ApiToken, Consent, Person, Preference
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.rules.accounts import BirthDateCannotBe, NameCannotBeUsed, PersonHasLeft
from volunteer_hub.people.rules.addresses import (
    Address,
    AddressIsNeeded,
    AddressIsTaken,
    PhoneHasWrongLength,
)

NOW = datetime(2026, 12, 5, 8, tzinfo=UTC)
NOTICE = {"purpose": "privacy-notice", "version": "2026-11", "language": "zh"}


def create(**facts):
    facts = {"name": "陈晓梅", "phone": "13800138000", "now": NOW} | facts
    with transaction():
        return accounts.create_person(**facts)


@pytest.fixture
def heard():
    """Collect what the room announces."""
    names, receivers = [], []
    for word in ("person_renamed", "person_left"):

        def note(_sender=None, *, person_id, word=word):
            names.append((word, person_id))

        signal = getattr(bells, word)
        receivers.append((signal, note))
        signal.connect(note)
    yield names
    for signal, note in receivers:
        signal.disconnect(note)


def test_an_account_is_tidy(world):
    person = create(name="  陈 晓梅 ", email="Mei@Example.com", home_place=world.community)
    assert (person.name, person.sort_key) == ("陈 晓梅", "chen xiao mei")
    assert (person.phone, person.email) == ("+8613800138000", "mei@example.com")
    assert person.home_place is world.community
    assert person.remind_by == ["email", "sms"]
    assert person.created_at == NOW


def test_numbers_count_up_within_the_local_year(app):
    first, second = create(), create(phone="13800138001")
    eve = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    third = create(phone="13800138002", now=eve)
    assert [p.volunteer_no for p in (first, second, third)] == [
        "BYL-2026-00001",
        "BYL-2026-00002",
        "BYL-2027-00001",
    ]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"phone": None}, AddressIsNeeded),
        ({"phone": "138"}, PhoneHasWrongLength),
        ({"name": " "}, NameCannotBeUsed),
        ({"birth_date": date(2026, 12, 6)}, BirthDateCannotBe),
    ],
)
def test_a_refused_account_is_not_opened(app, facts, refusal):
    with pytest.raises(refusal):
        create(**facts)
    assert db.session.query(Person).count() == 0


def test_an_address_belongs_to_one_account(app):
    create(email="mei@example.com")
    with pytest.raises(AddressIsTaken):
        create(phone="+86 138 0013 8000")
    with pytest.raises(AddressIsTaken):
        create(phone=None, email="MEI@example.com")
    assert db.session.query(Person).count() == 1


def test_many_accounts_at_once_and_again(app, queries):
    with transaction():
        ids = accounts.create_people(count=1000, prefix="load", now=NOW)
    assert len(queries) < 20
    assert len(set(ids)) == 1000
    with transaction():
        again = accounts.create_people(count=1001, prefix="load", now=NOW)
    assert again[:1000] == ids
    last = db.session.get_one(Person, again[-1])
    assert last.email == "load-01001@volunteer-hub.example"
    numbers = db.session.query(Person.volunteer_no).distinct().count()
    assert numbers == 1001


def test_a_changed_name_is_announced_and_sorted_anew(world, heard):
    with transaction():
        accounts.change_profile(person=world.volunteer, name="王芳", language="en", now=NOW)
    assert (world.volunteer.sort_key, world.volunteer.language) == ("wang fang", "en")
    assert heard == [("person_renamed", world.volunteer.id)]
    with transaction():
        accounts.change_profile(person=world.volunteer, name="王芳", remind_by=[], now=NOW)
    assert len(heard) == 1, "nothing new to announce"


def test_a_refused_change_changes_nothing(world):
    wrong = {"name": "王芳", "birth_date": date(2030, 1, 1)}
    with pytest.raises(BirthDateCannotBe), transaction():
        accounts.change_profile(person=world.volunteer, now=NOW, **wrong)
    assert world.volunteer.name == "陈晓梅"


def test_a_changed_address_is_told_to_the_old_one(world):
    old = world.volunteer.email
    new = Address("email", "new@example.com")
    with transaction():
        accounts.change_address(person=world.volunteer, address=new, now=NOW)
    assert world.volunteer.email == "new@example.com"
    (letter,) = letters("account-address-changed")
    assert letter.address == old
    assert "n***@example.com" in letter.body_text
    assert "new@example.com" not in letter.body_text


def test_a_first_address_is_told_to_nobody(world):
    with transaction():
        world.volunteer.email = None
        address = Address("email", "new@example.com")
        accounts.change_address(person=world.volunteer, address=address, now=NOW)
    assert letters() == []


def test_a_changed_number_is_told_by_text_message(world):
    old = world.volunteer.phone
    with transaction():
        new = Address("sms", "+8613800138000")
        accounts.change_address(person=world.volunteer, address=new, now=NOW)
    (letter,) = letters("account-address-changed")
    assert (letter.channel, letter.address) == ("sms", old)
    assert "138****8000" in letter.body_text


def test_anothers_address_is_refused(world):
    taken = Address("email", world.coordinator.email)
    with pytest.raises(AddressIsTaken), transaction():
        accounts.change_address(person=world.volunteer, address=taken, now=NOW)
    db.session.refresh(world.volunteer)
    assert world.volunteer.email != world.coordinator.email
    assert letters() == []


def test_leaving_keeps_the_record_and_nothing_else(world, heard):
    person, now = world.coordinator, utc_now()
    with transaction():
        accounts.set_password(person=person, password="correct horse")
        accounts.give_consent(person=person, now=now, **NOTICE)
        facts = {"name": "t", "scopes": ["read"], "expires_at": now + timedelta(days=1)}
        make_token(person=person, now=now, **facts)
        unwanted = {"kind": "shift", "channel": "sms", "wanted": False}
        db.session.add(Preference(person_id=person.id, **unwanted))
    number, epoch = person.volunteer_no, person.session_epoch
    with transaction():
        accounts.leave(person=person, now=now)
    db.session.refresh(person)
    gone = ("phone", "email", "birth_date", "password_hash", "calendar_token", "home_place_id")
    assert {name: getattr(person, name) for name in gone} == dict.fromkeys(gone)
    assert (person.volunteer_no, person.name, person.sort_key) == (number, number, number)
    assert (person.left_at, person.session_epoch) == (now, epoch + 1)
    assert callers.list_grants(person.id) == []
    assert [c.withdrawn_at for c in callers.list_own(Consent, person.id)] == [now]
    assert [t.revoked_at for t in callers.list_own(ApiToken, person.id)] == [now]
    assert callers.list_own(Preference, person.id) == []
    assert persons.holders(policy.COORDINATOR, world.community.path) == [world.second_coordinator]
    assert heard == [("person_renamed", person.id), ("person_left", person.id)]


def test_nobody_leaves_twice(world):
    with transaction():
        accounts.leave(person=world.volunteer, now=NOW)
    with pytest.raises(PersonHasLeft), transaction():
        accounts.leave(person=world.volunteer, now=NOW)


def test_whoever_left_may_come_back_as_somebody_new(world):
    phone = world.volunteer.phone
    with transaction():
        accounts.leave(person=world.volunteer, now=NOW)
    assert create(phone=phone).id != world.volunteer.id


def test_consent_is_known_by_purpose_and_version(world):
    person = world.volunteer
    assert not callers.has_consent(person.id, "privacy-notice", "2026-11")
    with transaction():
        accounts.give_consent(person=person, now=NOW, **NOTICE)
    assert callers.has_consent(person.id, "privacy-notice", "2026-11")
    assert not callers.has_consent(person.id, "privacy-notice", "2027-01")
    assert not callers.has_consent(person.id, "photographs", "2026-11")
    with transaction():
        callers.list_own(Consent, person.id)[0].withdrawn_at = NOW
    assert not callers.has_consent(person.id, "privacy-notice", "2026-11")

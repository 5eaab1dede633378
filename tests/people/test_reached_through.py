"""People without a phone, reached through somebody else: a child, an old neighbour."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.people import make_person
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.messages.models import Message
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.models import Person, Preference
from volunteer_hub.people.queries import persons, readers
from volunteer_hub.people.rules.accounts import (
    BirthDateCannotBe,
    GoBetweenCannotHelp,
    NameCannotBeUsed,
    ensure_can_pass_on,
)

NOW = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
NO_ADDRESS = {"phone": None, "email": None}


@pytest.fixture
def mother(world):
    with transaction():
        world.volunteer.language = "en"
    return world.volunteer


def add(world, through, **facts):
    known = {"name": "林小宝", "birth_date": date(2015, 5, 1), "home_place": world.community}
    facts = known | {"by": world.grid_worker.id, "now": NOW} | facts
    with transaction():
        return accounts.add_reached_person(through=through, **facts)


@pytest.mark.parametrize(
    ("has_address", "has_left", "may"),
    [(True, False, True), (False, False, False), (True, True, False), (False, True, False)],
)
def test_who_may_pass_on(has_address, has_left, may):
    if may:
        ensure_can_pass_on(has_address=has_address, has_left=has_left)
    else:
        with pytest.raises(GoBetweenCannotHelp):
            ensure_can_pass_on(has_address=has_address, has_left=has_left)


def test_an_account_without_an_address(world, mother):
    boy = add(world, mother, name=" 林小宝 ")
    assert (boy.name, boy.sort_key, boy.volunteer_no) == (
        "林小宝",
        "lin xiao bao",
        "BYL-2026-00001",
    )
    assert (boy.phone, boy.email, boy.reached_through_id) == (None, None, mother.id)
    assert (boy.home_place, boy.birth_date) == (world.community, date(2015, 5, 1))
    assert (boy.language, boy.created_at) == ("en", NOW)
    entry = db.session.query(AuditEntry).one()
    assert (entry.verb, entry.thing) == ("added-reached-person", f"person:{boy.id}")
    assert (entry.actor_id, entry.place_path) == (world.grid_worker.id, world.community.path)
    assert entry.facts == {"through": mother.id}
    assert add(world, mother, birth_date=None, home_place=None).home_place is None


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [({"name": " "}, NameCannotBeUsed), ({"birth_date": date(2026, 12, 6)}, BirthDateCannotBe)],
)
def test_the_same_rules_as_for_everybody(world, mother, facts, refusal):
    with pytest.raises(refusal):
        add(world, mother, **facts)


def test_a_go_between_needs_an_address_and_an_open_account(world, mother):
    boy = add(world, mother)
    before = db.session.query(Person).count()
    with pytest.raises(GoBetweenCannotHelp):
        add(world, boy)
    with transaction():
        accounts.leave(person=mother, now=NOW)
    with pytest.raises(GoBetweenCannotHelp):
        add(world, mother)
    assert db.session.query(Person).count() == before


@pytest.mark.parametrize("has_phone", [True, False])
def test_one_address_is_enough(world, has_phone):
    with transaction():
        lone = {"email": None} if has_phone else {"phone": None}
        through = make_person(**lone)
    assert add(world, through).reached_through_id == through.id


def test_the_database_wants_a_way_to_everybody(world, mother):
    with pytest.raises(IntegrityError) as refused, attempt():
        make_person(**NO_ADDRESS)
    assert violated(refused.value) == "ck_person_can_be_reached"
    with pytest.raises(IntegrityError) as refused, attempt():
        mother.reached_through_id = mother.id
    assert violated(refused.value) == "ck_person_reached_through_another"
    with pytest.raises(IntegrityError) as refused, attempt():
        make_person(**NO_ADDRESS, reached_through_id=0)
    assert violated(refused.value) == "fk_person_reached_through_id"


def test_the_reader_has_the_go_between_s_addresses_and_the_own_name(world, mother):
    boy = add(world, mother)
    with transaction():
        boy.language, boy.remind_by = "zh", []
        mother.remind_by = ["sms"]
    reader = readers.reader_of(boy, place_path="/baiyin/")
    assert (reader.recipient_id, reader.name) == (boy.id, "林小宝")
    assert (reader.email, reader.phone) == (mother.email, mother.phone)
    assert (reader.language, reader.channels) == ("en", {"sms"})
    assert reader.place_path == "/baiyin/"


def test_what_the_go_between_does_not_want_is_not_sent(world, mother):
    boy = add(world, mother)
    with transaction():
        unwanted = {"kind": "watch-news", "channel": "sms", "wanted": False}
        db.session.add(Preference(person_id=mother.id, **unwanted))
    assert readers.reader_of(boy, kind="watch-news").channels == {"email"}
    assert readers.reader_of(boy, kind="shift-joined").channels == {"email", "sms"}


def test_an_address_of_ones_own_is_used_first(world, mother):
    boy = add(world, mother)
    with transaction():
        boy.phone = "+8613800138000"
    reader = readers.reader_of(boy)
    assert (reader.phone, reader.email, boy.go_between_id) == ("+8613800138000", None, None)
    assert boy.reached_through_id == mother.id


def test_when_the_go_between_leaves_the_link_stays_and_letters_stop(world, mother):
    boy = add(world, mother)
    with transaction():
        accounts.leave(person=mother, now=NOW)
    assert boy.reached_through_id == mother.id
    reader = readers.reader_of(boy, kind="shift")
    assert (reader.name, reader.recipient_id) == ("林小宝", boy.id)
    assert (reader.email, reader.phone, reader.channels) == (None, None, frozenset())


def test_whoever_leaves_is_reached_through_nobody(world, mother):
    boy = add(world, mother)
    with transaction():
        accounts.leave(person=boy, now=NOW)
    assert boy.reached_through_id is None
    reader = readers.reader_of(boy)
    assert (reader.email, reader.phone, reader.channels) == (None, None, frozenset())


def test_many_are_read_with_two_statements(world, mother, queries):
    with transaction():
        through = [mother, *(make_person() for _ in range(5))]
    family = [add(world, through[n % 6], name=f"孩子{n}") for n in range(30)]
    everybody = [*family, mother, world.other_volunteer]
    ids = [person.id for person in everybody]
    db.session.expunge_all()
    read = persons.list_people(ids)
    queries.clear()
    known = readers.readers_of(read, kind="watch-news")
    assert len(queries) == 2
    assert set(known) == set(ids)
    assert known[family[7].id].email == through[1].email
    assert known[mother.id].name == "陈晓梅"
    queries.clear()
    readers.readers_of(read)
    assert len(queries) == 1, "no kind, no preferences to ask for"


def test_a_letter_goes_to_the_go_between_and_says_whom_it_concerns(world, mother):
    boy = add(world, mother)
    with transaction():
        post_letter(
            "people/address-changed",
            to=readers.reader_of(boy),
            kind="account-address-changed",
            key="test",
            topic="test",
            facts={"old": "1", "new": "2"},
            due_at=NOW,
            expires_at=NOW.replace(year=2027),
        )
    letters = db.session.query(Message).order_by(Message.channel).all()
    assert [letter.address for letter in letters] == [mother.email, mother.phone]
    assert {letter.recipient_id for letter in letters} == {boy.id}
    assert "林小宝" in letters[0].body_text


def test_staff_find_them_in_the_directory(world, mother, as_person):
    boy = add(world, mother)
    browser = as_person(world.coordinator)
    assert "林小宝" in browser.get("/people").text
    assert boy.volunteer_no in browser.get(f"/people/{boy.id}").text

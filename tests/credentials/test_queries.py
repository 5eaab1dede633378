"""What stands, what runs out, and at what cost."""

from datetime import date

import pytest

from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_consent, make_credential, make_training
from tests.factories.people import make_person
from volunteer_hub.credentials import queries as credentials
from volunteer_hub.credentials.rules import Held, Validity
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.rules.accounts import Scope

NOBODYS = Scope()
REVOKED = {"revoked_at": NOW, "revoked_because": "假证"}
TWO_YEARS = Validity(date(2026, 1, 1), date(2027, 12, 31))


def expiring(world, scope=None, whole=NOBODYS, until=TODAY + 30 * DAY, after=None):
    scope = scope or Scope(paths=(world.community.path,))
    return credentials.page_expiring(scope, whole=whole, today=TODAY, until=until, after=after)


def test_all_that_is_held_in_one_statement(world, mother, boy, queries):
    by = world.coordinator
    with transaction():
        make_credential(boy, by=by)
        make_credential(boy, by=by, valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 31))
        make_consent(boy, mother, by=by)
        make_training(boy, by=by, valid_until=None)
        make_training(boy, by=by, code="elder-care")
        make_credential(boy, by=by, kind="qualification", code="electrician")
        make_credential(boy, by=by, number="2", revoked_by=by.id, **REVOKED)
        make_credential(world.volunteer, by=by)
    queries.clear()
    held = credentials.held_by(boy.id)
    assert len(queries) == 1
    assert held == Held(
        insurances=(Validity(date(2025, 1, 1), date(2025, 12, 31)), TWO_YEARS),
        guardian_consents=(TWO_YEARS,),
        codes={
            "first-aid": (Validity(date(2026, 1, 1), None),),
            "elder-care": (TWO_YEARS,),
            "electrician": (TWO_YEARS,),
        },
    )
    assert held.insured(date(2025, 12, 31), TODAY), "two policies, one after the other"
    assert credentials.held_by(world.other_volunteer.id) == Held()


def test_the_list_to_choose_from(app):
    found = [(one.code, one.kind) for one in credentials.list_types()]
    assert found == [
        ("disaster-relief", "training"),
        ("elder-care", "training"),
        ("first-aid", "training"),
        ("electrician", "qualification"),
    ]
    aid = credentials.find_type("first-aid")
    assert aid is not None
    assert (aid.name_zh, aid.name_en) == ("急救培训", "First aid")
    assert credentials.find_type("flying") is None


def test_a_person_s_page_by_page_with_its_people(world, neighbour, queries):
    with transaction():
        made = [
            make_credential(neighbour, by=world.coordinator, number=str(number))
            for number in range(25)
        ]
        make_credential(world.other_volunteer, by=world.coordinator)
    queries.clear()
    first = credentials.page_of_person(neighbour.id, after=None)
    assert len(queries) == 1
    second = credentials.page_of_person(neighbour.id, after=first.next)
    shown = [one.id for one in [*first.items, *second.items]]
    assert shown == [one.id for one in reversed(made)]
    assert second.next is None
    assert first.items[0].recorder is world.coordinator
    assert first.items[0].type is None


def test_get_and_lock(world, neighbour):
    with transaction():
        made = make_training(neighbour, by=world.coordinator)
    read = credentials.get_credential(made.id)
    assert read is made
    assert read.type is not None
    assert read.type.code == "first-aid"
    assert credentials.lock_credential(made.id) is made
    for ask in (credentials.get_credential, credentials.lock_credential):
        with pytest.raises(NotFound):
            ask(0)


@pytest.mark.parametrize(
    ("until", "listed"),
    [(-1, False), (0, True), (30, True), (31, False)],
)
def test_what_runs_out_within_the_days(world, neighbour, until, listed):
    with transaction():
        make_credential(neighbour, by=world.coordinator, valid_until=TODAY + until * DAY)
    assert bool(expiring(world).items) is listed


@pytest.mark.parametrize(
    ("begins", "lasts", "listed"),
    [
        (1, 300, False),  # the day after: no gap
        (0, 300, False),
        (-400, 300, False),  # a longer one held all along
        (2, 300, True),  # a day without
        (-5, 0, True),  # ends the same day: nothing goes on
    ],
)
def test_what_is_renewed_does_not_run_out(world, neighbour, begins, lasts, listed):
    end = TODAY + 10 * DAY
    days = {"valid_from": end + begins * DAY, "valid_until": end + lasts * DAY}
    with transaction():
        old = make_credential(neighbour, by=world.coordinator, valid_until=end)
        make_credential(neighbour, by=world.coordinator, **days)
        make_training(neighbour, by=world.coordinator, valid_until=None)
    assert (old.id in [item.credential.id for item in expiring(world).items]) is listed


def test_a_renewal_that_was_revoked_renews_nothing(world, neighbour):
    end = TODAY + 10 * DAY
    with transaction():
        make_training(neighbour, by=world.coordinator, valid_until=end)
        new = make_training(neighbour, by=world.coordinator, valid_until=None)
    assert expiring(world).items == []
    with transaction():
        new.revoked_at, new.revoked_because = NOW, "假证"
        new.revoked_by = world.coordinator.id
    assert len(expiring(world).items) == 1


def test_another_training_renews_nothing(world, neighbour):
    with transaction():
        make_training(neighbour, by=world.coordinator, valid_until=TODAY)
        make_training(neighbour, by=world.coordinator, code="elder-care", valid_until=None)
    assert len(expiring(world).items) == 1


def test_only_in_ones_places_and_whole_only_in_some(world, neighbour, queries):
    with transaction():
        world.other_volunteer.home_place_id = world.neighbour.id
        for person in (neighbour, world.other_volunteer, world.partner_contact):
            make_credential(person, by=world.coordinator, valid_until=TODAY + 9 * DAY)
    here = Scope(paths=(world.community.path,))
    around = Scope(paths=(world.subdistrict.path,))
    queries.clear()
    items = expiring(world, around, whole=here).items
    assert len(queries) == 1
    assert [(item.credential.person.name, item.whole) for item in items] == [
        ("陈晓梅", True),
        ("王建国", False),
        ("赵敏", True),  # lives nowhere, and works here
    ]
    assert len(expiring(world, here).items) == 2
    assert expiring(world, Scope(paths=(world.elsewhere.path,))).items == []


def test_the_soonest_first_page_by_page(world, neighbour, queries):
    with transaction():
        for number in range(45):
            person = make_person(home_place_id=world.community.id)
            end = TODAY + (number * 7 % 31) * DAY
            make_credential(person, by=world.coordinator, valid_until=end)
    pages = [expiring(world)]
    queries.clear()
    while pages[-1].next:
        pages.append(expiring(world, after=pages[-1].next))
    assert len(queries) == 2
    ends = [item.credential.valid_until for page in pages for item in page.items]
    assert len(ends) == 45
    assert ends == sorted(ends)


def test_whoever_left_is_not_reminded(world, neighbour):
    with transaction():
        make_credential(neighbour, by=world.coordinator, valid_until=TODAY)
        neighbour.left_at = NOW
    assert expiring(world).items == []


def test_find_a_person_by_what_is_on_the_card(world, neighbour):
    with transaction():
        neighbour.phone, neighbour.email = "+8613800138000", "mei@example.com"
        neighbour.volunteer_no = "BYL-2026-00318"
    for typed in ("138 0013 8000", " byl-2026-00318 ", "Mei@Example.com"):
        assert credentials.find_person(typed) is neighbour
    for typed in ("", "BYL-2026-0031", "13800138001", "x" * 500, "%"):
        assert credentials.find_person(typed) is None
    with transaction():
        neighbour.left_at = NOW
    assert credentials.find_person("BYL-2026-00318") is None

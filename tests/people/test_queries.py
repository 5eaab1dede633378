"""Whom the queries find, and at what cost."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.people import make_person
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.policy import Grant
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.actions.roles import end_role, grant_role
from volunteer_hub.people.actions.tokens import make_token, revoke_token
from volunteer_hub.people.models import ApiToken, Preference
from volunteer_hub.people.queries import callers, directory, persons, readers
from volunteer_hub.people.rules.accounts import Scope
from volunteer_hub.people.rules.proofs import hash_token

EVERYWHERE = Scope(everywhere=True)


@pytest.fixture
def now():
    return utc_now()


def names(scope, search="", path=None):
    page = directory.page_directory(scope, search=search, path=path, after=None)
    return [row.name for row in page.items]


def test_find_by_address_reads_what_people_type(world):
    with transaction():
        world.volunteer.phone, world.volunteer.email = "+8613800138000", "mei@example.com"
    for typed in ("13800138000", "+86 138 0013 8000", "MEI@example.com"):
        assert persons.find_by_address(typed) is world.volunteer
    for typed in ("13800138001", "mei@example.org", "nonsense", ""):
        assert persons.find_by_address(typed) is None


def test_get_person(world):
    assert persons.get_person(world.volunteer.id).home_place is None
    with pytest.raises(NotFound):
        persons.get_person(0)


def test_a_known_person_comes_with_live_roles_in_one_statement(world, now, queries):
    with transaction():
        kept = {"person": world.volunteer, "granted_by": None, "now": now - timedelta(days=9)}
        grant_role(role=policy.GRID_WORKER, place=world.community, **kept)
        ended = grant_role(role=policy.COORDINATOR, place=world.community, **kept)
        end_role(grant=ended, now=now - timedelta(days=1))
    queries.clear()
    known = callers.find_known(person_id=world.volunteer.id, now=now)
    assert known is not None
    assert known.person is world.volunteer
    assert known.grants == (Grant(policy.GRID_WORKER, world.community.path),)
    assert len(queries) == 1


def test_a_role_does_not_hold_before_it_begins(world, now):
    with transaction():
        later = now + timedelta(days=1)
        kept = {"person": world.volunteer, "place": world.community, "granted_by": None}
        grant_role(role=policy.GRID_WORKER, now=later, **kept)
    assert callers.find_known(person_id=world.volunteer.id, now=now).grants == ()
    assert callers.list_grants(world.volunteer.id) == []


def test_whoever_left_is_not_known(world, now):
    with transaction():
        world.volunteer.left_at = now
    assert callers.find_known(person_id=world.volunteer.id, now=now) is None


@pytest.mark.parametrize("spoil", ["nothing", "revoked", "expired", "left", "another"])
def test_which_tokens_open(world, now, spoil):
    with transaction():
        facts = {"name": "t", "scopes": ["read"], "expires_at": now + timedelta(days=1)}
        token = make_token(person=world.coordinator, now=now, **facts)
    row = callers.list_own(ApiToken, world.coordinator.id)[0]
    with transaction():
        if spoil == "revoked":
            revoke_token(token=row, now=now)
        if spoil == "left":
            world.coordinator.left_at = now
    at = now + timedelta(days=2) if spoil == "expired" else now
    asked = "vh_another" if spoil == "another" else token
    known = callers.find_known(token_hash=hash_token(asked), now=at)
    if spoil != "nothing":
        assert known is None
        return
    assert known.person is world.coordinator
    assert known.token is row
    assert known.grants == (Grant(policy.COORDINATOR, world.community.path),)


def test_holders_stand_at_the_place_or_above(world):
    path = world.community.path
    assert persons.holders(policy.COORDINATOR, path) == [
        world.coordinator,
        world.second_coordinator,
    ]
    assert persons.holders(policy.SUPERVISOR, path) == [world.supervisor]
    assert persons.holders(policy.COORDINATOR, world.neighbour.path) == []
    assert persons.holders(policy.COORDINATOR, "/baiyin/") == [], "below does not count"


def test_the_directory_shows_who_lives_or_serves_there(world):
    with transaction():
        world.volunteer.home_place_id = world.community.id
        world.other_volunteer.home_place_id = world.elsewhere.id
    here = Scope(paths=(world.community.path,))
    everybody_here = {"陈晓梅", "李静", "赵敏", "马丽", "周强"}
    assert set(names(here)) == everybody_here
    assert set(names(Scope(paths=(world.subdistrict.path,)))) == everybody_here | {"孙伟", "吴磊"}
    assert set(names(Scope(paths=(world.elsewhere.path,)))) == {"王建国", "郑华"}
    assert names(Scope()) == []


def test_the_homeless_belong_to_the_subdistrict(world):
    here = Scope(paths=(world.community.path,), homeless=True)
    assert {"陈晓梅", "王建国"} <= set(names(here))
    assert len(names(EVERYWHERE)) == 9


def test_whoever_left_is_in_no_directory(world, now):
    with transaction():
        world.volunteer.left_at = now
    assert "陈晓梅" not in names(EVERYWHERE)
    with pytest.raises(NotFound):
        persons.get_visible(world.volunteer.id, EVERYWHERE)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("晓梅", ["陈晓梅"]),
        ("chenxiao", ["陈晓梅"]),
        ("Chen Xiao", ["陈晓梅"]),
        ("xiaomei", ["陈晓梅"]),
        ("5678", ["陈晓梅"]),
        ("byl-2026-00318", ["陈晓梅"]),
        ("BYL-2026-0031", []),
        ("5%", []),
        ("_", []),
        ("567", []),
    ],
)
def test_searching(world, search, found):
    with transaction():
        world.volunteer.sort_key, world.volunteer.phone = "chen xiao mei", "+8613800135678"
        world.volunteer.volunteer_no = "BYL-2026-00318"
    assert names(EVERYWHERE, search) == found


def test_the_directory_turns_pages_by_name_and_masks_numbers(app, queries):
    with transaction():
        for number in range(45):
            make_person(f"人{number}", sort_key=f"ren {number % 7}")
    queries.clear()
    first = directory.page_directory(EVERYWHERE, search="", path=None, after=None)
    assert len(queries) == 2
    second = directory.page_directory(EVERYWHERE, search="", path=None, after=first.next)
    third = directory.page_directory(EVERYWHERE, search="", path=None, after=second.next)
    rows = [*first.items, *second.items, *third.items]
    assert len(rows) == len({row.id for row in rows}) == 45
    assert third.next is None
    assert all("****" in row.address for row in rows)


def test_only_those_who_live_below_a_place(world):
    with transaction():
        world.volunteer.home_place_id = world.community.id
    assert names(EVERYWHERE, path=world.subdistrict.path) == ["陈晓梅"]
    assert names(EVERYWHERE, path=world.neighbour.path) == []


def test_a_reader_wants_what_the_person_said(world, queries):
    with transaction():
        unwanted = {"kind": "watch-news", "channel": "sms", "wanted": False}
        db.session.add(Preference(person_id=world.volunteer.id, **unwanted))
        world.other_volunteer.remind_by = []
    assert readers.reader_of(world.volunteer).channels == {"email", "sms"}
    assert readers.reader_of(world.volunteer, kind="watch-news").channels == {"email"}
    assert readers.reader_of(world.volunteer, kind="shift-joined").channels == {"email", "sms"}
    reader = readers.reader_of(world.volunteer, place_path="/baiyin/")
    assert (reader.recipient_id, reader.place_path) == (world.volunteer.id, "/baiyin/")
    queries.clear()
    both = readers.readers_of([world.volunteer, world.other_volunteer], kind="watch-news")
    assert len(queries) == 1
    assert both[world.other_volunteer.id].channels == frozenset()
    queries.clear()
    readers.reader_of(world.other_volunteer, kind="watch-news")
    for kind in ("shift", "shift-cancelled"):  # some, or all, go whatever was turned off
        assert readers.reader_of(world.other_volunteer, kind=kind).channels == {"email", "sms"}
    readers.reader_of(world.volunteer)
    assert queries == [], "nothing to ask"


def test_masking():
    assert readers.masked("+8613800135678") == "138****5678"
    assert readers.masked("mei@example.com") == "m***@example.com"
    assert readers.masked(None) == ""


def test_list_people_by_name(world):
    ids = [world.volunteer.id, world.coordinator.id]
    assert persons.list_people(ids) == sorted(
        [world.volunteer, world.coordinator], key=lambda person: person.sort_key
    )


def test_own_things_are_only_ones_own(world, now):
    with transaction():
        facts = {"name": "t", "scopes": ["read"], "expires_at": now + timedelta(days=1)}
        make_token(person=world.coordinator, now=now, **facts)
    token = callers.list_own(ApiToken, world.coordinator.id)[0]
    grant = callers.list_grants(world.coordinator.id)[0]
    assert callers.get_token(world.coordinator.id, token.id) is token
    assert callers.get_grant(world.coordinator.id, grant.id) is grant
    with pytest.raises(NotFound):
        callers.get_token(world.volunteer.id, token.id)
    with pytest.raises(NotFound):
        callers.get_grant(world.volunteer.id, grant.id)


def test_roles_of_long_ago_hold_in_a_played_past(world):
    past = datetime(2019, 6, 30, tzinfo=UTC)
    assert callers.find_known(person_id=world.coordinator.id, now=past).grants

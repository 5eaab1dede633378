"""Codes, links, passwords, tokens and roles: every forbidden step."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.people.outbox import letters, newest_code
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions import accounts, roles, sign_in, tokens
from volunteer_hub.people.models import ApiToken, SignInCode
from volunteer_hub.people.queries import callers
from volunteer_hub.people.rules.accounts import PersonHasLeft, RoleIsHeld, RoleIsOver
from volunteer_hub.people.rules.addresses import Address
from volunteer_hub.people.rules.passwords import PasswordIsTooShort, SignInFailed
from volunteer_hub.people.rules.proofs import (
    CodeWasJustSent,
    LinkIsOver,
    TokenCannotBeMade,
    TooManyCodes,
    Tried,
    hash_token,
)

PHONE = Address("sms", "+8613800138000")
KEY = "the installation's secret"


@pytest.fixture
def now(app):
    return utc_now()


def send(now, to=PHONE):
    with transaction():
        sign_in.send_code(to=to, language="zh", key=KEY, now=now)


def attempt(code, now, address=PHONE.value, key=KEY):
    with transaction():
        return sign_in.try_code(address=address, code=code, key=key, now=now)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_works_once(now):
    send(now)
    code = newest_code()
    assert attempt(f" {code[:3]} {code[3:]}", now) == Tried(right=True, left=0)
    assert attempt(code, now) == Tried(right=False, left=0)


def test_the_code_is_kept_nowhere_but_in_its_letter(now):
    send(now)
    code = newest_code()
    proof = db.session.scalars(select(SignInCode)).one()
    assert code not in (proof.code_hash, proof.address)
    (letter,) = letters()
    assert letter.secret, "wiped once it is final"
    assert code not in f"{letter.subject} {letter.key} {letter.topic} {letter.headers}"


@pytest.mark.parametrize("minutes", [9, 10])
def test_a_code_lives_ten_minutes(now, minutes):
    send(now)
    tried = attempt(newest_code(), now + timedelta(minutes=minutes))
    assert tried.right == (minutes < 10)


def test_five_tries_and_no_more(now):
    send(now)
    code = newest_code()
    assert [attempt(wrong(code), now).left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert attempt(code, now) == Tried(right=False, left=0), "even the right one comes too late"


def test_a_wrong_try_stays_counted(now):
    send(now)
    code = newest_code()
    attempt(wrong(code), now)
    db.session.expire_all()
    assert db.session.scalars(select(SignInCode.tries)).one() == 1
    assert attempt(code, now).right


def test_a_newer_code_ends_the_older(now):
    send(now)
    older = newest_code()
    later = now + timedelta(minutes=2)
    send(later)
    newer = newest_code()
    if older != newer:
        assert attempt(older, later) == Tried(right=False, left=4)
    assert attempt(newer, later).right
    states = [letter.state for letter in letters("code-sign-in")]
    assert states == ["superseded", "pending"], "only the newest one is on its way"


def test_a_code_belongs_to_its_address_and_installation(now):
    send(now)
    code = newest_code()
    assert attempt(code, now, address="+8613800138001") == Tried(right=False, left=0)
    assert not attempt(code, now, key="another installation").right
    assert attempt(code, now).right


def test_how_often_a_code_may_be_asked_for(now):
    send(now)
    with pytest.raises(CodeWasJustSent):
        send(now + timedelta(seconds=59))
    for minutes in (1, 2, 3, 4):
        send(now + timedelta(minutes=minutes))
    with pytest.raises(TooManyCodes):
        send(now + timedelta(minutes=30))
    send(now + timedelta(minutes=30), Address("email", "mei@example.com"))
    assert len(letters()) == 6


def test_old_codes_are_forgotten(now):
    send(now)
    send(now + timedelta(days=3), Address("email", "mei@example.com"))
    assert db.session.scalars(select(SignInCode.address)).all() == ["mei@example.com"]


def test_a_link_works_once_within_a_day(world, now):
    def make():
        with transaction():
            return sign_in.make_sign_in_link(person=world.volunteer, now=now)

    def use(token, at):
        with transaction():
            return sign_in.use_link(token=token, now=at)

    older, token = make(), make()
    assert len(token) > 40
    for dead in (older, "nonsense", ""):
        with pytest.raises(LinkIsOver):
            use(dead, now)
    assert use(token, now + timedelta(hours=23)) is world.volunteer
    with pytest.raises(LinkIsOver):
        use(token, now)
    late = make()
    with pytest.raises(LinkIsOver):
        use(late, now + timedelta(hours=24))


def test_a_link_is_no_code_and_a_code_no_link(world, now):
    with transaction():
        token = sign_in.make_sign_in_link(person=world.volunteer, now=now)
    address = f"person:{world.volunteer.id}"
    assert attempt(token, now, address=address) == Tried(right=False, left=0)
    send(now)
    with pytest.raises(LinkIsOver), transaction():
        sign_in.use_link(token=newest_code(), now=now)


def test_the_link_of_whoever_left_opens_nothing(world, now):
    with transaction():
        token = sign_in.make_sign_in_link(person=world.volunteer, now=now)
        accounts.leave(person=world.volunteer, now=now)
    with pytest.raises(LinkIsOver), transaction():
        sign_in.use_link(token=token, now=now)


def test_passwords(world):
    with transaction():
        accounts.set_password(person=world.volunteer, password="correct horse")

    def check(person, password):
        return sign_in.check_password(person=person, password=password)

    assert check(world.volunteer, "correct horse") is world.volunteer
    for person, password in (
        (world.volunteer, "correct hors"),
        (world.other_volunteer, "correct horse"),
        (None, "correct horse"),
    ):
        with pytest.raises(SignInFailed):
            check(person, password)
    with pytest.raises(PasswordIsTooShort), transaction():
        accounts.set_password(person=world.volunteer, password="short")
    with transaction():
        accounts.set_password(person=world.volunteer, password=None)
    with pytest.raises(SignInFailed):
        check(world.volunteer, "correct horse")


def test_an_outdated_hash_is_renewed(world):
    from argon2 import PasswordHasher

    with transaction():
        weak = PasswordHasher(time_cost=1, memory_cost=8192)
        world.volunteer.password_hash = weak.hash("correct horse")
    before = world.volunteer.password_hash
    with transaction():
        sign_in.check_password(person=world.volunteer, password="correct horse")
    assert world.volunteer.password_hash != before
    assert sign_in.check_password(person=world.volunteer, password="correct horse")


def test_tokens(world, now):
    facts = {"name": "script", "scopes": ["write", "read"], "now": now}
    with transaction():
        expires_at = now + timedelta(days=90)
        token = tokens.make_token(person=world.volunteer, expires_at=expires_at, **facts)
    (row,) = callers.list_own(ApiToken, world.volunteer.id)
    assert (row.token_hash, row.scopes) == (hash_token(token), ["read", "write"])
    forever = now + timedelta(days=400)
    with pytest.raises(TokenCannotBeMade), transaction():
        tokens.make_token(person=world.volunteer, expires_at=forever, **facts)
    with transaction():
        tokens.revoke_token(token=row, now=now)
        tokens.revoke_token(token=row, now=now + timedelta(days=1))
    assert row.revoked_at == now, "the first time counts"


def test_a_thousand_tokens_at_once(world, now, queries):
    with transaction():
        ids = accounts.create_people(count=1000, prefix="load", now=now)
        facts = {"name": "load", "scopes": ["read"], "expires_at": now + timedelta(days=1)}
        made = tokens.make_tokens(person_ids=ids, now=now, **facts)
    assert len(set(made)) == 1000
    assert len(queries) < 25


def test_roles(world, now):
    place = {"place": world.neighbour, "granted_by": world.administrator.id}
    facts = {"person": world.volunteer, "role": policy.GRID_WORKER, **place}
    with transaction():
        grant = roles.grant_role(now=now, **facts)
    with pytest.raises(RoleIsHeld), transaction():
        roles.grant_role(now=now, **facts)
    with transaction():
        roles.end_role(grant=grant, now=now)  # in the same instant: clocks may differ
    with pytest.raises(RoleIsOver), transaction():
        roles.end_role(grant=grant, now=now)
    with transaction():
        again = roles.grant_role(now=now + timedelta(days=1), **facts)
    assert again.id != grant.id
    with transaction():
        accounts.leave(person=world.volunteer, now=now + timedelta(days=2))
    with pytest.raises(PersonHasLeft), transaction():
        roles.grant_role(now=now, **facts)

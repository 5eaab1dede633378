"""Two at the same moment: the database decides, and says so by the constraint's name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.people.outbox import newest_code
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.actions import accounts, roles, sign_in
from volunteer_hub.people.models import Person, RoleGrant, SignInCode
from volunteer_hub.people.queries import persons
from volunteer_hub.people.rules.addresses import Address
from volunteer_hub.places.queries import get_place

PHONE = Address("sms", "+8613800138000")
CROWD = 8


@pytest.fixture
def at_once(committed):
    """Run the same act many times at the same moment, each with a session of its own."""

    def run(act: Callable[[int], Any]) -> list[Any]:
        barrier = Barrier(CROWD)

        def one(number: int) -> Any:
            with committed.app_context():
                barrier.wait(10)
                try:
                    with transaction():
                        return act(number)
                except Refusal as refusal:
                    return refusal.code

        with ThreadPoolExecutor(CROWD) as pool:
            return list(pool.map(one, range(CROWD)))

    return run


def test_one_phone_one_account(at_once):
    now = utc_now()

    def open_account(_n):
        return accounts.create_person(name="陈晓梅", phone="13800138000", now=now).id

    answers = at_once(open_account)
    assert answers.count("address-is-taken") == CROWD - 1
    assert db.session.query(Person).count() == 1


def test_no_number_is_given_twice_or_left_out(at_once):
    now = utc_now()

    def open_account(n):
        phone = f"1380013800{n}"
        return accounts.create_person(name="某人", phone=phone, now=now).volunteer_no

    numbers = sorted(number[-5:] for number in at_once(open_account))
    assert numbers == [f"{n:05d}" for n in range(1, CROWD + 1)]


def test_a_code_opens_one_door(at_once):
    now = utc_now()
    with transaction():
        sign_in.send_code(to=PHONE, language="zh", key="k", now=now)
    code = newest_code()
    db.session.rollback()
    tries = at_once(
        lambda _n: sign_in.try_code(address=PHONE.value, code=code, key="k", now=now).right
    )
    assert tries.count(True) == 1


def test_guessing_in_parallel_gives_no_more_than_five_tries(at_once):
    now = utc_now()
    with transaction():
        sign_in.send_code(to=PHONE, language="zh", key="k", now=now)
    db.session.rollback()
    at_once(lambda n: sign_in.try_code(address=PHONE.value, code=f"x{n}", key="k", now=now))
    assert db.session.query(SignInCode.tries).scalar() == 5


def test_one_code_a_minute_however_hard_the_button_is_pressed(at_once):
    now = utc_now()

    def press(_n):
        sign_in.send_code(to=PHONE, language="zh", key="k", now=now)
        return "sent"

    answers = at_once(press)
    assert answers.count("sent") == 1
    assert answers.count("code-was-just-sent") == CROWD - 1


def test_many_ask_for_many_addresses_without_a_deadlock(at_once):
    """Each forgets everybody's old codes on the way."""
    now = utc_now()
    with transaction():
        for n in range(CROWD):
            old = {"code_hash": "x", "made_at": now - timedelta(days=3), "expires_at": now}
            db.session.add(SignInCode(channel="email", address=f"p{n}@example.com", **old))
    db.session.rollback()

    def ask(n):
        to = Address("email", f"p{n}@example.com")
        sign_in.send_code(to=to, language="zh", key="k", now=now)
        return "sent"

    assert at_once(ask) == ["sent"] * CROWD
    assert db.session.query(SignInCode).count() == CROWD


def test_a_link_signs_in_once(at_once):
    now = utc_now()
    with transaction():
        token = sign_in.make_sign_in_link(person=make_person(), now=now)
    db.session.rollback()
    answers = at_once(lambda _n: sign_in.use_link(token=token, now=now).id)
    assert answers.count("link-is-over") == CROWD - 1


def test_a_role_is_held_once(at_once):
    now = utc_now()
    with transaction():
        person, place = make_person().id, make_place("gan").id
    db.session.rollback()

    def give(_n):
        facts = {"person": persons.get_person(person), "place": get_place(place)}
        return roles.grant_role(role=policy.GRID_WORKER, granted_by=None, now=now, **facts).id

    answers = at_once(give)
    assert answers.count("role-is-held") == CROWD - 1
    assert db.session.query(RoleGrant).count() == 1

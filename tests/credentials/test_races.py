"""Two record, revoke or tell at the same moment: one result, and nobody reads it twice."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import at_once, outcomes
from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_credential
from tests.factories.people import make_person
from tests.world import World, build_world
from volunteer_hub.credentials import actions, rules
from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import Person

AT_ONCE = 6


@pytest.fixture
def world(committed: Flask) -> World:
    return build_world()


def test_the_same_recorded_by_many_stands_once(committed, world):
    def record() -> int:
        return actions.record_credential(
            person=db.session.get_one(Person, world.volunteer.id),
            code="first-aid",
            valid_from=TODAY,
            valid_until=None,
            by=world.coordinator.id,
            now=NOW,
        ).id

    results = at_once(committed, *[record] * AT_ONCE)
    (standing,) = db.session.scalars(select(Credential.id)).all()
    assert results == [standing] * AT_ONCE
    assert len(db.session.scalars(select(AuditEntry)).all()) == 1


def test_a_guardian_who_signs_twice_at_once(committed, world):
    with transaction():
        boy = make_person("林小宝", birth_date=TODAY - 5000 * DAY)

    def sign() -> int:
        return actions.give_consent(
            child=db.session.get_one(Person, boy.id),
            guardian=db.session.get_one(Person, world.volunteer.id),
            valid_from=TODAY,
            valid_until=TODAY + 364 * DAY,
            by=world.coordinator.id,
            now=NOW,
        ).id

    results = at_once(committed, *[sign] * AT_ONCE)
    assert len(set(results)) == 1
    assert len(db.session.scalars(select(Credential)).all()) == 1


def test_revoked_once(committed, world):
    with transaction():
        made = make_credential(world.volunteer, by=world.coordinator)

    def revoke() -> None:
        facts = {"credential_id": made.id, "reason": "假证", "by": world.coordinator.id}
        actions.revoke_credential(now=NOW, **facts)

    results = outcomes(committed, *[revoke] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(rules.CredentialIsRevoked) == AT_ONCE - 1


def test_two_workers_tell_each_person_once(committed, world):
    with transaction():
        for _ in range(12):
            person = make_person(remind_by=["email"])
            make_credential(person, by=world.coordinator, valid_until=TODAY)

    results = at_once(committed, *[lambda: actions.tell_expiring(now=NOW, limit=3)] * 4)
    assert sum(int(str(told)) for told in results) <= 12
    with transaction():
        actions.tell_expiring(now=NOW)
    assert db.session.scalars(select(Credential.told_days)).all() == [0] * 12
    assert len(db.session.scalars(select(Message)).all()) == 12

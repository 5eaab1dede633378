"""What is written down, by whom, and taken back."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_consent, make_credential, make_training
from volunteer_hub.credentials import actions, rules
from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.people.actions.accounts import leave
from volunteer_hub.people.rules.accounts import PersonHasLeft

A_YEAR = 364 * DAY


def record(person, by, **facts):
    facts = {"code": None, "valid_from": TODAY, "valid_until": TODAY + A_YEAR} | facts
    with transaction():
        return actions.record_credential(person=person, by=by.id, now=NOW, **facts)


def consent(child, guardian, by, **facts):
    facts = {"valid_from": TODAY, "valid_until": TODAY + A_YEAR} | facts
    with transaction():
        return actions.give_consent(child=child, guardian=guardian, by=by.id, now=NOW, **facts)


def revoke(credential, by, reason="假证"):
    with transaction():
        facts = {"credential_id": credential.id, "reason": reason}
        return actions.revoke_credential(by=by.id, now=NOW, **facts)


def audited():
    found = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [(e.verb, e.thing, e.place_path, e.actor_id, e.facts) for e in found]


@pytest.mark.parametrize(
    ("code", "kind"),
    [(None, "insurance"), ("first-aid", "training"), ("electrician", "qualification")],
)
def test_the_code_says_the_kind(world, neighbour, code, kind):
    made = record(neighbour, world.coordinator, code=code, number="P-1", issuer="人保", note="纸质")
    assert (made.kind, made.code, made.guardian_id) == (kind, code, None)
    assert (made.number, made.issuer, made.note) == ("P-1", "人保", "纸质")
    assert (made.recorded_by, made.recorded_at) == (world.coordinator.id, NOW)
    facts = {"person": neighbour.id, "kind": kind}
    path = world.community.path
    what = ("recorded-credential", f"credential:{made.id}", path, world.coordinator.id, facts)
    assert audited() == [what]


def test_what_was_learnt_may_hold_for_good(world, neighbour):
    assert record(neighbour, world.coordinator, code="first-aid", valid_until=None).id
    with pytest.raises(rules.EndIsNeeded):
        record(neighbour, world.coordinator, valid_until=None)


def test_nothing_is_written_of_what_is_refused(world, neighbour):
    with pytest.raises(NotFound):
        record(neighbour, world.coordinator, code="flying")
    with pytest.raises(rules.EndsBeforeItBegins):
        record(neighbour, world.coordinator, valid_until=TODAY - DAY)
    with pytest.raises(rules.OwnWordIsNotEnough):
        record(world.coordinator, world.coordinator)
    with transaction():
        leave(person=neighbour, now=NOW)
    with pytest.raises(PersonHasLeft):
        record(neighbour, world.coordinator)
    assert db.session.query(Credential).count() == 0
    assert audited() == []


def test_the_same_again_is_the_same(world, neighbour):
    first = record(neighbour, world.coordinator, number="P-1", issuer="人保")
    again = record(neighbour, world.second_coordinator, number="P-1")
    assert again is first
    assert (first.issuer, first.recorded_by) == ("人保", world.coordinator.id)
    assert len(audited()) == 1
    other = record(neighbour, world.coordinator, number="P-2")
    assert other.id != first.id
    revoke(first, world.coordinator)
    assert record(neighbour, world.coordinator, number="P-1").id not in (first.id, other.id)


def test_a_guardian_agrees(world, mother, boy):
    made = consent(boy, mother, world.grid_worker)
    assert (made.kind, made.guardian_id, made.code) == ("guardian_consent", mother.id, None)
    assert consent(boy, mother, world.coordinator) is made
    by_herself = consent(boy, mother, mother, valid_until=TODAY)
    assert by_herself.recorded_by == mother.id


def test_who_cannot_agree(world, mother, boy, neighbour):
    by = world.coordinator
    with pytest.raises(rules.GuardianIsThePerson):
        consent(boy, boy, by)
    with pytest.raises(rules.NoConsentIsNeeded):
        consent(neighbour, mother, by)
    with pytest.raises(rules.OwnWordIsNotEnough):
        consent(boy, mother, boy)
    with transaction():
        leave(person=mother, now=NOW)
    with pytest.raises(rules.GuardianHasLeft):
        consent(boy, mother, by)
    assert db.session.query(Credential).count() == 0


def test_revoked_with_a_reason(world, neighbour):
    made = record(neighbour, world.coordinator)
    revoke(made, world.second_coordinator, "  假证 ")
    known = (made.revoked_at, made.revoked_by, made.revoked_because)
    assert known == (NOW, world.second_coordinator.id, "假证")
    assert audited()[-1][:2] == ("revoked-credential", f"credential:{made.id}")
    with pytest.raises(rules.CredentialIsRevoked):
        revoke(made, world.coordinator)
    unknown = {"credential_id": 0, "reason": "假证", "by": world.coordinator.id, "now": NOW}
    with pytest.raises(NotFound), transaction():
        actions.revoke_credential(**unknown)


def test_a_reason_is_needed(world, neighbour):
    made = record(neighbour, world.coordinator)
    with pytest.raises(rules.ReasonIsNeeded):
        revoke(made, world.coordinator, "  ")
    assert made.revoked_at is None


def test_whoever_leaves_takes_the_numbers_along(world, neighbour):
    with transaction():
        twins = [
            make_credential(neighbour, by=world.coordinator, number=number, note="身份证")
            for number in ("620102-1", "620102-2")
        ]
        other = make_credential(world.other_volunteer, by=world.coordinator, number="P-1")
    with transaction():
        leave(person=neighbour, now=NOW)
    db.session.expire_all()
    assert [(one.number, one.note) for one in twins] == [(f"wiped-{t.id}", "") for t in twins]
    assert [one.valid_until for one in twins] == [date(2027, 12, 31)] * 2
    assert other.number == "P-1"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"kind": "hobby"}, "ck_credential_kind_is_known"),
        ({"kind": "training", "code": None}, "ck_credential_learnt_has_a_type"),
        ({"code": "first-aid"}, "ck_credential_learnt_has_a_type"),
        ({"kind": "training", "code": "electrician"}, "fk_credential_code"),
        ({"kind": "training", "code": "flying"}, "fk_credential_code"),
        ({"kind": "guardian_consent"}, "ck_credential_consent_has_a_guardian"),
        ({"valid_until": None}, "ck_credential_insurance_and_consent_end"),
        ({"valid_until": date(2025, 1, 1)}, "ck_credential_ends_after_it_begins"),
        ({"told_days": 14}, "ck_credential_told_days_are_known"),
        ({"revoked_at": datetime(2026, 12, 5, tzinfo=UTC)}, "ck_credential_revoked_in_whole"),
    ],
)
def test_the_database_refuses(world, neighbour, facts, constraint):
    with pytest.raises(IntegrityError) as refused, attempt():
        make_credential(neighbour, by=world.coordinator, **facts)
    assert violated(refused.value) == constraint


def test_the_database_knows_whose_word_it_is(world, neighbour, boy):
    with pytest.raises(IntegrityError) as refused, attempt():
        make_training(neighbour, by=neighbour)
    assert violated(refused.value) == "ck_credential_recorded_by_another"
    with pytest.raises(IntegrityError) as refused, attempt():
        make_consent(boy, boy, by=world.coordinator)
    assert violated(refused.value) == "ck_credential_guardian_is_another"
    made = make_training(neighbour, by=world.coordinator)
    silent = {"revoked_at": NOW, "revoked_by": world.coordinator.id, "revoked_because": ""}
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(update(Credential).where(Credential.id == made.id).values(silent))
    assert violated(refused.value) == "ck_credential_revoked_says_why"

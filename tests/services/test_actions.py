"""What counts, from when, and what never does."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.projects import make_project
from tests.factories.services import make_record
from tests.world import World
from volunteer_hub.foundation import bells
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.models import ServiceRecord
from volunteer_hub.services.rules import records as rules

NOW = utc_now()


@pytest.fixture
def announced() -> Any:
    """Collect the facts that are announced to the floors above."""
    facts: list[Fact] = []

    def hear(_sender: object, facts_: list[Fact]) -> None:
        facts.extend(facts_)

    def listen(sender: object, **said: Any) -> None:
        hear(sender, said["facts"])

    with bells.facts_changed.connected_to(listen):
        yield facts


def write(world: World, **more: Any) -> ServiceRecord:
    facts: dict[str, Any] = {
        "occurred_on": date(2026, 11, 5),
        "place": world.community,
        "project": None,
        "mode": "professional",
        "service_type": "义诊",
        "person_times": 48,
        "created_by": world.grid_worker.id,
        "now": NOW,
    }
    with transaction():
        return actions.record_service(**(facts | more))


def verify(record: ServiceRecord, by: Any) -> None:
    with transaction():
        actions.verify_record(record_id=record.id, verifier=by.id, now=NOW)


def test_a_draft_counts_nowhere(world: World, announced: list[Fact]) -> None:
    record = write(world)
    assert record.state == "draft"
    assert announced == []


def test_a_record_counts_from_the_moment_a_second_person_verified_it(
    world: World, announced: list[Fact]
) -> None:
    project = make_project(world.community)
    record = write(world, project=project, mode="outreach")
    verify(record, world.coordinator)
    assert (record.state, record.verified_by, record.verified_at) == (
        "verified",
        world.coordinator.id,
        NOW,
    )
    assert announced == [
        Fact(
            kind="service.outreach",
            place_id=world.community.id,
            project_id=project.id,
            on=date(2026, 11, 5),
            amount=48,
            rows=1,
        )
    ]


def test_nobody_verifies_what_they_wrote(world: World, announced: list[Fact]) -> None:
    record = write(world, created_by=world.coordinator.id)
    with pytest.raises(rules.VerifierWroteIt):
        verify(record, world.coordinator)
    assert announced == []


def test_a_record_is_settled_once(world: World, announced: list[Fact]) -> None:
    record = write(world)
    verify(record, world.coordinator)
    with pytest.raises(rules.RecordIsSettled):
        verify(record, world.second_coordinator)
    with pytest.raises(rules.RecordIsSettled), transaction():
        actions.reject_record(
            record_id=record.id, rejecter=world.supervisor.id, reason="x", now=NOW
        )
    assert len(announced) == 1


def test_a_rejected_record_says_why_and_counts_nowhere(world: World, announced: list[Fact]) -> None:
    record = write(world)
    with pytest.raises(rules.ReasonIsMissing), transaction():
        actions.reject_record(
            record_id=record.id, rejecter=world.supervisor.id, reason=" ", now=NOW
        )
    with transaction():
        actions.reject_record(
            record_id=record.id, rejecter=world.supervisor.id, reason=" 没有签到表 ", now=NOW
        )
    assert (record.state, record.rejected_because) == ("rejected", "没有签到表")
    with pytest.raises(rules.RecordIsSettled):
        verify(record, world.coordinator)
    assert announced == []


def test_a_reversal_takes_the_record_back_once_it_is_verified_itself(
    world: World, announced: list[Fact]
) -> None:
    record = write(world, persons_known=12)
    verify(record, world.coordinator)
    with transaction():
        reversal = actions.reverse_record(
            record_id=record.id, reason="重复登记", created_by=world.coordinator.id, now=NOW
        )
    assert (reversal.person_times, reversal.persons_known) == (-48, -12)
    assert len(announced) == 1
    with pytest.raises(rules.VerifierWroteIt):
        verify(reversal, world.coordinator)
    verify(reversal, world.second_coordinator)
    first, second = announced
    assert (second.amount, second.rows) == (-48, 1)
    assert (second.kind, second.place_id, second.on) == (first.kind, first.place_id, first.on)


def reverse(record: ServiceRecord, by: Any) -> ServiceRecord:
    with transaction():
        return actions.reverse_record(
            record_id=record.id, reason="重复登记", created_by=by.id, now=NOW
        )


def test_only_what_counts_can_be_reversed_and_only_once(world: World) -> None:
    record = write(world)
    with pytest.raises(rules.RecordCannotBeReversed):
        reverse(record, world.coordinator)
    verify(record, world.coordinator)
    reversal = reverse(record, world.coordinator)
    with pytest.raises(rules.RecordCannotBeReversed):
        reverse(record, world.second_coordinator)
    verify(reversal, world.second_coordinator)
    with pytest.raises(rules.RecordCannotBeReversed):
        reverse(reversal, world.coordinator)


def test_a_rejected_reversal_leaves_the_record_to_be_reversed_again(world: World) -> None:
    record = write(world)
    verify(record, world.coordinator)
    reversal = reverse(record, world.coordinator)
    with transaction():
        actions.reject_record(
            record_id=reversal.id, rejecter=world.second_coordinator.id, reason="没有错", now=NOW
        )
    assert reverse(record, world.second_coordinator).reverses_id == record.id


def test_a_reversal_wants_a_reason(world: World) -> None:
    record = make_record(world.community, world.grid_worker, verifier=world.coordinator)
    with pytest.raises(rules.ReasonIsMissing), transaction():
        actions.reverse_record(
            record_id=record.id, reason="", created_by=world.coordinator.id, now=NOW
        )


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"occurred_on": NOW.date() + timedelta(days=2)}, rules.DayHasNotCome),
        ({"persons_known": 49}, rules.PersonsExceedPersonTimes),
    ],
)
def test_what_cannot_be_true_is_refused(
    world: World, more: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        write(world, **more)


def test_a_draft_project_has_rendered_nothing(world: World) -> None:
    draft = make_project(world.community, state="draft")
    with pytest.raises(rules.ProjectIsNotPublished):
        write(world, project=draft)


def test_the_same_service_with_the_same_evidence_stands_in_the_book_once(world: World) -> None:
    first = write(world, evidence="签到表 0137")
    with pytest.raises(rules.RecordIsKnown) as refused:
        write(world, evidence="签到表  ０１３７")
    assert refused.value.facts == {"record_id": first.id}
    assert write(world, evidence="签到表 0138").id != first.id
    with transaction():
        actions.reject_record(
            record_id=first.id, rejecter=world.coordinator.id, reason="有误", now=NOW
        )
    assert write(world, evidence="签到表 0137").id != first.id


def test_records_without_evidence_may_look_alike(world: World) -> None:
    assert write(world).id != write(world).id


@pytest.mark.parametrize("state", ["verified", "rejected"])
@pytest.mark.parametrize(
    "statement",
    [
        "update service_record set person_times = 1 where id = :id",
        "update service_record set state = 'draft', verified_at = null where id = :id",
        "delete from service_record where id = :id",
    ],
)
def test_the_database_refuses_to_change_a_settled_record(
    world: World, state: str, statement: str
) -> None:
    record = write(world)
    with transaction():
        if state == "verified":
            actions.verify_record(record_id=record.id, verifier=world.coordinator.id, now=NOW)
        else:
            actions.reject_record(
                record_id=record.id, rejecter=world.coordinator.id, reason="x", now=NOW
            )
    with pytest.raises(IntegrityError, match="service_record are final"), transaction():
        db.session.execute(text(statement), {"id": record.id})


@pytest.mark.parametrize(
    ("more", "constraint"),
    [
        ({"persons_known": 49}, "person_times_cover_persons"),
        ({"person_times": 0, "persons_known": 0}, "person_times_cover_persons"),
        ({"mode": "both"}, "mode_is_known"),
        ({"state": "verified"}, "verified_by_someone_some_time"),
        ({"state": "rejected"}, "rejected_by_someone_for_a_reason"),
        ({"reason": "weil"}, "reversed_for_a_reason"),
    ],
)
def test_the_database_refuses_what_cannot_be(
    world: World, more: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        make_record(world.community, world.grid_worker, **more)


def test_the_database_knows_that_a_second_person_verifies(world: World) -> None:
    with pytest.raises(IntegrityError, match="verified_by_a_second_person"):
        make_record(world.community, world.grid_worker, verifier=world.grid_worker)


def test_every_step_leaves_its_trace(world: World) -> None:
    record = write(world)
    verify(record, world.coordinator)
    reverse(record, world.coordinator)
    traces = db.session.scalars(
        select(AuditEntry).where(AuditEntry.thing == f"service:{record.id}").order_by(AuditEntry.id)
    ).all()
    assert [(trace.verb, trace.actor_id) for trace in traces] == [
        ("recorded", world.grid_worker.id),
        ("verified", world.coordinator.id),
        ("reversed", world.coordinator.id),
    ]
    assert {trace.place_path for trace in traces} == {world.community.path}

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.factories.projects import make_project
from tests.funding.ledger import DAY, NOW, approve, heard, reverse, write
from tests.world import World
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction, violated
from volunteer_hub.foundation.facts import Fact
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.funding import actions, queries, rules
from volunteer_hub.funding.models import Entry
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.rules import ProjectIsClosed, ProjectIsNotPublished


@pytest.fixture
def project(world: World) -> Project:
    with transaction():
        return make_project(world.community)


def sums(project: Project) -> tuple[int, int, int]:
    """Give awarded, paid out and spent in yuan."""
    found = queries.totals([project.id])[project.id]
    return found.awarded // 100, found.paid_out // 100, found.spent // 100


def test_an_entry_counts_once_a_second_person_approved_it(world: World, project: Project) -> None:
    with heard() as facts:
        entry = write(project, world.coordinator)
    assert (entry.state, entry.currency, entry.edition) == ("draft", "CNY", 1)
    assert sums(project) == (0, 0, 0)
    assert facts == []
    with heard() as facts:
        approve(entry, world.supervisor)
    assert (entry.state, entry.approved_by) == ("approved", world.supervisor.id)
    assert sums(project) == (18_000, 0, 0)
    assert facts == [
        Fact(
            kind="funding.awarded",
            place_id=world.community.id,
            project_id=project.id,
            on=DAY,
            amount=1_800_000,
            rows=1,
        )
    ]


def test_whoever_wrote_it_may_not_approve_it(world: World, project: Project) -> None:
    entry = write(project, world.supervisor)
    with pytest.raises(rules.ApproverWroteIt):
        approve(entry, world.supervisor)
    assert sums(project) == (0, 0, 0)


@pytest.mark.parametrize("settled", ["approved", "rejected"])
def test_an_entry_is_settled_once(world: World, project: Project, settled: str) -> None:
    entry = write(project, world.coordinator)
    if settled == "approved":
        approve(entry, world.supervisor)
    else:
        with transaction():
            actions.reject_entry(entry_id=entry.id, reason="票据不清", rejecter=world.supervisor.id)
    with heard() as facts:
        with pytest.raises(rules.EntryIsSettled):
            approve(entry, world.second_coordinator)
        with pytest.raises(rules.EntryIsSettled), transaction():
            actions.reject_entry(entry_id=entry.id, reason="再想想", rejecter=world.supervisor.id)
    assert facts == []
    assert sums(project) == ((18_000, 0, 0) if settled == "approved" else (0, 0, 0))


def test_a_rejected_entry_says_why_and_frees_its_voucher(world: World, project: Project) -> None:
    entry = write(project, world.coordinator, voucher_no="0137")
    with transaction():
        actions.reject_entry(entry_id=entry.id, reason="票据不清", rejecter=world.coordinator.id)
    assert queries.get_entry(entry.id).reason == "票据不清"
    assert write(project, world.coordinator, voucher_no="0137").state == "draft"


def test_the_three_kinds_are_never_mixed(world: World, project: Project) -> None:
    for kind, yuan in (("awarded", 18_000), ("paid_out", 9_000), ("spent", 12_000)):
        approve(write(project, world.coordinator, kind, yuan), world.supervisor)
    assert sums(project) == (18_000, 9_000, 12_000)
    assert queries.totals([project.id])[project.id].payable == 900_000


def test_payments_stay_within_the_award(world: World, project: Project) -> None:
    early = write(project, world.coordinator, "paid_out", 10_000)
    with pytest.raises(rules.PaidBeyondAward):
        approve(early, world.supervisor)
    approve(write(project, world.coordinator), world.supervisor)
    approve(early, world.supervisor)
    second = write(project, world.coordinator, "paid_out", 8_001)
    with pytest.raises(rules.PaidBeyondAward) as refused:
        approve(second, world.supervisor)
    assert refused.value.facts == {"left": "8,000.00"}
    assert sums(project) == (18_000, 10_000, 0)
    assert queries.get_entry(second.id).state == "draft"


def test_a_reversal_needs_a_second_person_too(world: World, project: Project) -> None:
    entry = approve(write(project, world.coordinator, voucher_no="0137"), world.supervisor)
    with heard() as facts:
        back = reverse(entry, world.coordinator)
    assert facts == []
    assert sums(project) == (18_000, 0, 0)
    assert (back.amount_fen, back.occurred_on, back.voucher_no) == (-1_800_000, DAY, "0137")
    with pytest.raises(rules.ApproverWroteIt):
        approve(back, world.coordinator)
    with heard() as facts:
        approve(back, world.supervisor)
    assert sums(project) == (0, 0, 0)
    assert [(fact.amount, fact.rows, fact.on) for fact in facts] == [(-1_800_000, 1, DAY)]


def test_what_was_reversed_is_written_again_under_the_same_voucher(
    world: World, project: Project
) -> None:
    wrong = approve(write(project, world.coordinator, voucher_no="0137"), world.supervisor)
    with pytest.raises(rules.VoucherIsKnown):
        write(project, world.coordinator, yuan=17_500, voucher_no="0137")
    back = reverse(wrong, world.coordinator)
    with pytest.raises(rules.VoucherIsKnown):
        write(project, world.coordinator, yuan=17_500, voucher_no="0137")
    approve(back, world.supervisor)
    right = write(project, world.coordinator, yuan=17_500, voucher_no="0137")
    assert right.edition == 2
    approve(right, world.supervisor)
    assert sums(project) == (17_500, 0, 0)
    with pytest.raises(rules.VoucherIsKnown):
        write(project, world.coordinator, yuan=1, voucher_no="0137")


def test_an_entry_is_taken_back_once_and_a_reversal_never(world: World, project: Project) -> None:
    entry = write(project, world.coordinator)
    with pytest.raises(rules.EntryCannotBeReversed):
        reverse(entry, world.coordinator)
    approve(entry, world.supervisor)
    back = reverse(entry, world.coordinator)
    with pytest.raises(rules.EntryCannotBeReversed):
        reverse(entry, world.second_coordinator)
    with transaction():
        actions.reject_entry(entry_id=back.id, reason="没有错", rejecter=world.supervisor.id)
    again = reverse(entry, world.second_coordinator)
    approve(again, world.supervisor)
    for one in (entry, again):
        with pytest.raises(rules.EntryCannotBeReversed):
            reverse(one, world.coordinator)


def test_an_award_that_was_paid_out_is_not_taken_back(world: World, project: Project) -> None:
    award = approve(write(project, world.coordinator), world.supervisor)
    payment = approve(write(project, world.coordinator, "paid_out", 9_000), world.supervisor)
    back = reverse(award, world.coordinator)
    with pytest.raises(rules.AwardIsPaidOut):
        approve(back, world.supervisor)
    approve(reverse(payment, world.coordinator), world.supervisor)
    approve(back, world.supervisor)
    assert sums(project) == (0, 0, 0)


@pytest.mark.parametrize(("kind"), rules.KINDS)
def test_a_voucher_stands_once_per_project_and_kind(
    world: World, project: Project, kind: str
) -> None:
    write(project, world.coordinator, kind, voucher_no="0137")
    with pytest.raises(rules.VoucherIsKnown) as refused:
        write(project, world.second_coordinator, kind, yuan=5, voucher_no="0137")
    assert refused.value.facts == {"voucher_no": "0137"}
    for other in set(rules.KINDS) - {kind}:
        write(project, world.coordinator, other, voucher_no="0137")
    with transaction():
        elsewhere = make_project(world.community)
    write(elsewhere, world.coordinator, kind, voucher_no="0137")


@pytest.mark.parametrize(
    ("state", "refusal"), [("draft", ProjectIsNotPublished), ("closed", ProjectIsClosed)]
)
def test_only_a_published_project_has_a_growing_ledger(world: World, state, refusal) -> None:
    with transaction():
        project = make_project(world.community, state=state)
    with pytest.raises(refusal):
        write(project, world.coordinator)


def test_a_closed_project_only_takes_back(world: World, project: Project) -> None:
    entry = approve(write(project, world.coordinator), world.supervisor)
    late = write(project, world.coordinator, "spent", 100)
    with transaction():
        project.state = "closed"
    with pytest.raises(ProjectIsClosed):
        approve(late, world.supervisor)
    approve(reverse(entry, world.coordinator), world.supervisor)
    assert sums(project) == (0, 0, 0)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"yuan": 0}, rules.AmountIsNotPositive),
        ({"yuan": -5}, rules.AmountIsNotPositive),
        ({"occurred_on": date(2026, 11, 25)}, rules.DayLiesAhead),
    ],
)
def test_what_did_not_happen_is_not_written_down(
    world: World, project: Project, more: dict[str, Any], refusal
) -> None:
    with pytest.raises(refusal):
        write(project, world.coordinator, **more)


def test_today_is_the_day_on_the_wall(world: World, project: Project) -> None:
    """At 16:30 UTC it is tomorrow in Lanzhou already."""
    late = NOW.replace(hour=16, minute=30)
    entry = write(project, world.coordinator, occurred_on=date(2026, 11, 25), now=late)
    assert entry.occurred_on == date(2026, 11, 25)


def test_an_unknown_entry_is_not_found(world: World) -> None:
    with pytest.raises(NotFound), transaction():
        actions.approve_entry(entry_id=10**12, approver=world.supervisor.id, now=NOW)


def test_an_approved_entry_never_changes(world: World, project: Project) -> None:
    entry = approve(write(project, world.coordinator), world.supervisor)
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(update(Entry).where(Entry.id == entry.id).values(amount_fen=1))
    with pytest.raises(DBAPIError), transaction():
        db.session.execute(text("delete from funding_entry where id = :id"), {"id": entry.id})
    assert sums(project) == (18_000, 0, 0)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"amount_fen": 0}, "only_reversals_are_negative"),
        ({"amount_fen": -1}, "only_reversals_are_negative"),
        ({"kind": "lent"}, "kind_is_known"),
        ({"state": "lost"}, "state_is_known"),
        ({"state": "rejected"}, "rejection_has_a_reason"),
        ({"state": "approved", "approved_by": "writer"}, "approved_by_a_second_person"),
        ({"state": "approved", "approved_by": "other"}, "approval_is_signed"),
        ({"voucher_no": ""}, "has_a_voucher"),
        ({"counterparty_zh": ""}, "has_a_voucher"),
        ({"currency": "yuan"}, "currency_is_iso"),
    ],
)
def test_the_database_holds_it_too(world: World, project: Project, values, constraint) -> None:
    entry = write(project, world.coordinator)
    people = {"writer": world.coordinator.id, "other": world.supervisor.id}
    if "approved_by" in values:
        who = values["approved_by"]
        values = values | {"approved_by": people[who]}
        if who == "writer":
            values["approved_at"] = NOW
    with pytest.raises((IntegrityError, DBAPIError)) as refused, transaction():
        db.session.execute(update(Entry).where(Entry.id == entry.id).values(**values))
    if isinstance(refused.value, IntegrityError):
        assert violated(refused.value) == f"ck_funding_entry_{constraint}"
    else:
        assert constraint == "currency_is_iso"  # longer than three signs: refused by the type


def test_every_step_is_written_down(world: World, project: Project) -> None:
    entry = approve(write(project, world.coordinator), world.supervisor)
    back = reverse(entry, world.coordinator)
    with transaction():
        actions.reject_entry(entry_id=back.id, reason="没有错", rejecter=world.supervisor.id)
    found = select(AuditEntry.verb, AuditEntry.actor_id, AuditEntry.place_path, AuditEntry.facts)
    seen = db.session.execute(
        found.where(AuditEntry.thing.like("funding:%")).order_by(AuditEntry.id)
    )
    rows = seen.all()
    assert [(row.verb, row.actor_id) for row in rows] == [
        ("recorded", world.coordinator.id),
        ("approved", world.supervisor.id),
        ("recorded", world.coordinator.id),
        ("rejected", world.supervisor.id),
    ]
    assert {row.place_path for row in rows} == {world.community.path}
    assert rows[0].facts == {"project": project.id, "kind": "awarded", "fen": 1_800_000}

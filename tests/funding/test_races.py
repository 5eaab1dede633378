"""Two approvals at once: the row of the project lets one after the other look at the sums."""

from collections import Counter
from threading import Barrier, Thread

from flask import Flask

from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.factories.projects import make_project
from tests.funding.ledger import NOW, approve, write
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.funding import actions, queries
from volunteer_hub.people.models import Person
from volunteer_hub.projects.models import Project


def prepare() -> tuple[Project, Person, list[Person]]:
    with transaction():
        project = make_project(make_place("ganjiaxiang"))
        clerk = make_person("马丽")
        approvers = [make_person("孙伟") for _ in range(8)]
    approve(write(project, clerk, "awarded", 18_000), approvers[0])
    return project, clerk, approvers


def all_at_once(app: Flask, jobs: list) -> Counter[str]:
    """Do the jobs at the same moment; count what came of them."""
    start, outcomes = Barrier(len(jobs)), Counter()

    def do(job) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    job()
            except Refusal as refusal:
                outcomes[refusal.code] += 1
            else:
                outcomes["done"] += 1

    threads = [Thread(target=do, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_payments_approved_at_once_never_exceed_the_award(committed: Flask) -> None:
    project, clerk, approvers = prepare()
    payments = [write(project, clerk, "paid_out", 5_000, voucher_no=f"P{n}").id for n in range(8)]
    outcomes = all_at_once(
        committed,
        [
            lambda entry_id=entry_id, approver=approver.id: actions.approve_entry(
                entry_id=entry_id, approver=approver, now=NOW
            )
            for entry_id, approver in zip(payments, approvers, strict=True)
        ],
    )
    assert outcomes == {"done": 3, "paid-beyond-award": 5}
    assert queries.totals([project.id])[project.id].paid_out == 1_500_000


def test_one_entry_approved_by_many_counts_once(committed: Flask) -> None:
    project, clerk, approvers = prepare()
    payment = write(project, clerk, "paid_out", 5_000).id
    outcomes = all_at_once(
        committed,
        [
            lambda approver=approver.id: actions.approve_entry(
                entry_id=payment, approver=approver, now=NOW
            )
            for approver in approvers
        ],
    )
    assert outcomes == {"done": 1, "entry-is-settled": 7}
    assert queries.totals([project.id])[project.id].paid_out == 500_000


def test_a_payment_and_the_end_of_its_award_at_once(committed: Flask) -> None:
    project, clerk, approvers = prepare()
    award = queries.list_ledger(project.id).items[0].id
    payment = write(project, clerk, "paid_out", 18_000).id
    with transaction():
        back = actions.reverse_entry(
            entry_id=award, reason="签错了", created_by=clerk.id, now=NOW
        ).id
    outcomes = all_at_once(
        committed,
        [
            lambda entry_id=entry_id, approver=approver.id: actions.approve_entry(
                entry_id=entry_id, approver=approver, now=NOW
            )
            for entry_id, approver in zip((payment, back), approvers, strict=False)
        ],
    )
    assert outcomes["done"] == 1
    assert outcomes.total() == 2
    sums = queries.totals([project.id])[project.id]
    assert sums.paid_out <= sums.awarded


def test_one_entry_taken_back_by_many_is_taken_back_once(committed: Flask) -> None:
    project, _clerk, approvers = prepare()
    award = queries.list_ledger(project.id).items[0].id
    outcomes = all_at_once(
        committed,
        [
            lambda writer=writer.id: actions.reverse_entry(
                entry_id=award, reason="签错了", created_by=writer, now=NOW
            )
            for writer in approvers
        ],
    )
    assert outcomes == {"done": 1, "entry-cannot-be-reversed": 7}
    assert len(queries.list_waiting_of(project.id)) == 1


def test_one_voucher_written_by_many_stands_once(committed: Flask) -> None:
    project, _clerk, approvers = prepare()

    def job(writer: int) -> None:
        actions.record_entry(
            project=project,
            kind="spent",
            amount_fen=93_600,
            occurred_on=NOW.date(),
            counterparty_zh="超市",
            voucher_no="0137",
            created_by=writer,
            now=NOW,
        )

    outcomes = all_at_once(committed, [lambda w=person.id: job(w) for person in approvers])
    assert outcomes == {"done": 1, "voucher-is-known": 7}

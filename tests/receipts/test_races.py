"""Workers, drains and doors at the same letter, on real commits and a real mail server."""

import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from standalone.sinks.running import Sinks, running_sinks
from tests.messages.letter import MEI, TEMPLATES, attempts, post_trial, the_letter
from tests.receipts.letters import apply_all, hear, make_letter, receipts, state_of, suppressed
from tests.servers import Servers
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.receipts import actions
from volunteer_hub.receipts.rules.reports import read_report
from workers.receipts import apply


@pytest.fixture
def sinks(committed: Flask, servers: Servers, tmp_path: Path) -> Generator[Sinks]:
    """Both receiving servers, and the letter trial/hello; reports lie in inbox/reports."""
    loader = committed.jinja_env.loader
    assert loader is not None
    committed.jinja_env.loader = ChoiceLoader([loader, FileSystemLoader(TEMPLATES)])
    inbox = tmp_path / "inbox"
    (inbox / "reports").mkdir(parents=True)
    with running_sinks(servers.var / "run", inbox=inbox) as running:
        yield running


def reports(sinks: Sinks) -> list[bytes]:
    folder = sinks.mail.path.parent / "reports"
    return [one.read_bytes() for one in sorted(folder.glob("*.eml"))]


def keep_reports(sinks: Sinks) -> None:
    with transaction():
        for raw in reports(sinks):
            actions.keep(read_report(raw), now=database_now())


def all_at_once(app: Flask, works: list[Callable[[], object]]) -> None:
    """Run each in a thread with a session of its own; what one raises fails the test."""
    barrier, broken = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            try:
                barrier.wait(30)
                work()
            except BaseException as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert broken == []


def test_a_receipt_that_comes_before_our_own_commit_settles_the_letter(
    committed: Flask, sinks: Sinks
) -> None:
    post_trial()
    gate = sinks.mail_faults.gate("accepted")  # the server has it, and has not said so
    done: list[object] = []

    def drain() -> None:
        with committed.app_context():
            done.append(deliver(clock=database_now))
            db.session.remove()

    thread = threading.Thread(target=drain)
    thread.start()
    gate.wait()
    letter = the_letter()
    assert letter.state == "sending"
    hear(letter.uuid, "delivered")
    apply_all()
    assert the_letter().state == "delivered"
    gate.open()
    thread.join(30)
    assert done
    assert the_letter().state == "delivered"  # our own, later word takes nothing back
    assert attempts() == [("answered", "250 2.0.0 Kept")]


def test_a_receipt_keeps_the_next_try_from_leaving(committed: Flask, sinks: Sinks) -> None:
    post_trial(on_unknown="resend-same-bytes")
    sinks.mail_faults.lose = 1.0
    deliver(clock=database_now)
    sinks.mail_faults.lose = 0.0
    assert the_letter().state == "unknown"
    hear(the_letter().uuid, "delivered")
    apply_all()
    later = the_letter().try_at
    assert deliver(clock=lambda: later).sent == 0
    assert the_letter().state == "delivered"
    assert len(sinks.mail.arrivals()) == 1


@pytest.mark.parametrize(
    ("user", "state", "reason", "stopped"),
    [
        ("mei", "delivered", "", {}),
        ("gone+1", "bounced", "failed 5.1.1", {"g***@example.org": "hard-bounce"}),
        ("full", "sent", "delayed 4.2.2", {}),
        ("spam", "complained", "abuse sink/1", {"s***@example.org": "complaint"}),
    ],
)
def test_a_mail_server_that_reports(
    committed: Flask, sinks: Sinks, user: str, state: str, reason: str, stopped: dict[str, str]
) -> None:
    post_trial(to=MEI._replace(email=f"{user}@example.org"))
    assert deliver(clock=database_now).sent == 1
    (arrival,) = sinks.mail.arrivals()
    assert arrival["envid"] == str(the_letter().uuid)
    assert arrival["notify"] == "SUCCESS,FAILURE,DELAY"
    assert len(reports(sinks)) == 1
    keep_reports(sinks)
    apply()
    letter = the_letter()
    assert letter.state == state
    assert letter.reason.startswith(reason)
    assert suppressed() == stopped


def test_a_lost_answer_is_settled_by_the_report(committed: Flask, sinks: Sinks) -> None:
    sinks.mail_faults.lose = 1.0
    post_trial()
    deliver(clock=database_now)
    assert the_letter().state == "unknown"
    keep_reports(sinks)
    apply()
    assert the_letter().state == "delivered"


def test_the_same_event_at_two_doors_at_once_is_one(committed: Flask) -> None:
    letter = make_letter()
    all_at_once(committed, [lambda: hear(letter.uuid, "delivered", event="e1")] * 4)
    assert len(receipts()) == 1


def test_four_workers_at_the_same_letters(committed: Flask) -> None:
    letters = [make_letter("unknown") for _ in range(20)]
    for word in ("sent", "delivered", "bounced", "soft-bounced"):
        for letter in letters:
            hear(letter.uuid, word, blame="address")
    all_at_once(committed, [apply] * 4)
    apply()  # what one worker had in hand another skipped
    assert {state_of(letter) for letter in letters} == {"bounced"}
    assert all(one.applied_at for one in receipts())
    assert suppressed() == {"m***@example.org": "hard-bounce"}

"""Several carriers for one channel: who takes over, who rests, and what is never handed on."""

from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from standalone.sinks.running import Sinks, running_sinks
from tests.messages.letter import later, post_trial, the_letter
from volunteer_hub.carriers.actions import note_failure
from volunteer_hub.carriers.models import Carrier
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import Attempt

CLOSED = "sink:///nowhere/smtp.port"


@pytest.fixture
def two(tmp_path: Path) -> Generator[tuple[Sinks, Sinks]]:
    """Run two sets of receiving servers."""
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(running_sinks(tmp_path / name, inbox=tmp_path / name / "inbox"))
            for name in ("first", "second")
        )
        yield first, second


def carry(app: Flask, monkeypatch: pytest.MonkeyPatch, mail: str = "", sms: str = "") -> None:
    settings = replace(app.config["SETTINGS"], smtp_url=mail, sms_url=sms)
    monkeypatch.setitem(app.config, "SETTINGS", settings)


def carrier(name: str) -> Carrier:
    db.session.rollback()
    wanted = select(Carrier).where(Carrier.name == name)
    return db.session.scalars(wanted, execution_options={"populate_existing": True}).one()


def tries() -> list[tuple[str | None, str]]:
    """Give carrier and phase of every try, in order."""
    db.session.rollback()
    found = db.session.execute(select(Attempt.carrier, Attempt.phase).order_by(Attempt.id))
    return [(row.carrier, row.phase) for row in found]


def test_letters_are_shared_by_weight(
    committed: Flask, two: tuple[Sinks, Sinks], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    mail = f"{first.mail_url}?name=first&weight=100 {second.mail_url}?name=second&weight=0"
    carry(committed, monkeypatch, mail=mail)
    for number in range(6):
        post_trial(f"letter-{number}")
    assert deliver(clock=database_now).sent == 6
    assert len(first.mail.arrivals()) == 6
    carry(committed, monkeypatch, mail=mail.replace("weight=0", "weight=100"))
    for number in range(60):
        post_trial(f"more-{number}")
    assert deliver(clock=database_now).sent == 60
    assert second.mail.arrivals()
    handed = Counter(the_letter(f"more-{n}").carrier for n in range(60))
    assert handed == {
        "first": len(first.mail.arrivals()) - 6,
        "second": len(second.mail.arrivals()),
    }


def test_a_letter_goes_to_the_other_carrier_at_once_when_its_own_is_down(
    committed: Flask, two: tuple[Sinks, Sinks], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = two
    carry(
        committed,
        monkeypatch,
        mail=f"{CLOSED}?name=first&weight=100 {second.mail_url}?name=second&weight=0",
    )
    for number in range(3):
        post_trial(f"letter-{number}")
    assert deliver(clock=database_now).as_dict()["sent"] == 3
    assert len(second.mail.arrivals()) == 3
    assert [the_letter(f"letter-{n}").attempts for n in range(3)] == [0, 0, 0]
    assert {the_letter(f"letter-{n}").carrier for n in range(3)} == {"second"}
    assert tries()[0] == ("first", "claimed")
    assert ("second", "answered") in tries()
    assert (carrier("first").weight, carrier("second").weight) == (90, 10)


@pytest.mark.parametrize("on_unknown", ["hold", "resend-same-bytes"])
def test_an_unknown_letter_is_never_handed_to_the_other_carrier(
    committed: Flask, two: tuple[Sinks, Sinks], monkeypatch: pytest.MonkeyPatch, on_unknown: str
) -> None:
    first, second = two
    monkeypatch.setattr("volunteer_hub.carriers.channels.smpp.ANSWERS_WITHIN", 1)
    first.mail_faults.lose = 1.0
    weight = f"{first.mail_url}?name=first&weight=100 {second.mail_url}?name=second&weight=0"
    carry(committed, monkeypatch, mail=weight)
    post_trial(on_unknown=on_unknown)
    assert deliver(clock=database_now).unknown == 1
    assert the_letter().state == "unknown"
    first.mail_faults.lose = 0.0
    carry(committed, monkeypatch, mail=f"{second.mail_url}?name=second")
    for hours in (1, 2, 3):  # its own carrier is gone from the settings: nobody is asked again
        assert deliver(clock=later(hours=hours)).sent == 0
    carry(committed, monkeypatch, mail=weight)
    deliver(clock=later(hours=4))
    assert second.mail.arrivals() == []
    assert len(first.mail.arrivals()) == (1 if on_unknown == "hold" else 2)
    assert the_letter().state == ("unknown" if on_unknown == "hold" else "sent")


def test_while_a_breaker_is_open_no_attempt_is_burnt_and_one_probe_goes_each_half_minute(
    committed: Flask, two: tuple[Sinks, Sinks], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    carry(committed, monkeypatch, mail=f"{CLOSED}?name=first")
    for number in range(12):
        post_trial(f"letter-{number}")
    for _ in range(5):
        deliver(clock=database_now)
    assert carrier("first").state == "open"
    spent = [the_letter(f"letter-{n}").attempts for n in range(12)]
    assert sum(spent) == 5
    for _ in range(5):
        assert deliver(clock=later(seconds=25)).as_dict()["pending"] == 0
    assert [the_letter(f"letter-{n}").attempts for n in range(12)] == spent
    for _ in range(3):
        deliver(clock=later(seconds=31))
    assert carrier("first").state == "open"
    assert sum(the_letter(f"letter-{n}").attempts for n in range(12)) == 6
    carry(committed, monkeypatch, mail=f"{first.mail_url}?name=first")
    assert deliver(clock=later(minutes=3)).sent == 12  # the probe closed it, the rest followed
    assert carrier("first").state == "closed"


def test_a_probe_goes_beside_a_carrier_that_is_well(
    committed: Flask, two: tuple[Sinks, Sinks], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    both = f"{first.mail_url}?name=first&weight=0 {second.mail_url}?name=second"
    carry(committed, monkeypatch, mail=both)
    deliver(clock=database_now)
    with transaction():
        for _ in range(5):
            note_failure("first", beside=["second"], now=database_now())
    for number in range(5):
        post_trial(f"letter-{number}")
    assert deliver(clock=database_now).sent == 5
    assert len(second.mail.arrivals()) == 5  # it rests, and has had no time to recover
    for number in range(5):
        post_trial(f"more-{number}")
    assert deliver(clock=later(seconds=31)).sent == 5
    assert len(first.mail.arrivals()) == 1  # the probe; its weight gives it nothing else
    assert carrier("first").state == "closed"

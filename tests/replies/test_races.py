"""The same answer at the same moment, and the whole way of a text over a real message centre."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from standalone.sinks.running import Sinks, running_sinks
from tests.at_once import at_once
from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.replies.phones import asked, now_of, texts_to
from tests.signups.invariants import faults
from volunteer_hub.dispatch.actions import deliver
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import IncomingSms, Message
from volunteer_hub.replies.actions import by_link, by_text
from volunteer_hub.signups.models import Signup, SignupMove
from workers.replies import listen


@pytest.fixture
def mine(committed: Flask, shift_of, join) -> Signup:
    """A place whose giving back is late, and somebody who waits for it."""
    with transaction():
        place = make_place("ganjiaxiang")
        make_person("马丽", role=policy.COORDINATOR, at=place)
        mei, wang = make_person("陈晓梅"), make_person("王建国")
    shift = shift_of(place, capacity=1, leave_cutoff=2 * 24 * 60)
    signup = join(shift, mei)
    join(shift, wang)
    asked(shift)
    return signup


def left_how_often(signup: Signup) -> int:
    moves = select(func.count()).where(
        SignupMove.signup_id == signup.id, SignupMove.state == "cancelled_by_volunteer"
    )
    return db.session.scalar(moves) or 0


def late_letters() -> int:
    kind = Message.kind == "shift-late-cancel", Message.channel == "email"
    return db.session.scalar(select(func.count()).where(*kind)) or 0


def test_a_link_pressed_by_many_fingers_at_once(committed: Flask, mine: Signup, proof) -> None:
    token, key = proof(mine, "leave"), committed.config["SECRET_KEY"]
    results = at_once(
        committed,
        *[lambda: by_link.answer(token=token, key=key, now=database_now())] * 6,
    )
    assert results == [None] * 6
    assert (left_how_often(mine), late_letters(), faults()) == (1, 1, [])


def test_both_links_at_once_do_one_or_the_other(committed: Flask, mine: Signup, proof) -> None:
    key = committed.config["SECRET_KEY"]

    def press(verb: str) -> Callable[[], object]:
        token = proof(mine, verb)
        return lambda: by_link.answer(token=token, key=key, now=database_now())

    at_once(committed, press("come"), press("leave"), press("come"), press("leave"))
    assert now_of(mine).state == "cancelled_by_volunteer"
    assert (left_how_often(mine), faults()) == (1, [])


def test_one_text_and_many_workers(committed: Flask, mine: Signup) -> None:
    mei = now_of(mine).person_id
    phone = db.session.scalar(select(Message.address).where(Message.recipient_id == mei).where(
        Message.channel == "sms"))  # fmt: skip
    with transaction():
        db.session.add(IncomingSms(sender=phone, text="2", reference="once"))
    results = at_once(committed, *[lambda: by_text.answer_next(now=database_now())] * 6)
    assert sorted(map(str, results)) == ["None"] * 5 + ["leave"]
    assert (left_how_often(mine), late_letters(), faults()) == (1, 1, [])
    assert len(texts_to(phone)) == 1


def test_text_and_link_at_once(committed: Flask, mine: Signup, proof) -> None:
    mei = now_of(mine).person_id
    phone = db.session.scalar(select(Message.address).where(Message.recipient_id == mei).where(
        Message.channel == "sms"))  # fmt: skip
    with transaction():
        db.session.add(IncomingSms(sender=phone, text="2", reference="once"))
    token, key = proof(mine, "leave"), committed.config["SECRET_KEY"]
    at_once(
        committed,
        lambda: by_text.answer_next(now=database_now()),
        lambda: by_link.answer(token=token, key=key, now=database_now()),
    )
    assert (left_how_often(mine), late_letters(), faults()) == (1, 1, [])


@pytest.fixture
def sinks(committed: Flask, tmp_path: Path) -> Generator[Sinks]:
    sockets = committed.config["SETTINGS"].sockets
    with running_sinks(sockets, inbox=tmp_path / "inbox") as running:
        yield running


def test_the_whole_way_of_an_answer(committed: Flask, sinks: Sinks, shift_of, join) -> None:
    """A reminder leaves, a phone writes back twice the same text, the confirmation arrives."""
    with transaction():
        place, mei = make_place("ganjiaxiang"), make_person("陈晓梅")
    signup = join(shift_of(place), mei)
    remind = db.update(Message).where(Message.kind == "shift-reminder-2h")
    with transaction():
        db.session.execute(remind.values(due_at=database_now(), try_at=database_now()))
    deliver(clock=database_now)
    number = (mei.phone or "").removeprefix("+")
    assert any("回1能来，回2来不了" in text["text"] for text in sinks.sms.arrivals())
    for _ in range(2):  # the centre did not hear our yes
        sinks.smsc.phones.write(number, "2", reference=7)
    listen()
    assert now_of(signup).state == "cancelled_by_volunteer"
    deliver(clock=database_now)
    arrived = [(text["to"], text["text"]) for text in sinks.sms.arrivals()]
    assert arrived[-1][0] == number
    assert "已为您取消" in arrived[-1][1]
    assert sum("已为您取消" in text for _to, text in arrived) == 1
    assert sinks.smsc.phones.waiting() == []


def test_a_lock_that_somebody_holds_leaves_the_text_for_the_next_time(
    committed: Flask, mine: Signup, tmp_path: Path
) -> None:
    phone = "+8613999999999"
    with transaction():
        db.session.add(IncomingSms(sender=phone, text="1", reference="once"))
    with committed.app_context(), db.engine.connect() as other:
        other.execute(db.text("select 1 from incoming_sms for update"))
        with transaction():
            db.session.execute(db.text("set local lock_timeout = '100ms'"))
            with pytest.raises(db.exc.OperationalError):
                by_text.answer_next(now=database_now())
            db.session.rollback()
        other.rollback()
    with transaction():
        assert by_text.answer_next(now=database_now()) == "unknown"

"""People who sign up, leave and say that they want no more letters, and staff who move and cancel.

Each process has people of its own, and all shifts. It calls the real actions as a door does, and
writes down what was acknowledged: only what stands in the database then may be relied upon.
"""

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.foundation.refusal import Refusal

Facts = dict[str, Any]
WEIGHTS = {"join": 50, "leave": 20, "accept": 6, "move": 17, "cancel": 1, "text": 3, "click": 3}
STOPPING = """
select kind, headers ->> 'List-Unsubscribe' from message where recipient_id = :person_id
and headers ? 'List-Unsubscribe' order by random() limit 1"""


class Volunteers:
    """One process's people; `log` gets a line for each acknowledged deed."""

    def __init__(self, app: Flask, log: str, people: Sequence[int], shifts: Sequence[int]) -> None:
        self.app, self.people, self.shifts = app, people, list(shifts)
        self.own: dict[int, int] = {}  # person and sign-up
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.dice = random.Random()

    def do(self, name: str) -> bool:
        """Do something, and tell whether it was acknowledged; a refusal is an answer as well."""
        if name == "click":
            return self._click()
        return self.acknowledged(name, getattr(self, f"_{name}"))

    def join(self, person_id: int, shift_id: int) -> Facts:
        from volunteer_hub.people.queries.persons import get_person
        from volunteer_hub.signups.actions import joining

        ask = joining.Ask(instant=self.dice.random() < 0.5)
        person = get_person(person_id)
        signup = joining.join(shift_id=shift_id, person=person, now=utc_now(), ask=ask)
        self.own[person_id] = signup.id
        return {"person": person_id, "shift": shift_id, "signup": signup.id}

    def acknowledged(self, name: str, deed: Callable[[], Facts]) -> bool:
        with self.app.app_context():
            try:
                with transaction():
                    facts = deed()
                at = database_now().isoformat()
            except Refusal as refusal:
                facts, at = {"refused": type(refusal).__name__}, ""
            except SQLAlchemyError as error:
                self._note(name, error=type(error).__name__)
                return False
            finally:
                db.session.remove()
        self._note(name, at=at, **facts)
        return True

    def end(self) -> None:
        """Say that all was done that was to be done."""
        self._note("end")

    def _note(self, what: str, *, at: str = "", **facts: Any) -> None:
        """Write one line, whole or not at all."""
        line = json.dumps({"what": what, "at": at, **facts}) + "\n"
        os.write(self.log, line.encode())

    def _join(self) -> Facts:
        free = [person for person in self.people if person not in self.own]
        if not free:
            return self._leave()
        return self.join(self.dice.choice(free), self.dice.choice(self.shifts))

    def _leave(self) -> Facts:
        from volunteer_hub.signups.actions import joining

        if not self.own:
            raise Refusal
        person_id = self.dice.choice(list(self.own))
        who = {"by": person_id, "by_staff": False}
        signup = joining.leave(signup_id=self.own.pop(person_id), now=utc_now(), **who)
        return {"person": person_id, "shift": signup.shift_id, "left": True}

    def _accept(self) -> Facts:
        from volunteer_hub.signups.actions import offers

        if not self.own:
            raise Refusal
        signup = offers.accept(signup_id=self.dice.choice(list(self.own.values())), now=utc_now())
        return {"person": signup.person_id, "shift": signup.shift_id}

    def _move(self) -> Facts:
        """Move a shift by some seconds, now to another moment, now to another place."""
        from volunteer_hub.shifts.queries.shifts import get_shift
        from volunteer_hub.signups.actions import changing
        from volunteer_hub.signups.queries.signups import list_live

        shift = get_shift(self.dice.choice(self.shifts))
        later = timedelta(seconds=self.dice.choice((-9, -4, 3, 8, 15)))
        times = {"starts_at": shift.starts_at + later, "ends_at": shift.ends_at + later}
        shift = changing.change_shift(shift_id=shift.id, now=utc_now(), **times)  # type: ignore[arg-type]
        told = [signup.person_id for signup in list_live(shift.id)]
        return {"shift": shift.id, "revision": shift.revision, "people": told}

    def _cancel(self) -> Facts:
        from volunteer_hub.shifts.queries.shifts import get_shift, lock_shift
        from volunteer_hub.signups.actions import changing
        from volunteer_hub.signups.queries.signups import list_live

        shift_id = self.dice.choice(self.shifts)
        lock_shift(shift_id)  # whoever comes to know of it is told
        told = [signup.person_id for signup in list_live(shift_id)]
        changing.cancel_shift(shift_id=shift_id, reason="Rain", now=utc_now())
        return {"shift": shift_id, "revision": get_shift(shift_id).revision, "people": told}

    def _text(self) -> Facts:
        """Write TD from a phone, and let it be dealt with."""
        from volunteer_hub.messages.models import IncomingSms
        from volunteer_hub.people.queries.persons import get_person
        from volunteer_hub.replies.actions.by_text import answer_next

        person = get_person(self.dice.choice(self.people))
        said = {"sender": person.phone, "text": "TD", "reference": f"drill-{time.time_ns()}"}
        db.session.add(IncomingSms(**said))
        db.session.flush()
        for _ in range(100):
            if answer_next(now=utc_now()) is None:
                break
        else:
            raise Refusal
        handled = db.session.scalar(
            text("select outcome from incoming_sms where reference = :reference"), said
        )
        if handled != "opted-out":
            raise Refusal  # another process is at the texts: this one is withdrawn
        return {"person": person.id, "channel": "sms", "kind": ""}

    def _click(self) -> bool:
        """Click on the link of a mail that stops its kind, as a mail program does."""
        person_id = self.dice.choice(self.people)
        with self.app.app_context():
            found = db.session.execute(text(STOPPING), {"person_id": person_id}).one_or_none()
        if found is None:
            self._note("click", refused="no letter yet")
            return True
        kind, link = found
        page = urlsplit(link.strip("<>"))
        answer = self.app.test_client().post(
            f"{page.path}?{page.query}", data={"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code < 400, answer.status
        with self.app.app_context():
            at = database_now().isoformat()
        self._note("click", at=at, person=person_id, channel="email", kind=kind)
        return True


def sign_up(
    app: Flask,
    stopping: list[bool],
    *,
    log: str,
    people: list[int],
    shifts: list[int],
    pause: float,
    seconds: float,
) -> None:
    """Sign everybody up for every shift, one after another, as far as the time reaches.

    Asks again until there is an answer.
    """
    mine, ends = Volunteers(app, log, people, shifts), time.monotonic() + seconds
    for shift_id, person_id in product(shifts, people):
        while not (stopping or time.monotonic() > ends):
            time.sleep(pause)
            if mine.acknowledged("join", partial(mine.join, person_id, shift_id)):
                break


def mix(
    app: Flask,
    _stopping: list[bool],
    *,
    log: str,
    people: list[int],
    shifts: list[int],
    seed: int,
    count: int,
) -> None:
    """Do so many things that were acknowledged or refused, as chance decides."""
    mine = Volunteers(app, log, people, shifts)
    mine.dice = random.Random(seed)
    for _ in range(count):
        (name,) = mine.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        mine.do(name)
    mine.end()

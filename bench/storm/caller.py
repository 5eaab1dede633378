"""A client that calls the actions itself, so that its death leaves a transaction in the middle.

Its process is copied from one in which everything is imported already (see town.py).
"""

import os
from collections.abc import Callable
from importlib import import_module

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from bench.storm.client import Client, Share
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.signups.actions import changing, joining, offers, reserving

NAME = "storm"  # of its connections, followed by the number of the process
OFFERED = "select id from signup where state = 'offered' order by random() limit 1"
STAYING = """
select id from signup where shift_id = %s and state = 'confirmed'
order by random() limit (select greatest(%s - reserved, 0) from shift where id = %s)"""


class Caller(Client):
    steps = {  # noqa: RUF012  (read, never changed)
        "join": 40,
        "leave": 20,
        "accept": 25,
        "change_places": 8,
        "overbook": 3,
        "keep_places": 2,
        "release_places": 2,
    }

    def __init__(self, share: Share, app: Flask) -> None:
        super().__init__(share)
        self.app = app

    def join(self) -> str:
        return self._join()

    def overbook(self) -> str:
        return self._join(made_by=self.any_person(), ask=joining.Ask(beyond=True))

    def leave(self) -> str:
        signup_id = self.any_own()
        if signup_id is None:
            return ""
        person_id = self.own.pop(signup_id)
        who = {"by": person_id, "by_staff": False}
        return self._do(lambda: joining.leave(signup_id=signup_id, now=utc_now(), **who))

    def accept(self) -> str:
        """Take any offer that is open; another caller may be after the same one."""
        found = self.look.execute(OFFERED).fetchone()
        if found is None:
            return ""
        return self._do(lambda: offers.accept(signup_id=found[0], now=utc_now()))

    def change_places(self) -> str:
        """Give a shift more places or fewer; of those who serve, chance says who stays."""
        shift_id, places = self.any_shift(), self.dice.randint(14, 26)
        facts = {"shift_id": shift_id, "capacity": places}
        outcome = self._do(lambda: changing.change_shift(**facts, now=utc_now()))
        if outcome != "refused":
            return outcome
        serving = self.look.execute(STAYING, (shift_id, places, shift_id)).fetchall()
        staying = [signup_id for (signup_id,) in serving]
        return self._do(lambda: changing.change_shift(**facts, staying=staying, now=utc_now()))

    def keep_places(self) -> str:
        facts = {"shift_id": self.any_shift(), "places": 1}
        return self._do(lambda: reserving.keep_places(**facts, now=utc_now()))

    def release_places(self) -> str:
        facts = {"shift_id": self.any_shift(), "places": 1}
        return self._do(lambda: reserving.release_places(**facts, now=utc_now()))

    def _join(self, **how: object) -> str:
        person_id, shift_id = self.any_person(), self.any_shift()

        def join() -> None:
            person = get_person(person_id)
            signup = joining.join(shift_id=shift_id, person=person, now=utc_now(), **how)  # type: ignore[arg-type]
            self.own[signup.id] = person_id

        return self._do(join)

    def _do(self, action: Callable[[], object]) -> str:
        """Do it as a door does: one action in one transaction."""
        with self.app.app_context():
            try:
                with transaction():
                    action()
            except Refusal:
                return "refused"
            except SQLAlchemyError as error:
                state = getattr(getattr(error, "orig", None), "sqlstate", None)
                return f"error-{state or type(error).__name__}"
        return "done"


def storm(share: Share) -> None:
    os.environ["PGAPPNAME"] = f"{NAME}-{os.getpid()}"  # so that faults can be aimed
    warm = import_module("bench.storm.warm")  # here already: this process is a copy
    Caller(share, warm.app).run()

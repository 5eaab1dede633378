"""The worker that closes what nobody can answer any more."""

import time_machine
from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.factories.stand_ins import make_request
from tests.stand_ins.conftest import HOUR, NOW, START
from tests.world import build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.stand_ins import actions
from volunteer_hub.stand_ins.models import StandInRequest
from workers.stand_ins import close_ended


def test_goes_on_until_none_is_left_and_may_run_twice(committed, monkeypatch):
    world = build_world()
    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=START + HOUR)
        later = make_shift(world.community, starts_at=START + HOUR, ends_at=START + 2 * HOUR)
        for _ in range(5):
            make_request(make_signup(shift, make_person()))
        kept = make_request(make_signup(later, make_person())).id
    monkeypatch.setattr(actions.close_ended, "__kwdefaults__", {"limit": 2})
    for now, closed in ((NOW, 0), (START, 5), (START, 5)):
        with time_machine.travel(now, tick=False):
            close_ended.run()
        db.session.remove()
        states = db.session.scalars(select(StandInRequest.state)).all()
        assert states.count("closed") == closed
    assert db.session.get_one(StandInRequest, kept).state == "open"

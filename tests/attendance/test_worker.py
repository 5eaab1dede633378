"""The worker that checks out whoever forgot to."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from tests.factories.attendance import make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.market import END, START
from tests.world import build_world
from volunteer_hub.attendance.actions import presence
from volunteer_hub.attendance.models import Presence
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.models import Hours
from workers.attendance import close_forgotten


def test_goes_on_until_nobody_is_left_and_may_run_twice(committed, monkeypatch):
    world = build_world()
    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=END)
        for _ in range(5):
            make_presence(shift, make_person())
    monkeypatch.setattr(presence.close_forgotten, "__kwdefaults__", {"limit": 2})
    for _ in range(2):
        with time_machine.travel(END + timedelta(hours=5), tick=False):
            close_forgotten.run()
        db.session.remove()
        states = db.session.scalars(select(Presence.state)).all()
        sources = db.session.scalars(select(Hours.source)).all()
        assert states == ["left"] * 5
        assert sources == ["confirmed_by_leader"] * 5

"""The worker's tick: finds what is left, goes on after trouble, may run twice."""

import time_machine
from sqlalchemy import select

from tests.factories.standing import make_day, make_order
from tests.standing.conftest import NOW, TUESDAY, tuesdays
from tests.world import build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.signups.models import Signup
from volunteer_hub.standing.models import StandingTry
from workers import standing
from workers.standing import sign_up


def test_signs_up_who_is_left_and_may_run_twice(committed):
    world = build_world()
    with transaction():
        series = tuesdays(world)
        make_day(series, TUESDAY)
        for person in (world.volunteer, world.other_volunteer):
            make_order(series, person)
    for _ in range(2):
        with time_machine.travel(NOW, tick=False):
            sign_up.run()
        db.session.remove()
        assert db.session.scalars(select(Signup.state)).all() == ["confirmed"] * 2


def test_one_that_breaks_holds_up_no_other(committed, monkeypatch):
    world = build_world()
    with transaction():
        series = tuesdays(world)
        make_day(series, TUESDAY)
        broken = make_order(series, world.volunteer).id
        whole = make_order(series, world.other_volunteer).id
    real = standing.fill_next

    def fill(*, due, now):
        if due.order_id == broken:
            raise ZeroDivisionError
        return real(due=due, now=now)

    monkeypatch.setattr(standing, "fill_next", fill)
    with time_machine.travel(NOW, tick=False):
        sign_up.run()
    assert db.session.scalars(select(StandingTry.order_id)).all() == [whole]

"""The worker that gives back what was kept past its deadline."""

import time_machine
from sqlalchemy import select

from tests.factories.groups import make_reservation
from tests.factories.shifts import make_shift
from tests.groups.conftest import DAY, HOUR, NOW, START
from tests.people.outbox import letters
from tests.world import build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.groups.models import Reservation
from volunteer_hub.shifts.models import Shift
from workers import groups


def test_goes_on_until_none_is_left_and_may_run_twice(committed):
    world = build_world()
    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=START + HOUR)
        later = make_shift(world.community, starts_at=START + DAY, ends_at=START + DAY + HOUR)
        for _ in range(2):
            make_reservation(shift, world.partner_contact, until=NOW + HOUR)
        kept = make_reservation(later, world.partner_contact).id
    for now, left in ((NOW, 3), (NOW + HOUR, 1), (NOW + HOUR, 1)):
        with time_machine.travel(now, tick=False):
            groups.release_ended.run()
        db.session.remove()
        still = select(Reservation.id).where(Reservation.state == "open")
        assert len(db.session.scalars(still).all()) == left
    assert db.session.scalars(still).one() == kept
    assert db.session.scalars(select(Shift.reserved).order_by(Shift.id)).all() == [0, 2]
    assert len([one for one in letters("places-released") if one.channel == "email"]) == 2


def test_one_that_fails_holds_up_no_other(committed, monkeypatch):
    world = build_world()
    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=START + HOUR)
        first = make_reservation(shift, world.partner_contact).id
        second = make_reservation(shift, world.partner_contact).id

    def fail(*, reservation_id, now, release=groups.release):
        if reservation_id == first:
            raise RuntimeError("in this test")
        return release(reservation_id=reservation_id, now=now)

    monkeypatch.setattr(groups, "release", fail)
    with time_machine.travel(START, tick=False):
        groups.release_ended.run()
    db.session.remove()
    states = db.session.execute(select(Reservation.id, Reservation.state)).all()
    assert dict(states) == {first: "open", second: "ended"}

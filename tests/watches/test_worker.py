"""The worker's tick: it may run twice, and goes on where a killed one left."""

import pytest
import time_machine

from tests.factories.watches import make_watch
from tests.watches.conftest import HELD, NOW, letters, shift_at
from tests.world import build_world
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.watches import letters as room_letters
from workers.watches import look


def tick(at):
    with time_machine.travel(at, tick=False):
        look.run()
    db.session.remove()


@pytest.fixture
def world(committed):
    world = build_world()
    with transaction():
        shift_at(world.community)
        for person in (world.volunteer, world.other_volunteer):
            make_watch(person, place=world.community)
    return world


def test_looks_and_may_run_twice(world):
    for at in (NOW, NOW, NOW + HELD, NOW + HELD, NOW + 2 * HELD):
        tick(at)
    assert len(letters(channel="email")) == 2


def test_killed_between_two_letters_it_tells_all_the_next_time(world, monkeypatch):
    tick(NOW)
    post, posted = room_letters.post_office.post_letter, []

    def killed(*args, **more):
        if posted:
            raise SystemExit
        posted.append(post(*args, **more))

    with monkeypatch.context() as patch:
        patch.setattr(room_letters.post_office, "post_letter", killed)
        with pytest.raises(SystemExit):
            tick(NOW + HELD)
    db.session.remove()
    assert posted == [2]
    assert letters() == []
    tick(NOW + 2 * HELD)
    assert len(letters(channel="email")) == 2

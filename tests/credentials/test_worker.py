"""The worker that tells people in time."""

import time_machine
from sqlalchemy import select

from tests.credentials.conftest import DAY, NOW, TODAY
from tests.factories.credentials import make_credential
from tests.factories.people import make_person
from tests.world import build_world
from volunteer_hub.credentials import actions
from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from workers.credentials import tell_expiring


def test_goes_on_until_everybody_is_told_and_may_run_twice(committed, monkeypatch):
    world = build_world()
    with transaction():
        for _ in range(5):
            make_credential(make_person(), by=world.coordinator, valid_until=TODAY + 7 * DAY)
    monkeypatch.setattr(actions.tell_expiring, "__kwdefaults__", {"limit": 2})
    for _ in range(2):
        with time_machine.travel(NOW, tick=False):
            tell_expiring.run()
        db.session.remove()
        assert db.session.scalars(select(Credential.told_days)).all() == [7] * 5
        sent_to = db.session.scalars(select(Message.address).where(Message.channel == "email"))
        assert len(set(sent_to.all())) == 5

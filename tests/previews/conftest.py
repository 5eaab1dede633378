"""A town in which there is something real for every kind of letter."""

from datetime import date, timedelta

import pytest

from tests.factories.attendance import make_hours
from tests.factories.credentials import make_training
from tests.factories.funding import make_entry
from tests.factories.groups import make_reservation
from tests.factories.projects import make_project
from tests.factories.series import make_series
from tests.factories.shifts import make_shift, make_signup
from tests.factories.stand_ins import make_request
from tests.factories.standing import make_day, make_order
from tests.factories.watches import make_watch
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.models import Dispute
from volunteer_hub.mailings import actions as mailings
from volunteer_hub.mailings.rules import CONFIRMED, Words
from volunteer_hub.standing.models import StandingTry

NUMBER = "急救-00318"
SAID = Words(subject_zh="换门", text_zh="请走东门。")
DAY = timedelta(days=1)


@pytest.fixture
def town(world):
    """One shift with somebody on it and somebody in line, and whatever else letters are about."""
    with transaction():
        shift = make_shift(world.community, starts_at=utc_now() + 5 * DAY)
        signup = make_signup(shift, world.volunteer)
        make_signup(shift, world.other_volunteer, state="waitlisted")
        make_request(signup, invited=world.other_volunteer, note="嗓子哑了")
        make_reservation(shift, world.other_volunteer)
        make_watch(world.volunteer, place=world.community)
        make_entry(make_project(world.community), state="draft", created_by=world.coordinator.id)
        _promised(world)
        _disputed(world)
        world.volunteer.home_place_id = world.community.id
        make_training(world.volunteer, by=world.coordinator, number=NUMBER)
        kept = {"shift_id": shift.id, "audience": CONFIRMED, "channels": ["email", "sms"]}
        mailings.draft(place=world.community, words=SAID, by=world.coordinator.id, **kept)
    return shift


def _promised(world):
    order = make_order(make_series(world.community), world.volunteer)
    day = make_day(order.series, utc_now() + 9 * DAY)
    facts = {"order_id": order.id, "shift_id": day.id, "at": utc_now()}
    db.session.add(StandingTry(outcome="refused", reason="too-young", **facts))


def _disputed(world):
    for state in ("rejected", "locked"):
        past = make_shift(world.community, starts_at=utc_now() - 3 * DAY)
        hours = make_hours(past, world.volunteer, state=state, by=world.coordinator)
    said = {"opened_at": utc_now(), "due_on": date(2027, 12, 1), "says": "少了"}
    answer = {"answered_at": utc_now(), "answered_by": world.second_coordinator.id}
    answered = {"state": "turned_down", "answer": "名单上没有", **answer}
    db.session.add(Dispute(hours_id=hours.id, opened_by=world.volunteer.id, **said, **answered))

from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction

DAY = timedelta(days=1)


@pytest.fixture
def shift(world):
    with transaction():
        return make_shift(world.community, spot_zh="党群活动中心广场")


def read(answer):
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data)


def uids(calendar):
    return [str(event["uid"]).split("@")[0] for event in calendar.walk("VEVENT")]


def test_a_shift_s_file(world, client, as_person, shift):
    calendar = read(client.get(f"/shifts/{shift.id}.ics"))
    assert uids(calendar) == [f"shift-{shift.id}"]
    (event,) = calendar.walk("VEVENT")
    assert event["location"] == "党群活动中心广场"
    assert event.walk("VALARM") == []
    with transaction():
        make_signup(shift, world.volunteer)
    own = read(as_person(world.volunteer).get(f"/shifts/{shift.id}.ics"))
    assert uids(own) == [f"shift-{shift.id}-{world.volunteer.id}"]
    assert len(own.walk("VALARM")) == 2


def test_the_public_calendar_has_the_next_ninety_days(world, client, now):
    with transaction():
        near = make_shift(world.community, starts_at=now + 89 * DAY, ends_at=now + 90 * DAY)
        make_shift(world.community, starts_at=now + 91 * DAY, ends_at=now + 92 * DAY)
        make_shift(world.community, starts_at=now - DAY, ends_at=now + DAY)
        make_shift(world.community, state="draft")
        make_shift(world.community, state="cancelled", reason="大风")
    calendar = read(client.get("/activities/public.ics"))
    assert uids(calendar) == [f"shift-{near.id}"]


def test_an_empty_calendar_is_a_calendar(client, world):
    assert uids(read(client.get("/activities/public.ics"))) == []


def test_the_private_calendar_is_made_renewed_and_secret(world, as_person, client, shift):
    browser = as_person(world.volunteer)
    assert "Make my calendar address" in browser.get("/shifts/feed").text
    with transaction():
        make_signup(shift, world.volunteer)
    first = token(browser, world.volunteer)
    assert uids(read(client.get(f"/shifts/feed/{first}.ics"))) == [
        f"shift-{shift.id}-{world.volunteer.id}"
    ]
    second = token(browser, world.volunteer)
    assert second != first
    assert client.get(f"/shifts/feed/{first}.ics").status_code == 404
    assert f"/shifts/feed/{second}.ics" in browser.get("/shifts/feed").text


def test_the_private_calendar_knows_every_state(world, as_person, client, now):
    def at(days, **more):
        times = {"starts_at": now + days * DAY, "ends_at": now + days * DAY + DAY / 24}
        return make_shift(world.community, **times, **more)

    me = world.volunteer
    with transaction():
        serves, waits, off, left, old = at(1), at(2), at(3), at(4), at(-400)
        make_signup(serves, me)
        make_signup(waits, me, state="waitlisted")
        make_signup(off, me, state="cancelled_by_org", ended_at=now)
        make_signup(left, me, state="cancelled_by_volunteer", ended_at=now)
        make_signup(old, me)
    secret = token(as_person(me), me)
    calendar = read(client.get(f"/shifts/feed/{secret}.ics"))
    found = {str(event["uid"]).split("-")[1]: str(event["status"]) for event in calendar.events}
    assert found == {
        str(serves.id): "CONFIRMED",
        str(waits.id): "TENTATIVE",
        str(off.id): "CANCELLED",
    }


def token(browser, person):
    assert browser.post("/shifts/feed").status_code == 303
    db.session.expire_all()
    return person.calendar_token

"""What can be subscribed to: what is held for everybody, and a person's own calendar."""

from datetime import date, timedelta

import pytest
import time_machine

from tests.calendar.reading import read, shanghai, uids
from tests.factories.activities import make_activity
from tests.factories.series import make_series
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction

DAY = timedelta(days=1)
PUBLIC = "/activities/public.ics"


def test_the_public_calendar_has_the_next_ninety_days(world, client, now):
    def held(first, last, **more):
        span = {"starts_at": now + first * DAY, "ends_at": now + last * DAY}
        return make_activity(world.community, **span, **more)

    with transaction():
        near, goes_on = held(89, 90), held(-1, 1)
        off = held(2, 3, state="cancelled", reason="大风")
        held(91, 92)
        held(-2, -1)
        held(3, 4, state="draft")
        make_shift(world.community, activity=near)
    calendar = read(client.get(PUBLIC))
    assert uids(calendar) == [f"activity-{one.id}" for one in (goes_on, off, near)]
    states = {str(event["uid"]).split("@")[0]: str(event["status"]) for event in calendar.events}
    assert states[f"activity-{off.id}"] == "CANCELLED"
    assert states[f"activity-{near.id}"] == "CONFIRMED"
    cancelled = next(event for event in calendar.events if event["status"] == "CANCELLED")
    assert "大风" in cancelled["description"]


def test_a_series_is_one_event_beside_its_own_days(world, client, occur):
    with transaction():
        series = make_series(world.community, first_on=date(2026, 11, 5))
        for month in (11, 12):
            occur(series, date(2026, month, 5), revision=month)
        other = make_activity(world.community, starts_at=shanghai("2026-12-01T08:00"))
    with time_machine.travel(shanghai("2026-11-24T10:00"), tick=False):
        calendar = read(client.get(PUBLIC))
    assert uids(calendar) == [f"activity-{other.id}", f"series-{series.id}"]
    event = calendar.events[1]
    assert event["rrule"].to_ical() == b"FREQ=MONTHLY;UNTIL=20261205T000000Z;BYMONTHDAY=5"
    assert event["sequence"] == 11 + 12 + 2


def test_the_public_calendar_of_one_place_in_one_language(world, client):
    with transaction():
        here = make_activity(world.community)
        make_activity(world.neighbour)
    chinese = client.get(f"{PUBLIC}?place=ganjiaxiang&lang=zh", headers={"Accept-Language": "en"})
    assert uids(read(chinese)) == [f"activity-{here.id}"]
    assert read(chinese)["x-wr-calname"] == "邻里志愿"
    english = read(client.get(f"{PUBLIC}?lang=en", headers={"Accept-Language": "zh-CN"}))
    assert (english["x-wr-calname"], english["name"]) == ("Volunteer Hub", "Volunteer Hub")
    assert {str(event["summary"]) for event in english.events} == {"Sharing Market"}
    assert client.get(f"{PUBLIC}?place=nowhere").status_code == 404


def test_an_empty_calendar_is_a_calendar(client, world):
    calendar = read(client.get(PUBLIC))
    assert uids(calendar) == []
    assert calendar["refresh-interval"].to_ical() == b"PT4H"
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"


def test_what_says_the_same_is_answered_by_304(world, client, now):
    with transaction():
        activity = make_activity(world.community)
        world.volunteer.calendar_token = "a-secret"
    for path in (PUBLIC, "/shifts/feed/a-secret.ics"):
        with time_machine.travel(now, tick=False):
            first = client.get(path)
        tag = {"If-None-Match": first.headers["ETag"]}
        with time_machine.travel(now + timedelta(minutes=9), tick=False):
            again = client.get(path, headers=tag)
            assert client.get(path).data != first.data or path != PUBLIC  # written anew
        assert (again.status_code, again.data) == (304, b""), path
        assert again.headers["ETag"] == first.headers["ETag"]
    known = client.get(PUBLIC).headers["ETag"]
    with transaction():
        activity.starts_at += timedelta(minutes=5)
        activity.revision += 1
    assert client.get(PUBLIC, headers={"If-None-Match": known}).status_code == 200


def test_who_may_keep_a_calendar(world, client):
    with transaction():
        world.volunteer.calendar_token = "a-secret"
    public, own = client.get(PUBLIC).headers, client.get("/shifts/feed/a-secret.ics").headers
    assert public["Cache-Control"] == "public, max-age=900"
    assert {"Cookie", "Accept-Language"} <= set(public["Vary"].split(", "))
    assert own["Cache-Control"] == "private, no-cache"


def test_the_private_calendar_is_made_renewed_and_secret(world, as_person, client):
    browser = as_person(world.volunteer)
    assert "Make my calendar address" in browser.get("/shifts/feed").text
    with transaction():
        shift = make_shift(world.community)
        make_signup(shift, world.volunteer)
    first = token(browser, world.volunteer)
    assert uids(read(client.get(f"/shifts/feed/{first}.ics"))) == [
        f"shift-{shift.id}-{world.volunteer.id}"
    ]
    second = token(browser, world.volunteer)
    assert second != first
    assert client.get(f"/shifts/feed/{first}.ics").status_code == 404
    page = browser.get("/shifts/feed").text
    assert f'value="http://hub.test/shifts/feed/{second}.ics"' in page  # to copy
    assert f'href="webcal://hub.test/shifts/feed/{second}.ics"' in page  # to press
    assert "How to subscribe" in page


def test_the_address_of_one_who_left_says_nothing(world, client, now):
    with transaction():
        world.volunteer.calendar_token, world.volunteer.left_at = "a-secret", now
    assert client.get("/shifts/feed/a-secret.ics").status_code == 404


def test_the_private_calendar_knows_every_state(world, as_person, client, now):
    def at(days, **more):
        times = {"starts_at": now + days * DAY, "ends_at": now + days * DAY + DAY / 24}
        return make_shift(world.community, **times, **more)

    me = world.volunteer
    with transaction():
        serves, waits, off, left, offered, old = (at(days) for days in (1, 2, 3, 4, 5, -400))
        make_signup(serves, me)
        make_signup(waits, me, state="waitlisted")
        make_signup(off, me, state="cancelled_by_org", ended_at=now)
        make_signup(left, me, state="cancelled_by_volunteer", ended_at=now)
        kept = make_signup(offered, me, state="waitlisted")
        kept.state, kept.offer_until = "offered", now + DAY
        make_signup(old, me)
    secret = token(as_person(me), me)
    calendar = read(client.get(f"/shifts/feed/{secret}.ics"))
    found = {str(event["uid"]).split("-")[1]: event for event in calendar.events}
    assert {shift_id: str(event["status"]) for shift_id, event in found.items()} == {
        str(serves.id): "CONFIRMED",
        str(waits.id): "TENTATIVE",
        str(off.id): "CANCELLED",
        str(offered.id): "TENTATIVE",
    }
    reminders = {name: len(event.walk("VALARM")) for name, event in found.items()}
    assert {name for name, number in reminders.items() if number} == {str(serves.id)}


def test_the_private_calendar_takes_few_statements(world, client, queries):
    with transaction():
        world.volunteer.calendar_token = "a-secret"
        for days in range(1, 21):
            starts_at = shanghai("2027-01-01T08:00") + days * DAY
            shift = make_shift(world.community, starts_at=starts_at, ends_at=starts_at + DAY / 8)
            make_signup(shift, world.volunteer)
    queries.clear()
    assert client.get("/shifts/feed/a-secret.ics").data.count(b"BEGIN:VEVENT") == 20
    assert len(queries) == 2, queries


@pytest.mark.parametrize("query", ["", "?view=month", "?place=ganjiaxiang"])
def test_the_list_says_how_to_subscribe(world, client, query):
    page = client.get(f"/activities{query}", headers={"Accept-Language": "en"}).text
    place = "&amp;place=ganjiaxiang" if "place" in query else ""
    assert f'value="http://hub.test/activities/public.ics?lang=en{place}"' in page
    assert f'href="webcal://hub.test/activities/public.ics?lang=en{place}"' in page


def token(browser, person):
    assert browser.post("/shifts/feed").status_code == 303
    db.session.expire_all()
    return person.calendar_token

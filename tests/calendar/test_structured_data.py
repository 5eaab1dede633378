"""What search engines read on public pages: schema.org's Event, checked against its vocabulary."""

import json
import re
from datetime import date, datetime, timedelta

import pytest
import time_machine

from tests.calendar.reading import shanghai
from tests.factories.activities import make_activity
from tests.factories.series import make_series
from tests.factories.shifts import make_shift
from volunteer_hub.foundation.database import transaction

ENGLISH = {"Accept-Language": "en"}
SCHEMA = "https://schema.org"
NOW = shanghai("2026-11-24T10:00")
BEGINS, ENDS = shanghai("2026-12-05T08:00"), shanghai("2026-12-05T12:30")


def offset(text):
    """Read an instant, which must say its offset."""
    return datetime.fromisoformat(text).utcoffset()


# Of each type: the properties that it has (schema.org 30.0) and what they hold here.
TEXT, NUMBER, DAY = str, int, date.fromisoformat
VOCABULARY = {
    "Event": {
        "name": TEXT,
        "description": TEXT,
        "url": TEXT,
        "startDate": offset,
        "endDate": offset,
        "previousStartDate": DAY,
        "eventStatus": {"EventScheduled", "EventCancelled", "EventRescheduled"},
        "eventAttendanceMode": {"OfflineEventAttendanceMode"},
        "location": "Place",
        "organizer": "Organization",
        "eventSchedule": "Schedule",
        "isAccessibleForFree": bool,
        "maximumAttendeeCapacity": NUMBER,
        "remainingAttendeeCapacity": NUMBER,
        "inLanguage": TEXT,
        "potentialAction": "RegisterAction",
        "superEvent": "Event",
    },
    "Place": {"name": TEXT, "address": "PostalAddress"},
    "PostalAddress": {"streetAddress": TEXT, "addressLocality": TEXT},
    "Organization": {"name": TEXT, "url": TEXT},
    "RegisterAction": {"target": "EntryPoint"},
    "EntryPoint": {"urlTemplate": TEXT},
    "Schedule": {
        "repeatFrequency": re.compile(r"P\d+[DWM]").fullmatch,
        "byMonthDay": [range(1, 32).index],
        "byDay": [re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)").fullmatch],
        "startDate": DAY,
        "endDate": DAY,
        "startTime": TEXT,
        "duration": re.compile(r"PT\d+M").fullmatch,
        "scheduleTimezone": TEXT,
        "exceptDate": [DAY],
    },
}


def check(thing, wanted):
    """Fail unless the value is what the vocabulary says."""
    if isinstance(wanted, list):
        assert isinstance(thing, list)
        for one in thing:
            check(one, wanted[0])
    elif isinstance(wanted, set):
        assert thing.removeprefix(f"{SCHEMA}/") in wanted
    elif isinstance(wanted, str):
        assert thing["@type"] == wanted
        for name in thing.keys() - {"@type", "@context"}:
            check(thing[name], VOCABULARY[wanted][name])
    elif isinstance(wanted, type):
        assert type(thing) is wanted
        assert thing != ""
    else:
        assert wanted(thing) is not None


@pytest.fixture(autouse=True)
def that_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def event(client):
    def read(path, headers=ENGLISH):
        page = client.get(path, headers=headers).text
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        found = json.loads(block)
        assert found["@context"] == SCHEMA
        check(found, "Event")
        return found

    return read


def test_a_shift_says_when_where_and_how_many(world, event):
    with transaction():
        world.community.address_zh, world.community.address_en = "甘家巷12号", "12 Ganjia Lane"
        times = {"starts_at": BEGINS, "ends_at": ENDS}
        shift = make_shift(
            world.community, **times, spot_en="The square", spot_zh="广场", confirmed=2
        )
    found = event(f"/shifts/{shift.id}")
    assert found["name"] == "Sharing Market: Guiding and check-in"
    assert found["startDate"] == "2026-12-05T08:00+08:00"
    assert found["endDate"] == "2026-12-05T12:30+08:00"
    assert found["eventStatus"] == f"{SCHEMA}/EventScheduled"
    assert found["location"]["name"] == "The square"
    assert found["location"]["address"]["streetAddress"] == "12 Ganjia Lane"
    assert (found["maximumAttendeeCapacity"], found["remainingAttendeeCapacity"]) == (5, 3)
    assert found["isAccessibleForFree"] is True
    assert found["url"] == f"http://hub.test/shifts/{shift.id}"
    assert found["potentialAction"]["target"]["urlTemplate"] == f"{found['url']}#signup"
    assert found["superEvent"]["url"] == f"http://hub.test/activities/{shift.activity_id}"
    assert event(f"/shifts/{shift.id}", {})["inLanguage"] == "zh-CN"


def test_an_activity_adds_up_the_places_of_its_shifts(world, event):
    with transaction():
        activity = make_activity(world.community, starts_at=BEGINS, ends_at=ENDS)
        make_shift(world.community, activity=activity, confirmed=4)
        make_shift(world.community, activity=activity, capacity=2)
        make_shift(world.community, activity=activity, state="cancelled", reason="大风")
    found = event(f"/activities/{activity.id}")
    assert (found["maximumAttendeeCapacity"], found["remainingAttendeeCapacity"]) == (7, 3)
    assert found["potentialAction"]["target"]["urlTemplate"].endswith("#shifts")
    assert "eventSchedule" not in found


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"state": "cancelled", "reason": "大风"}, "EventCancelled"),
        ({"starts_at": NOW - timedelta(hours=1)}, "EventScheduled"),
    ],
)
def test_nobody_is_asked_to_what_is_off_or_has_begun(world, event, more, status):
    with transaction():
        activity = make_activity(world.community, **({"starts_at": BEGINS, "ends_at": ENDS} | more))
        state = {name: value for name, value in more.items() if name != "starts_at"}
        shift = make_shift(world.community, activity=activity, **state)
    for path in (f"/activities/{activity.id}", f"/shifts/{shift.id}"):
        found = event(path)
        assert found["eventStatus"] == f"{SCHEMA}/{status}"
        assert "potentialAction" not in found


def test_a_moved_day_names_the_day_it_was_moved_from(world, event, markets):
    _series, days = markets
    with transaction():
        shift = make_shift(world.community, activity=days[1])
    for path in (f"/activities/{days[1].id}", f"/shifts/{shift.id}"):
        found = event(path)
        assert found["eventStatus"] == f"{SCHEMA}/EventRescheduled"
        assert found["previousStartDate"] == "2019-02-05"
        assert found["startDate"] == "2019-02-12T08:00+08:00"
    assert "previousStartDate" not in event(f"/activities/{days[0].id}")


def test_a_day_of_a_series_says_when_it_recurs(event, markets):
    _series, days = markets
    assert event(f"/activities/{days[0].id}")["eventSchedule"] == {
        "@type": "Schedule",
        "repeatFrequency": "P1M",
        "byMonthDay": [5],
        "startDate": "2019-01-05",
        "endDate": "2019-12-05",
        "startTime": "08:00:00",
        "duration": "PT240M",
        "scheduleTimezone": "Asia/Shanghai",
        "exceptDate": ["2019-02-05", "2019-04-05"],
    }


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY;INTERVAL=3", {"repeatFrequency": "P3D"}),
        ("FREQ=WEEKLY;BYDAY=MO,TH", {"repeatFrequency": "P1W", "byDay": ["MO", "TH"]}),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", {"repeatFrequency": "P2M", "byDay": ["-1FR"]}),
        ("FREQ=MONTHLY;BYMONTHDAY=5,20", {"repeatFrequency": "P1M", "byMonthDay": [5, 20]}),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", None),  # schema.org counts from 1 to 31
    ],
)
def test_rules_in_the_words_of_schema_org(world, event, occur, rule, said):
    with transaction():
        series = make_series(world.community, rule=rule)
        day = occur(series, series.first_on)
    schedule = event(f"/activities/{day.id}").get("eventSchedule")
    by = ("repeatFrequency", "byDay", "byMonthDay")
    told = schedule and {name: schedule[name] for name in by if name in schedule}
    assert told == said


def test_no_text_ends_the_block(world, client, event):
    evil = "</script><script>alert(1)</script><!--"
    with transaction():
        activity = make_activity(world.community, title_en=evil, description_en=evil)
        shift = make_shift(world.community, activity=activity, title_en=evil, tasks_en=evil)
    for path in (f"/activities/{activity.id}", f"/shifts/{shift.id}"):
        assert evil in event(path)["name"]
        page = client.get(path, headers=ENGLISH).text
        assert "<script>" not in page
        assert page.count("</script>") == 2  # htmx and the block


def test_drafts_say_nothing(world, as_person):
    with transaction():
        activity = make_activity(world.community, state="draft")
        shift = make_shift(world.community, activity=activity, state="draft")
    browser = as_person(world.coordinator)
    for path in (f"/activities/{activity.id}", f"/shifts/{shift.id}"):
        assert "ld+json" not in browser.get(path).text

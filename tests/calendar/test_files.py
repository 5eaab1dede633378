"""Files of one thing: a shift, an activity, a series; and how they are written, to the octet."""

import re
from datetime import date, timedelta

import pytest

from tests.calendar.reading import read, shanghai, uids
from tests.factories.activities import make_activity
from tests.factories.series import make_series
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import transaction

LONG = "共享集市，免费理发、健康义诊；废旧物品\\绿植兑换。" * 9


def test_a_shift_s_file(world, client, as_person):
    with transaction():
        shift = make_shift(world.community, spot_zh="党群活动中心广场")
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


def test_an_activity_s_file(world, client):
    with transaction():
        activity = make_activity(
            world.community,
            starts_at=shanghai("2026-12-05T08:00"),
            ends_at=shanghai("2026-12-05T12:30"),
            description_zh=LONG,
            revision=3,
        )
    answer = client.get(f"/activities/{activity.id}.ics")
    assert 'filename="activity-' in answer.headers["Content-Disposition"]
    (event,) = read(answer).events
    assert uids(read(answer)) == [f"activity-{activity.id}"]
    assert (event["sequence"], event["description"]) == (3, LONG)
    assert event["url"].endswith(f"/activities/{activity.id}")
    assert b"DTSTART;TZID=Asia/Shanghai:20261205T080000\r\n" in answer.data
    assert b"DTEND;TZID=Asia/Shanghai:20261205T123000\r\n" in answer.data
    assert b"METHOD:PUBLISH\r\n" in answer.data


def test_a_cancelled_activity_s_file_says_so(world, client):
    with transaction():
        activity = make_activity(world.community, state="cancelled", reason="大风")
    (event,) = read(client.get(f"/activities/{activity.id}.ics")).events
    assert (event["status"], event["description"]) == ("CANCELLED", "已取消：大风")


def test_one_day_of_a_series_stands_by_itself(client, markets):
    _series, days = markets
    (event,) = read(client.get(f"/activities/{days[1].id}.ics")).events
    assert event["dtstart"].dt == shanghai("2019-02-12T08:00")
    assert "recurrence-id" not in event
    assert "rrule" not in event


def test_the_series_of_2019_to_the_letter(client, markets):
    series, _days = markets
    content = client.get(f"/activities/series/{series.id}.ics").data.decode()
    every, february = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", content, re.S)
    for line in (
        "DTSTART;TZID=Asia/Shanghai:20190105T080000",
        "DTEND;TZID=Asia/Shanghai:20190105T120000",
        "RRULE:FREQ=MONTHLY;UNTIL=20191205T000000Z;BYMONTHDAY=5",
        "EXDATE;TZID=Asia/Shanghai:20190405T080000",
        "STATUS:CONFIRMED",
    ):
        assert f"{line}\r\n" in every
    assert "20191005" not in every  # it was kept, and needs no word
    for line in (
        "RECURRENCE-ID;TZID=Asia/Shanghai:20190205T080000",
        "DTSTART;TZID=Asia/Shanghai:20190212T080000",
        "DTEND;TZID=Asia/Shanghai:20190212T120000",
    ):
        assert f"{line}\r\n" in february
    (uid,) = set(re.findall(r"UID:(\S+)", content))
    assert uid.startswith(f"series-{series.id}@")


def test_moving_a_day_raises_the_sequence_by_one(world, client, occur):
    with transaction():
        series = make_series(world.community)
        days = [occur(series, date(2019, month, 5)) for month in (1, 2, 3)]

    def sequences():
        calendar = read(client.get(f"/activities/series/{series.id}.ics"))
        return [int(event["sequence"]) for event in calendar.events]

    (before,) = sequences()
    with transaction():
        days[1].starts_at += timedelta(days=7)
        days[1].ends_at += timedelta(days=7)
        days[1].revision, days[1].edited = 1, True
    assert sequences() == [before + 1, before + 1]


def test_lines_are_folded_at_75_octets_between_signs(world, client, occur):
    with transaction():
        activity = make_activity(world.community, title_zh="邻" * 99, description_zh=LONG)
        series = make_series(world.community, title_zh="里" * 99, description_zh=LONG)
        occur(series, series.first_on)
    for path in (f"/activities/{activity.id}.ics", f"/activities/series/{series.id}.ics"):
        content = client.get(path).data
        lines = content.split(b"\r\n")
        assert 70 < max(len(line) for line in lines) <= 75
        for line in lines:
            line.decode()  # no sign is cut in two
        assert b"\n" not in content.replace(b"\r\n", b"")


def test_commas_semicolons_and_line_ends_are_escaped(world, client):
    with transaction():
        activity = make_activity(world.community, title_zh="a,b;c\\d", description_zh="一\n二")
    content = client.get(f"/activities/{activity.id}.ics").data
    assert rb"SUMMARY:a\,b\;c\\d" in content
    assert "DESCRIPTION:一\\n二".encode() in content


def test_a_line_end_in_a_title_begins_no_new_line(world, client):
    with transaction():
        activity = make_activity(world.community, title_zh="x\r\nATTACH:http://bad.example")
    content = client.get(f"/activities/{activity.id}.ics").data
    assert b"\r\nATTACH" not in content


@pytest.mark.parametrize("path", ["/activities/0.ics", "/activities/series/0.ics", "/shifts/0.ics"])
def test_what_is_not_there(world, client, path):
    assert client.get(path).status_code == 404


def test_every_zone_is_described(world, client, occur):
    with transaction():
        series = make_series(world.community, zone="Europe/Berlin")
        occur(series, date(2019, 1, 5))
    calendar = read(client.get(f"/activities/series/{series.id}.ics"))
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Berlin"
    changes = [day for part in zone.subcomponents for day in part.get("rdate", [])]
    assert changes  # each in a line of its own, as Thunderbird needs
    assert b"," not in b"".join(
        line for line in zone.to_ical().split(b"\r\n") if line.startswith(b"RDATE")
    )

"""What we write is read by another implementation, ical.js, as what we hold."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from tests.calendar.reading import read_elsewhere, shanghai
from tests.factories.series import make_series
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.rules import recurrence
from volunteer_hub.foundation.clock import Days
from volunteer_hub.foundation.database import transaction

DAY = timedelta(days=1)


def span(one):
    return datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"])


def held(days):
    """What our own records say is held for everybody to see, in order."""
    return sorted(tuple(day.span) for day in days if day.state == "published")


def test_february_2019(client, markets):
    series, days = markets
    with time_machine.travel(shanghai("2019-01-20T12:00"), tick=False):
        found = read_elsewhere(client.get("/activities/public.ics"))["occurrences"]
    assert [span(one) for one in found] == held(days)
    assert len(found) == 11  # none in April
    assert {one["uid"].split("@")[0] for one in found} == {f"series-{series.id}"}
    (moved,) = [one for one in found if one["instead_of"]]
    assert datetime.fromisoformat(moved["instead_of"]) == shanghai("2019-02-05T08:00")
    assert span(moved) == (shanghai("2019-02-12T08:00"), shanghai("2019-02-12T12:00"))
    starts = [span(one)[0] for one in found]
    assert shanghai("2019-04-05T08:00") not in starts
    assert shanghai("2019-10-05T08:00") in starts


RULES = {
    "every other Thursday and Monday": ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", date(2026, 11, 26)),
    "the last day of the month": ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 1, 31)),
    "the 31st, where there is one": ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 1, 31)),
    "the second Saturday": ("FREQ=MONTHLY;BYDAY=2SA", date(2026, 1, 10)),
    "every other last Friday": (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR",
        date(2026, 1, 30),
    ),
    "daily": ("FREQ=DAILY", date(2026, 2, 20)),
}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
@pytest.mark.parametrize("name", RULES)
def test_every_rule_keeps_the_wall_clock_s_time(world, client, occur, name, zone):
    """In Berlin the clocks change in the middle of it."""
    rule, first_on = RULES[name]
    with transaction():
        series = make_series(
            world.community, rule=rule, first_on=first_on, begins=time(22, 30), zone=zone
        )
        between = Days(first_on, first_on + 420 * DAY)
        named = recurrence.days(series.recurrence, first_on=first_on, between=between)[:60]
        days = [occur(series, day) for day in named]
    found = read_elsewhere(client.get(f"/activities/series/{series.id}.ics"))["occurrences"]
    assert len(found) > 3
    assert [span(one) for one in found] == held(days)


def test_what_is_not_for_everybody_is_not_read(world, client, occur):
    """Neither drafts before, between and after, nor what the rule says for ever."""
    states = ("draft", "published", "published", "draft", "cancelled", "published", "draft")
    with transaction():
        series = make_series(world.community)
        days = [
            occur(series, date(2019, month, 5), state=state, reason="大风")
            for month, state in enumerate(states, start=1)
        ]
    found = read_elsewhere(client.get(f"/activities/series/{series.id}.ics"))["occurrences"]
    assert [span(one) for one in found] == held(days)
    assert [one["starts_at"][:10] for one in found] == ["2019-02-05", "2019-03-05", "2019-06-05"]


def test_days_that_a_later_rule_does_not_name_stay(world, client, occur):
    with transaction():
        series = make_series(world.community)
        days = [occur(series, date(2019, month, 5)) for month in (1, 2, 3)]
        days.append(occur(series, date(2019, 3, 20)))
        days.append(occur(series, date(2019, 4, 5)))
    found = read_elsewhere(client.get(f"/activities/series/{series.id}.ics"))["occurrences"]
    assert sorted(span(one) for one in found) == held(days)


def test_a_series_whose_rule_names_none_of_its_days(world, client, occur):
    with transaction():
        series = make_series(world.community)
        days = [occur(series, date(2019, month, 9)) for month in (1, 2)]
    found = read_elsewhere(client.get(f"/activities/series/{series.id}.ics"))["occurrences"]
    assert [span(one) for one in found] == held(days)


def test_other_words_and_another_place_of_one_day(world, client, occur):
    with transaction():
        series = make_series(world.community)
        occur(series, date(2019, 1, 5))
        occur(series, date(2019, 2, 5), title_zh="元宵集市", place=world.neighbour, edited=True)
        occur(series, date(2019, 3, 5))
    found = read_elsewhere(client.get(f"/activities/series/{series.id}.ics"))["occurrences"]
    assert [(one["summary"], one["location"]) for one in found] == [
        ("共享集市", "甘家巷社区"),
        ("元宵集市", "西北新村社区"),
        ("共享集市", "甘家巷社区"),
    ]


def test_a_person_s_own_calendar(world, client, now):
    me = world.volunteer
    with transaction():
        me.calendar_token = "a-secret"
        serves = make_shift(world.community, starts_at=now + DAY, ends_at=now + DAY + DAY / 8)
        waits = make_shift(world.community, starts_at=now + 2 * DAY, ends_at=now + 3 * DAY)
        make_signup(serves, me)
        make_signup(waits, me, state="waitlisted")
    found = read_elsewhere(client.get("/shifts/feed/a-secret.ics"))
    assert found["name"] == "我的志愿服务"
    told = {one["uid"].split("@")[0]: one for one in found["occurrences"]}
    mine, other = told[f"shift-{serves.id}-{me.id}"], told[f"shift-{waits.id}-{me.id}"]
    assert (mine["status"], mine["alarms"]) == ("CONFIRMED", ["-P1D", "-PT2H"])
    assert (other["status"], other["alarms"]) == ("TENTATIVE", [])
    assert mine["summary"] == "共享集市：引导与签到"
    starts_at, _ends_at = span(mine)
    assert starts_at == serves.starts_at.replace(microsecond=0)

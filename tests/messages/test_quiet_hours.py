"""When a text leaves that can wait: never at night on its reader's wall, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from volunteer_hub.foundation.nights import (
    Quiet,
    after_the_night,
    before_the_night,
    find_zone,
    is_quiet,
)
from volunteer_hub.messages.rules.times import CAN_WAIT, may_wait, out_of_the_night, sms_due

SHANGHAI, URUMQI = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Urumqi")
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HERE = Quiet(SHANGHAI)
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai
A_MINUTE = timedelta(minutes=1)


def local(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(text):
    begins, ends = map(time.fromisoformat, text.split("-"))
    return begins, ends


@pytest.mark.parametrize(
    ("night", "at", "quiet"),
    [
        ("21:00-08:00", "00:00", True),
        ("21:00-08:00", "07:59", True),
        ("21:00-08:00", "08:00", False),
        ("21:00-08:00", "20:59", False),
        ("21:00-08:00", "21:00", True),
        ("21:00-08:00", "23:59", True),
        # Whoever works at night sleeps by day.
        ("09:00-17:00", "08:59", False),
        ("09:00-17:00", "09:00", True),
        ("09:00-17:00", "16:59", True),
        ("09:00-17:00", "17:00", False),
        ("00:00-07:00", "23:59", False),
        ("00:00-07:00", "00:00", True),
        ("18:00-00:00", "23:59", True),
        ("18:00-00:00", "00:00", False),
    ],
)
def test_when_it_is_night(night, at, quiet):
    instant = datetime.combine(NOW, time.fromisoformat(at), tzinfo=SHANGHAI)
    assert is_quiet(instant, SHANGHAI, *hours(night)) is quiet


@pytest.mark.parametrize(
    ("due", "leaves"),
    [
        (local(25, 8), local(25, 8)),
        (local(25, 20, 59), local(25, 20, 59)),
        (local(25, 21), local(25, 20, 59)),
        (local(25, 23, 30), local(25, 20, 59)),
        (local(25, 0), local(24, 20, 59)),
        (local(25, 7, 59), local(24, 20, 59)),
        (local(24, 23), local(24, 20, 59)),
        (local(24, 11), local(24, 11)),  # overdue by an hour: at once
    ],
)
def test_a_planned_text_message_leaves_before_the_night(due, leaves):
    later = due + timedelta(days=1)
    assert sms_due(due, kind="reminder", now=NOW, expires_at=later, quiet=HERE) == leaves


@pytest.mark.parametrize(
    ("kind", "due", "now", "expires", "leaves"),
    [
        # The evening before is over: it leaves in the morning, if it still tells anything then.
        ("reminder", local(25, 7), local(24, 23), local(25, 9), local(25, 8)),
        ("reminder", local(25, 7), local(25, 6), local(25, 9), local(25, 8)),
        ("reminder", local(25, 5), local(24, 23), local(25, 7), None),
        ("reminder", local(25, 6), local(24, 23), local(25, 8), None),
        # In the last minute of the evening it is not night yet.
        ("reminder", local(25, 5), local(24, 20, 59), local(25, 7), local(24, 20, 59)),
        # What answers something a person just did does not wait.
        ("joined", local(24, 23), local(24, 23), local(25, 9), local(24, 23)),
        ("shift-cancelled", local(24, 23), local(24, 23), local(25, 9), local(24, 23)),
        # Clocks differ by a little: due in a moment is due now.
        ("joined", local(24, 23, 1), local(24, 23), local(25, 9), local(24, 23, 1)),
        # News that nobody awaits keep the night, also when they are due now.
        *((kind, local(24, 23), local(24, 23), local(27, 9), local(25, 8)) for kind in CAN_WAIT),
        *((kind, local(24, 12), local(24, 12), local(27, 9), local(24, 12)) for kind in CAN_WAIT),
        # A code is awaited at the screen.
        ("code-sign-in", local(24, 23), local(24, 22), local(25, 9), local(24, 23)),
    ],
)
def test_what_cannot_leave_before_the_night(kind, due, now, expires, leaves):
    assert sms_due(due, kind=kind, now=now, expires_at=expires, quiet=HERE) == leaves


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-12-04T23:59", "2026-12-05T00:00"),  # 7:59 in Shanghai
        ("2026-12-05T00:00", "2026-12-05T00:00"),
        ("2026-12-05T12:59", "2026-12-05T12:59"),
        ("2026-12-05T13:00", "2026-12-06T00:00"),  # 21:00
        ("2026-12-05T16:00", "2026-12-06T00:00"),
    ],
)
def test_after_the_night(at, leaves):
    assert after_the_night(utc(at), SHANGHAI) == utc(leaves)


@pytest.mark.parametrize(
    ("zone", "night", "due", "evening", "morning"),
    [
        # One instant, 22:30 in Shanghai: day in two places, night in the others.
        (SHANGHAI, "21:00-08:00", "2026-11-24T14:30", "2026-11-24T12:59", "2026-11-25T00:00"),
        (URUMQI, "21:00-08:00", "2026-11-24T14:30", "2026-11-24T14:30", "2026-11-24T14:30"),
        (BERLIN, "21:00-08:00", "2026-11-24T14:30", "2026-11-24T14:30", "2026-11-24T14:30"),
        (NEW_YORK, "21:00-10:00", "2026-11-24T14:30", "2026-11-24T01:59", "2026-11-24T15:00"),
        (URUMQI, "21:00-08:00", "2026-11-24T15:00", "2026-11-24T14:59", "2026-11-25T02:00"),
        # The night a clock is set forward is an hour shorter, the one it is set back longer.
        (BERLIN, "21:00-08:00", "2026-03-29T00:30", "2026-03-28T19:59", "2026-03-29T06:00"),
        (BERLIN, "21:00-08:00", "2026-10-25T00:30", "2026-10-24T18:59", "2026-10-25T07:00"),
        (NEW_YORK, "21:00-08:00", "2026-03-08T07:00", "2026-03-08T01:59", "2026-03-08T12:00"),
        (NEW_YORK, "21:00-08:00", "2026-11-01T05:30", "2026-11-01T00:59", "2026-11-01T13:00"),
        # A night that ends at a time the clock skips (2:30 is none), or shows twice.
        (BERLIN, "19:00-02:30", "2026-03-29T00:30", "2026-03-28T17:59", "2026-03-29T01:30"),
        (NEW_YORK, "19:00-02:30", "2026-03-08T06:30", "2026-03-07T23:59", "2026-03-08T07:30"),
        (BERLIN, "19:00-02:30", "2026-10-25T00:15", "2026-10-24T16:59", "2026-10-25T01:30"),
        (NEW_YORK, "19:00-01:30", "2026-11-01T05:15", "2026-10-31T22:59", "2026-11-01T06:30"),
        # And one that begins at such a time.
        (BERLIN, "02:30-11:00", "2026-03-29T01:30", "2026-03-29T00:29", "2026-03-29T09:00"),
        (NEW_YORK, "02:30-11:00", "2026-03-08T07:30", "2026-03-08T06:29", "2026-03-08T15:00"),
        (BERLIN, "02:30-11:00", "2026-10-25T00:45", "2026-10-25T00:29", "2026-10-25T10:00"),
        (NEW_YORK, "01:30-11:00", "2026-11-01T05:45", "2026-11-01T05:29", "2026-11-01T16:00"),
        # Night workers; around midnight.
        (BERLIN, "09:00-17:00", "2026-11-24T12:00", "2026-11-24T07:59", "2026-11-24T16:00"),
        (BERLIN, "00:00-08:00", "2026-11-23T23:30", "2026-11-23T22:59", "2026-11-24T07:00"),
        (BERLIN, "18:00-00:00", "2026-11-24T20:00", "2026-11-24T16:59", "2026-11-24T23:00"),
    ],
)
def test_the_night_on_each_wall(zone, night, due, evening, morning):
    assert before_the_night(utc(due), zone, *hours(night)) == utc(evening)
    assert after_the_night(utc(due), zone, *hours(night)) == utc(morning)


ZONES = some.sampled_from([SHANGHAI, URUMQI, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe")])
WALLS = some.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))
# Around the days on which a clock is set, at any minute.
CLOCKS_SET = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01")
AROUND = some.builds(
    lambda day, minutes: utc(f"{day}T00:00") + timedelta(minutes=minutes),
    some.sampled_from(CLOCKS_SET),
    some.integers(-2 * 24 * 60, 2 * 24 * 60),
)


@some.composite
def nights(draw):
    begins = draw(WALLS)
    lasts = timedelta(minutes=draw(some.integers(6 * 60, 16 * 60)))
    return Quiet(draw(ZONES), begins, (datetime.combine(NOW, begins) + lasts).time())


@settings(max_examples=400, deadline=None)
@given(nights(), AROUND, some.integers(0, 48 * 60), some.integers(1, 48 * 60))
def test_what_can_wait_is_never_due_at_night(quiet, now, ahead, useful):
    due = now + timedelta(minutes=ahead)
    expires_at = due + timedelta(minutes=useful)
    facts = {"now": now, "expires_at": expires_at, "quiet": quiet}
    leaves = out_of_the_night(due, **facts)
    assert sms_due(due, kind="mailing", **facts) == leaves
    if leaves is None:  # it is night from now on until it is over
        steps = range(0, int((expires_at - now) / A_MINUTE))
        assert all(is_quiet(now + step * A_MINUTE, *quiet) for step in steps)
        return
    assert not is_quiet(leaves, *quiet)
    assert now <= leaves < expires_at
    if not is_quiet(due, *quiet):
        assert leaves == due


@settings(max_examples=200, deadline=None)
@given(nights(), AROUND, some.integers(-60, 1))
def test_what_does_not_wait_is_never_moved(quiet, now, minutes):
    due = now + timedelta(minutes=minutes)
    facts = {"now": now, "expires_at": due + A_MINUTE, "quiet": quiet}
    for kind in ("shift-joined", "shift-cancelled", "shift-promoted", "reply-done"):
        assert sms_due(due, kind=kind, **facts) == due
    for kind in ("code-sign-in", "code-sign-in-link"):
        late = {**facts, "expires_at": due + timedelta(days=9)}
        assert sms_due(due + timedelta(days=8), kind=kind, **late) == due + timedelta(days=8)


@settings(max_examples=200, deadline=None)
@given(nights(), AROUND)
def test_a_night_is_left_on_either_side(quiet, start):
    """Minute by minute over the day on which a clock is set, also where it shows a time twice."""
    for step in range(200):
        instant = start + step * timedelta(minutes=7)
        evening, morning = before_the_night(instant, *quiet), after_the_night(instant, *quiet)
        assert evening <= instant <= morning
        assert not is_quiet(evening, *quiet)
        assert not is_quiet(morning, *quiet)
        assert (evening == morning) is not is_quiet(instant, *quiet)


@pytest.mark.parametrize(
    ("own", "read"),
    [
        (None, Quiet(SHANGHAI)),
        (["Europe/Berlin", "22:00:00", "07:30:00"], Quiet(BERLIN, time(22), time(7, 30))),
        ([None, "22:00:00", "07:30:00"], Quiet(SHANGHAI, time(22), time(7, 30))),
        # A zone that is not known any more: as in the place.
        (["Europe/Atlantis", "21:00:00", "08:00:00"], Quiet(SHANGHAI)),
    ],
)
def test_a_night_as_it_is_kept(own, read):
    assert Quiet.read(own, there=SHANGHAI) == read


@pytest.mark.parametrize(
    "name", ["", None, "Europe/Atlantis", "../etc/passwd", "/etc", "a\0b", "Europe"]
)
def test_what_is_no_zone(name):
    assert find_zone(name) is None


def test_reminders_and_news_may_wait_and_nothing_else():
    later = NOW + timedelta(hours=1)
    assert may_wait("shift-reminder-2h", due=later, now=NOW)
    assert not may_wait("shift-joined", due=NOW, now=NOW)
    assert not may_wait("code-sign-in", due=later, now=NOW)

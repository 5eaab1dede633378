"""How late letters leave, in figures that a person can check by hand; and who is silent."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from volunteer_hub.foundation import heartbeat
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.queries import lateness
from volunteer_hub.messages.rules.lateness import silences

NOON = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)  # 12:30 in Shanghai
PARTS = ("beat", "worker", "worker-stats", "messages-drain")


@pytest.fixture
def letter(app):
    def post(due_at, *, late=None, state="sent", path="/", **more):
        sent_at = due_at + timedelta(seconds=late) if late is not None else None
        values = {
            "key": uuid4().hex, "kind": "shift-joined", "channel": "email", "topic": "shift:1",
            "address": "mei@example.org", "language": "zh", "body_text": "…", "due_at": due_at,
            "try_at": due_at, "expires_at": due_at + timedelta(days=30), "dated_at": due_at,
            "message_id": f"<{uuid4().hex}@hub.test>", "sent_at": sent_at, "place_path": path,
            "state": state, "token": uuid4() if state == "unknown" else None,
        }  # fmt: skip
        with transaction():
            db.session.add(Message(**(values | more)))

    return post


def test_an_hour_in_shares_and_seconds(letter):
    for late in (-1, 0, 4, 10, 11, 60, 61, 500):
        letter(NOON - timedelta(minutes=20), late=late)
    [hour] = lateness.by_hour(now=NOON)
    assert hour.starts_at == NOON - timedelta(minutes=30)
    assert (hour.letters, hour.left, hour.soon, hour.promised) == (8, 8, 4, 6)
    assert (hour.soon_percent, hour.promised_percent) == (50, 75)
    assert (hour.median, hour.slowest) == (10, 500)


@pytest.mark.parametrize("state", ["pending", "missed"])
def test_what_waits_or_was_missed_is_late(letter, state):
    letter(NOON - timedelta(minutes=2), state=state)
    [hour] = lateness.by_hour(now=NOON)
    assert (hour.letters, hour.left, hour.promised, hour.median) == (1, 0, 0, None)


@pytest.mark.parametrize("state", ["cancelled", "superseded", "suppressed", "failed", "unknown"])
def test_what_was_not_to_leave_or_was_refused_is_not_late(letter, state):
    letter(NOON - timedelta(minutes=2), state=state)
    assert lateness.by_hour(now=NOON) == []


def test_the_promise_of_the_last_minute_is_still_open(letter):
    letter(NOON - timedelta(seconds=59), state="pending")
    assert lateness.by_hour(now=NOON) == []
    assert len(lateness.by_hour(now=NOON + timedelta(seconds=1))) == 1


def test_days_are_local_and_end_after_fourteen(letter):
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)  # the 23rd begins in Shanghai
    letter(midnight - timedelta(seconds=1), late=1)
    letter(midnight, late=1)
    letter(midnight - timedelta(days=12), late=1)
    letter(midnight - timedelta(days=12, seconds=1), late=1)
    days = [local_day(day.starts_at).day for day in lateness.by_day(now=NOON)]
    assert days == [11, 22, 23]


def test_only_the_places_asked_for(letter):
    letter(NOON - timedelta(minutes=5), late=1, path="/a/b/")
    letter(NOON - timedelta(minutes=5), late=99, path="/c/")
    [day] = lateness.by_day(now=NOON, paths=["/a/"])
    assert (day.letters, day.soon) == (1, 1)
    assert lateness.by_day(now=NOON, paths=[]) == []


def test_buckets_grow(letter):
    for late in (5, 30, 200, 4000):
        letter(NOON - timedelta(hours=3), late=late)
    letter(NOON - timedelta(hours=25), late=1)
    left, letters = lateness.letters_within(now=NOON)
    assert left == {10: 1, 60: 2, 300: 3, 1800: 3, 3600: 3}
    assert letters == 4


@pytest.mark.parametrize(
    ("ago", "wanted"),
    [(0, []), (30, []), (31, [("beat", 1)]), (89, [("beat", 1)]), (120, [("beat", 2)])],
)
def test_silence(ago, wanted):
    beats = dict.fromkeys(PARTS, NOON) | {"beat": NOON - timedelta(seconds=ago)}
    assert [(one.part, one.minutes) for one in silences(beats, now=NOON)] == wanted


def test_who_never_spoke_is_missed_but_not_the_stand_by():
    assert [(one.part, one.since) for one in silences({}, now=NOON)] == [(p, None) for p in PARTS]
    beats = dict.fromkeys((*PARTS, "messages-fallback"), NOON)
    beats["messages-fallback"] -= timedelta(minutes=3)
    assert [one.part for one in silences(beats, now=NOON)] == ["messages-fallback"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/messages", "/desk"])
def test_the_pages_say_who_is_silent(world, as_person, language, path):
    now = utc_now()
    with transaction():
        for part in PARTS:
            heartbeat.beat(part, now=now)
        heartbeat.beat("beat", now=now - timedelta(minutes=7))
    page = as_person(world.coordinator, language=language).get(path).text
    said = "Nothing planned since" if language == "en" else "起没有安排任何事"
    assert said in page
    with transaction():
        heartbeat.beat("beat", now=utc_now())
    assert said not in as_person(world.coordinator, language=language).get(path).text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_draws_what_is_in_scope(world, as_person, letter, language):
    now = utc_now()
    letter(now - timedelta(minutes=5), late=3, path=world.community.path)
    letter(now - timedelta(days=3), late=90, path=world.community.path)
    for role, charts in (("coordinator", 4), ("administrator", 4), ("stranger", 0)):
        page = as_person(getattr(world, role), language=language).get("/messages").text
        assert page.count('class="chart stacked"') == charts

import base64
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.factories.activities import make_activity
from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from tests.replies.phones import leaving
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.signups.actions import changing, joining

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def shift(world):
    return shift_in(world, 3 * DAY)


def shift_in(world, ahead, **more):
    starts_at = utc_now().replace(minute=0, second=0, microsecond=0) + ahead + HOUR
    with transaction():
        activity = make_activity(world.community, starts_at=starts_at)
        return make_shift(
            world.community,
            activity=activity,
            spot_zh="党群活动中心广场",
            spot_en="the square",
            **more,
        )


def letters(**wanted):
    """List what is in the outbox, in the order it was posted."""
    db.session.expire_all()
    found = select(Message).filter_by(**wanted).order_by(Message.id)
    return list(db.session.scalars(found))


def by_kind(**wanted):
    return [(m.kind, m.channel, m.state) for m in letters(**wanted)]


def both(kind, state="pending"):
    return [(kind, "email", state), (kind, "sms", state)]


def calendar_of(message):
    (file,) = message.attachments
    return file["media_type"], Calendar.from_ical(base64.b64decode(file["content"]))


def test_a_place_is_confirmed_and_its_reminders_planned(world, shift, join):
    join(shift, world.volunteer)
    assert by_kind() == [
        *both("shift-joined"),
        *both("shift-reminder-24h"),
        *both("shift-reminder-2h"),
    ]
    mail = {m.kind: m for m in letters(channel="email")}
    assert mail["shift-reminder-24h"].due_at == shift.starts_at - DAY
    assert mail["shift-reminder-2h"].due_at == shift.starts_at - 2 * HOUR
    assert {m.expires_at for m in mail.values()} == {shift.starts_at}
    assert {m.topic for m in mail.values()} == {f"shift:{shift.id}"}
    assert {m.place_path for m in mail.values()} == {world.community.path}


def test_keys_name_the_promise_and_the_revision(world, shift, join):
    signup = join(shift, world.volunteer)
    keys = [m.key for m in letters(channel="sms")]
    assert keys == [
        f"shift-joined:{signup.id}:0:sms",
        f"shift-reminder-24h:{signup.id}:0:sms",
        f"shift-reminder-2h:{signup.id}:0:sms",
    ]


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (23 * HOUR, ["shift-joined", "shift-reminder-2h"]),
        (timedelta(0), ["shift-joined"]),
    ],
)
def test_what_would_be_late_is_not_planned(world, join, ahead, kinds):
    shift = shift_in(world, ahead)
    join(shift, world.volunteer)
    assert [m.kind for m in letters(channel="email")] == kinds
    assert ("马上开始" in letters(channel="email")[0].body_text) == (len(kinds) == 1)


def test_texts_fit_one_message(world, shift, join, leave, now):
    with transaction():
        shift.capacity = 1
        guest = make_person("李四")
    first = join(shift, world.volunteer)
    join(shift, guest)
    leave(first, by_staff=True, reason="改派到夜校")
    with transaction():
        changing.change_shift(
            shift_id=shift.id,
            now=now,
            starts_at=shift.starts_at + HOUR,
            ends_at=shift.ends_at + HOUR,
        )
        changing.cancel_shift(shift_id=shift.id, reason="大风降温，气温降到零下十五度", now=now)
    texts = letters(channel="sms")
    assert {m.kind.removeprefix("shift-") for m in texts} == {
        "joined", "waitlisted", "promoted", "removed", "changed", "cancelled",
        "reminder-24h", "reminder-2h",
    }  # fmt: skip
    for text in texts:
        assert text.body_text.startswith("【邻里志愿】")
        assert len(text.body_text) <= 70, text.body_text


@pytest.mark.parametrize(("language", "word"), [("zh", "共享集市"), ("en", "Sharing Market")])
def test_mail_speaks_the_reader_s_language(world, shift, join, language, word):
    with transaction():
        reader = make_person("Chen", language=language)
    join(shift, reader)
    for mail in letters(channel="email"):
        assert word in mail.subject
        assert word in mail.body_text
        assert word in (mail.body_html or "")
        assert f"/shifts/{shift.id}" in mail.body_text
    notice = "广场冬季地面可能结冰" if language == "zh" else "The square may be icy in winter"
    assert notice in letters(channel="email")[0].body_text


def test_the_calendar_file_keeps_its_name_and_counts_its_revisions(world, shift, join, now):
    join(shift, world.volunteer)
    media_type, first = calendar_of(letters(kind="shift-joined", channel="email")[0])
    assert media_type.startswith("text/calendar; method=REQUEST")
    assert first["method"] == "REQUEST"
    assert [str(zone["tzid"]) for zone in first.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    (event,) = first.walk("VEVENT")
    assert event["uid"] == f"shift-{shift.id}-{world.volunteer.id}@127.0.0.1"
    assert (event["sequence"], event.DTSTART) == (0, shift.starts_at)
    assert event["dtstart"].params["tzid"] == "Asia/Shanghai"
    assert event["attendee"] == f"mailto:{world.volunteer.email}", "or programs do not enter it"
    assert event["attendee"].params["partstat"] == "ACCEPTED"
    assert {alarm["trigger"].dt for alarm in event.walk("VALARM")} == {-DAY, -2 * HOUR}
    with transaction():
        changing.change_shift(
            shift_id=shift.id,
            now=now,
            starts_at=shift.starts_at + HOUR,
            ends_at=shift.ends_at + HOUR,
        )
    _, second = calendar_of(letters(kind="shift-changed", channel="email")[0])
    (moved,) = second.walk("VEVENT")
    assert (moved["uid"], moved["sequence"]) == (event["uid"], 1)
    with transaction():
        changing.cancel_shift(shift_id=shift.id, reason="大风", now=now)
    media_type, third = calendar_of(letters(kind="shift-cancelled", channel="email")[0])
    (gone,) = third.walk("VEVENT")
    assert (third["method"], gone["uid"], gone["sequence"], gone["status"]) == (
        "CANCEL", event["uid"], 2, "CANCELLED",
    )  # fmt: skip
    assert "method=CANCEL" in media_type


def test_the_line_is_told_its_place_and_gets_no_reminders(world, shift, join):
    with transaction():
        shift.capacity = 1
    for person in (world.volunteer, world.other_volunteer, world.coordinator):
        join(shift, person)
    assert by_kind(recipient_id=world.coordinator.id) == both("shift-waitlisted")
    assert "第2位" in letters(recipient_id=world.coordinator.id, channel="sms")[0].body_text


def test_who_comes_up_is_told_in_the_same_transaction(world, shift, join, leave):
    with transaction():
        shift.capacity = 1
    first = join(shift, world.volunteer)
    join(shift, world.other_volunteer)
    leave(first)
    assert by_kind(recipient_id=world.other_volunteer.id) == [
        *both("shift-waitlisted", "superseded"),
        *both("shift-promoted"),
        *both("shift-reminder-24h"),
        *both("shift-reminder-2h"),
    ]


def test_leaving_calls_everything_back_and_nothing_is_sent(world, shift, join, leave):
    leave(join(shift, world.volunteer))
    assert {m.state for m in letters()} == {"cancelled"}
    join(shift, world.volunteer)  # a new promise has letters of its own
    assert [m.state for m in letters()].count("pending") == 6


def test_who_is_taken_off_is_told_why(world, shift, join, leave):
    leave(join(shift, world.volunteer), by_staff=True, reason="改派到夜校")
    (mail,) = letters(kind="shift-removed", channel="email")
    assert "改派到夜校" in mail.body_text
    assert calendar_of(mail)[1]["method"] == "CANCEL"
    assert mail.on_unknown == "resend-same-bytes"


def test_a_move_is_told_once_and_the_old_reminders_are_superseded(world, shift, join, now):
    with transaction():
        shift.capacity = 1
    join(shift, world.volunteer)
    join(shift, world.other_volunteer)
    before = shift.starts_at
    with transaction():
        changing.change_shift(
            shift_id=shift.id, now=now, starts_at=before + DAY, ends_at=shift.ends_at + DAY
        )
    assert by_kind(recipient_id=world.volunteer.id, revision=1) == [
        *both("shift-changed"),
        *both("shift-reminder-24h"),
        *both("shift-reminder-2h"),
    ]
    assert {m.state for m in letters(revision=0)} == {"superseded"}
    assert by_kind(recipient_id=world.other_volunteer.id, revision=1) == both("shift-changed")
    reminder = letters(kind="shift-reminder-24h", channel="email", revision=1)[0]
    assert reminder.due_at == before


def test_a_cancellation_is_told_to_all_and_says_why(world, shift, join, now):
    with transaction():
        shift.capacity = 1
    join(shift, world.volunteer)
    join(shift, world.other_volunteer)
    with transaction():
        changing.cancel_shift(shift_id=shift.id, reason="大风降温", now=now)
    told = letters(kind="shift-cancelled")
    people = {world.volunteer.id, world.other_volunteer.id}
    assert {m.recipient_id for m in told} == people
    assert all("大风降温" in m.body_text for m in told)
    assert {m.state for m in letters(revision=0)} == {"cancelled"}


def test_who_wants_no_letters_gets_what_always_goes(world, shift, join, now):
    """What is turned off stays until the last moment, and no longer: people change their minds."""
    with transaction():
        quiet = make_person("李四", remind_by=[])
    join(shift, quiet)
    with transaction():
        changing.cancel_shift(shift_id=shift.id, reason="大风降温", now=now)
    for channel, address in (("email", quiet.email), ("sms", quiet.phone)):
        assert leaving(address, channel) == {"shift-cancelled"}


def test_a_rolled_back_join_posts_nothing(world, shift, now):
    def join_and_fail():
        with transaction():
            joining.join(shift_id=shift.id, person=world.volunteer, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        join_and_fail()
    assert letters() == []

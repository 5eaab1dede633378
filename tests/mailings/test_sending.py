"""From the draft to the last letter: who gets it, in which words, when, and once."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.at_once import at_once
from tests.factories.people import make_person
from tests.factories.places import make_place
from tests.factories.shifts import make_shift, make_signup
from tests.mailings.conftest import DAY, HOUR, NOW, WORDS, draft, letters, send, work
from volunteer_hub.carriers.rules.texts import split_sms
from volunteer_hub.filings.queries import get_text
from volunteer_hub.filings.rules import as_filed
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.foundation.language import zone
from volunteer_hub.mailings import actions, queries, rules
from volunteer_hub.mailings.rules import CONFIRMED, VOLUNTEERS, WAITING, Words
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.rules.states import LANE_BULK
from volunteer_hub.people.models import Preference
from workers.mailings import post as worker

ENGLISH = Words(subject_en="Gate", text_en="Use the east gate.")


def readers(mailing):
    return {letter.recipient_id for letter in letters(mailing)}


@pytest.mark.parametrize("about", ["shift", "activity"])
@pytest.mark.parametrize(("audience", "waiting"), [(CONFIRMED, False), (WAITING, True)])
def test_those_of_a_shift_or_an_activity(today, world, shift, about, audience, waiting):
    with transaction():
        other = make_shift(world.community, starts_at=NOW + DAY)
        make_signup(other, world.grid_worker)
    named = {"shift_id": shift.id} if about == "shift" else {"activity_id": shift.activity_id}
    mailing = draft(world, audience=audience, **named)
    assert letters(mailing) == []
    assert send(mailing)
    assert work() == 1
    wanted = {world.volunteer.id} | ({world.other_volunteer.id} if waiting else set())
    assert readers(mailing) == wanted
    assert {letter.lane for letter in letters(mailing)} == {LANE_BULK}
    assert (mailing.state, mailing.persons, mailing.done) == ("sent", len(wanted), len(wanted))


def test_all_who_live_at_the_place_or_below(today, world):
    with transaction():
        below = make_place("lane", kind="compound", parent=world.community)
        for person, home in (
            (world.volunteer, world.community),
            (world.other_volunteer, below),
            (world.grid_worker, world.neighbour),
        ):
            person.home_place_id = home.id
        make_person("李四", home_place_id=below.id, left_at=NOW)
    mailing = draft(world, audience=VOLUNTEERS)
    send(mailing)
    work()
    assert readers(mailing) == {world.volunteer.id, world.other_volunteer.id}


def test_each_reads_the_own_language_and_is_told_of_the_other(today, world, shift):
    with transaction():
        world.other_volunteer.language = "en"
    both = draft(world, shift_id=shift.id, audience=WAITING)
    english = draft(world, shift_id=shift.id, audience=WAITING, words=ENGLISH)
    for mailing in (both, english):
        send(mailing)
    work()
    mails = {m.recipient_id: m for m in letters(both, channel="email")}
    assert mails[world.volunteer.id].subject == "换门"
    assert "请走东门。" in mails[world.volunteer.id].body_text
    assert mails[world.other_volunteer.id].subject == "Gate"
    texts = {m.body_text for m in letters(both, channel="sms")}
    assert texts == {"【邻里志愿】甘家巷社区通知（共享集市，12月9日）：请走东门。"}
    told = {m.recipient_id: m.body_text for m in letters(english, channel="email")}
    assert "只有英文" in told[world.volunteer.id]
    assert "one language only" not in told[world.other_volunteer.id]
    mail = mails[world.volunteer.id]
    assert "List-Unsubscribe" in mail.headers
    assert "请走东门。" in (mail.body_html or "")


@pytest.mark.parametrize("length", [1, 44, 45, 108, 109, 376])
def test_the_parts_are_counted_as_they_leave(today, world, shift, length):
    words = Words(subject_zh="长", text_zh="门" * length)
    mailing = queries.get_mailing(draft(world, shift_id=shift.id, words=words).id)
    shown = actions.preview(mailing, to=world.coordinator, language="zh")
    (sms,) = [letter.body_text for letter in shown if letter.channel == "sms"]
    assert sms.endswith("门" * length)
    assert actions.sms_parts(mailing) == len(split_sms(sms))


@pytest.mark.parametrize("about", ["shift", "activity", "place"])
def test_a_text_says_who_writes_and_about_what(today, world, shift, about):
    subject = {"shift": {"shift_id": shift.id}, "activity": {"activity_id": shift.activity_id}}
    audience = VOLUNTEERS if about == "place" else CONFIRMED
    mailing = draft(world, audience=audience, **subject.get(about, {}))
    begins = actions.begins(queries.get_mailing(mailing.id))
    with transaction():
        blank = actions.blank(place=world.community, by=1, **subject.get(about, {}))
        assert actions.begins(blank) == begins
    assert (
        begins
        == {
            "shift": "【邻里志愿】甘家巷社区通知（共享集市，12月9日）：",
            "activity": "【邻里志愿】甘家巷社区通知（共享集市，12月9日）：",
            "place": "【邻里志愿】甘家巷社区通知：",
        }[about]
    )


def test_a_provider_can_file_the_text():
    """Fixed words and variables, and no hint how to stop texts, as advertisements have one."""
    filed = as_filed(get_text("mailings/words"))
    assert filed == "${v1}通知[（${v2}，${v3}）]：${v4}"
    assert "退订" not in filed
    assert "回复" not in filed


def test_html_shows_what_was_typed_and_nothing_else(today, world, shift):
    sly = Words(subject_zh="<b>换门</b>", text_zh="<script>1</script>\n{{ 7 * 7 }}")
    mailing = draft(world, shift_id=shift.id, words=sly)
    send(mailing)
    work()
    (mail,) = letters(mailing, channel="email")
    assert "<script>" not in (mail.body_html or "")
    assert "{{ 7 * 7 }}" in mail.body_text


def test_the_count_says_who_is_not_reached_and_why(today, world, shift):
    with transaction():
        people = [make_person(f"邻居{n}", **({"email": None} if n == 0 else {})) for n in range(4)]
        for person in people:
            make_signup(shift, person)
        off = {"person_id": people[1].id, "kind": "mailing", "channel": "email", "wanted": False}
        db.session.add(Preference(**off))
        suppress("email", people[2].email, reason="hard-bounce")
    mailing = draft(world, shift_id=shift.id, channels=["email"])
    reach = actions.count(queries.get_mailing(mailing.id))
    assert (reach.persons, reach.reached, reach.total) == (5, 2, 2)
    assert dict(reach.unreached) == {"no-address": 1, "turned-off": 1, "suppressed": 1}
    send(mailing)
    work()
    assert len(letters(mailing, recipient_id=people[3].id)) == 1
    assert letters(mailing, recipient_id=people[1].id) == []


def test_texts_keep_the_night_and_mails_do_not(today, world, shift):
    night = datetime.combine(NOW.astimezone(zone()), datetime.min.time(), tzinfo=zone()) + 23 * HOUR
    mailing = draft(world, shift_id=shift.id)
    send(mailing, now=night)
    work(now=night)
    (mail,), (sms,) = (letters(mailing, channel=channel) for channel in ("email", "sms"))
    assert (mail.due_at, sms.due_at) == (night, night + 9 * HOUR)
    assert mail.expires_at == shift.ends_at


def test_batches_go_on_where_one_was_lost(today, world, shift, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 1)
    mailing = draft(world, shift_id=shift.id, audience=WAITING)
    send(mailing)

    def die():
        with transaction():
            actions.post_batch(now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die()
    assert letters(mailing) == []
    assert work() == 3  # one each, and one that finds nobody more
    assert len(letters(mailing)) == 4
    assert work() == 0


def test_a_second_press_changes_nothing(today, world, shift):
    mailing = draft(world, shift_id=shift.id)
    assert [send(mailing), send(mailing)] == [True, False]
    work()
    assert len(letters(mailing)) == 2
    entries = db.session.query(AuditEntry).filter_by(thing=mailing.topic).all()
    assert [(entry.verb, entry.facts) for entry in entries] == [
        ("sent-mailing", {"persons": 1, "letters": 2})
    ]
    with transaction(), pytest.raises(rules.MailingIsUnderWay):
        actions.change(mailing_id=mailing.id, words=WORDS, channels=["sms"], audience=CONFIRMED)


def test_pressed_by_many_and_worked_by_many_it_is_one_mailing(committed):
    with transaction():
        place = make_place("ganjiaxiang")
        maker, mei = make_person("马丽"), make_person("陈晓梅", home_place_id=place.id)
        facts = {"words": WORDS, "channels": ["email"], "audience": VOLUNTEERS}
        mailing = actions.draft(place=place, by=maker.id, **facts)
    number = mailing.id
    press = [lambda: actions.send(mailing_id=number, by=maker.id, now=NOW)] * 6
    assert sorted(at_once(committed, *press)) == [False] * 5 + [True]
    at_once(committed, *[lambda: actions.post_batch(now=NOW)] * 4)
    worker()
    assert [letter.recipient_id for letter in letters(mailing)] == [mei.id]


def test_many_mailings_at_once_stay_within_the_day(committed):
    with transaction():
        place = make_place("ganjiaxiang")
        maker = make_person("马丽", home_place_id=place.id)
        facts = {"words": WORDS, "channels": ["email"], "audience": VOLUNTEERS}
        ids = [actions.draft(place=place, by=maker.id, **facts).id for _ in range(8)]

    def press(number):
        return lambda: actions.send(mailing_id=number, by=maker.id, now=NOW)

    found = at_once(committed, *[press(number) for number in ids])
    assert sum(one is True for one in found) == 5
    assert sum(isinstance(one, rules.TooManyMailingsToday) for one in found) == 3


def test_the_next_day_begins_at_the_local_midnight(today, world, shift):
    for _ in range(5):
        send(draft(world, shift_id=shift.id))
    sixth = draft(world, shift_id=shift.id)
    for now, refused in ((NOW + 11 * HOUR, True), (NOW + 12 * HOUR, False)):
        with pytest.raises(rules.TooManyMailingsToday) if refused else nullcontext():
            assert send(sixth, now=now)


def test_stopped_under_way_nothing_more_leaves(today, world, shift, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 1)
    mailing = draft(world, shift_id=shift.id, audience=WAITING)
    send(mailing)
    with transaction():
        actions.post_batch(now=NOW)
    with transaction():
        assert actions.stop(mailing_id=mailing.id, now=NOW) == 2
    assert work() == 0
    assert {letter.state for letter in letters(mailing)} == {"cancelled"}
    with pytest.raises(rules.MailingCannotBeStopped), transaction():
        actions.stop(mailing_id=mailing.id, now=NOW)


def test_what_has_left_cannot_be_stopped(today, world, shift):
    mailing = draft(world, shift_id=shift.id, channels=["email"])
    with pytest.raises(rules.MailingCannotBeStopped), transaction():
        actions.stop(mailing_id=mailing.id, now=NOW)
    send(mailing)
    work()
    with transaction():
        for letter in letters(mailing):
            letter.state, letter.sent_at = "sent", NOW
    with pytest.raises(rules.MailingCannotBeStopped), transaction():
        actions.stop(mailing_id=mailing.id, now=NOW)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ("state = 'lost', sent_at = now()", "ck_mailing_state_is_known"),
        ("audience = 'everybody'", "ck_mailing_audience_is_known"),
        ("activity_id = (select min(id) from activity)", "ck_mailing_is_about_one_thing"),
        ("shift_id = null", "ck_mailing_a_place_has_no_line"),
        ("channels = '{}'", "ck_mailing_goes_some_way"),
        ("channels = '{pigeon}'", "ck_mailing_goes_some_way"),
        ("text_zh = '', text_en = ''", "ck_mailing_says_something"),
        ("state = 'sent'", "ck_mailing_sent_has_a_time"),
        ("stopped_at = now()", "ck_mailing_stopped_has_a_time"),
    ],
)
def test_the_database_holds_it_too(today, world, shift, values, constraint):
    draft(world, shift_id=shift.id)
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(text(f"update mailing set {values}"))  # noqa: S608
    assert violated(refused.value) == constraint


def test_thanks_for_a_shift_that_is_over(today, world):
    with transaction():
        past = make_shift(world.community, starts_at=NOW - DAY, ends_at=NOW - DAY + HOUR)
        make_signup(past, world.volunteer)
    mailing = draft(world, shift_id=past.id, channels=["email"])
    send(mailing)
    work()
    (mail,) = letters(mailing)
    assert mail.expires_at - mail.due_at == timedelta(days=3)

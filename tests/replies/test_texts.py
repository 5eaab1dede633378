"""Answers by SMS: what is done, what is said back, and what is left alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories.people import make_person
from tests.replies.conftest import DAY, HOUR
from tests.replies.phones import asked, leaving, now_of, texts_to, write
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.messages.models import IncomingSms, Message
from volunteer_hub.messages.rules.states import LANE_CODES
from volunteer_hub.replies.actions import by_text
from volunteer_hub.signups.actions import joining, offers
from volunteer_hub.signups.models import Signup


@pytest.fixture
def mine(world, shift_of, join):
    """A place of the volunteer's tomorrow, of which the phone was reminded."""
    shift = shift_of(world.community)
    signup = join(shift, world.volunteer)
    asked(shift)
    return signup


@pytest.fixture
def phone(world):
    return world.volunteer.phone


def offer(world, shift_of, join, *, ahead=3 * DAY, person=None):
    """Keep a place for somebody, and let the offer have left."""
    shift = shift_of(world.community, capacity=1, ahead=ahead, title_zh="义诊")
    first = join(shift, world.other_volunteer)
    waits = join(shift, person or world.volunteer)
    with transaction():
        joining.leave(signup_id=first.id, now=database_now(), by=None, by_staff=False)
    asked(shift, "shift-offered")
    assert now_of(waits).state == "offered"
    return waits


def test_one_means_i_come(mine, phone):
    assert write(phone, "１。") == "come"
    assert now_of(mine).coming_at is not None
    (text,) = texts_to(phone)
    assert text.startswith("【邻里志愿】好的，")
    assert "社区广场见" in text


def test_two_means_i_cannot(mine, phone):
    assert write(phone, "来不了") == "leave"
    assert now_of(mine).state == "cancelled_by_volunteer"
    (text,) = texts_to(phone)
    assert "已为您取消：" in text
    assert "共享集市" in text


def test_a_late_two_is_seen_by_the_coordinators_at_once(world, shift_of, join, phone):
    shift = shift_of(world.community, leave_cutoff=2 * 24 * 60)
    late = join(shift, world.volunteer)
    asked(shift)
    assert write(phone, "2") == "leave"
    assert now_of(late).late
    assert len(texts_to(world.coordinator.phone, "shift-late-cancel")) == 1


def test_an_open_offer_comes_before_a_nearer_shift(world, mine, shift_of, join, phone):
    offered = offer(world, shift_of, join)
    assert write(phone, "1") == "accept"
    assert (now_of(offered).state, now_of(mine).coming_at) == ("confirmed", None)
    assert texts_to(phone) == []  # the confirmation itself says it
    assert len(texts_to(phone, "shift-promoted")) == 1


def test_an_offer_is_declined(world, shift_of, join, phone):
    offered = offer(world, shift_of, join)
    assert write(phone, "2") == "decline"
    assert now_of(offered).state == "cancelled_by_volunteer"
    assert "放弃名额" in texts_to(phone)[0]


def test_the_next_of_two_shifts_is_meant(world, mine, shift_of, join, phone):
    later = shift_of(world.community, ahead=2 * DAY)
    other = join(later, world.volunteer)
    asked(later)
    assert write(phone, "2") == "leave"
    assert (now_of(mine).state, now_of(other).state) == ("cancelled_by_volunteer", "confirmed")
    # The same again at once may be a second thought: the other shift is asked about by name.
    assert write(phone, "2") == "repeated"
    assert now_of(other).state == "confirmed"
    (helped,) = texts_to(phone, "reply-help")
    asked(later, "reply-help")
    assert "回2来不了" in helped
    assert write(phone, "2") == "leave"
    assert now_of(other).state == "cancelled_by_volunteer"


def test_what_was_asked_last_is_answered_first(world, mine, shift_of, join, phone):
    """Yes to today's shift last night; the reminder of tomorrow's comes, and no is for that."""
    assert write(phone, "1") == "come"
    later = shift_of(world.community, ahead=2 * DAY)
    other = join(later, world.volunteer)
    asked(later)
    assert write(phone, "2") == "leave"
    assert (now_of(mine).state, now_of(other).state) == ("confirmed", "cancelled_by_volunteer")


def test_one_may_change_one_s_mind(mine, phone):
    assert write(phone, "1") == "come"
    assert write(phone, "2") == "leave"
    assert now_of(mine).state == "cancelled_by_volunteer"


def test_the_same_answer_twice_is_one(mine, phone):
    assert [write(phone, "1"), write(phone, "1")] == ["come", "repeated"]
    assert len(texts_to(phone)) == 1


@pytest.mark.parametrize("text", ["谢谢", "12", "我改天来", ""])
def test_nothing_is_guessed(mine, phone, text):
    for _ in range(2):
        assert write(phone, text) == "unclear"
    assert (now_of(mine).state, now_of(mine).coming_at) == ("confirmed", None)
    (helped,) = texts_to(phone)  # one a day, however often somebody writes
    for word in ("共享集市", "回1能来，回2来不了", "回R"):
        assert word in helped


def test_tomorrow_help_may_be_given_again(mine, phone):
    write(phone, "谢谢")
    with transaction():
        write_later = IncomingSms(sender=phone, text="谢谢", reference="later")
        db.session.add(write_later)
    with transaction():
        assert by_text.answer_next(now=database_now() + DAY) == "unclear"
    assert len(texts_to(phone)) == 2


@pytest.mark.parametrize("kind", ["shift-joined", "shift-changed"])
def test_only_reminders_and_offers_ask(world, shift_of, join, phone, kind):
    shift = shift_of(world.community)
    signup = join(shift, world.volunteer)
    asked(shift, kind)
    assert write(phone, "2") == "unclear"
    assert now_of(signup).state == "confirmed"
    assert "没有等您答复的班次" in texts_to(phone)[0]


def test_a_question_is_open_for_48_hours(world, shift_of, join, phone):
    shift = shift_of(world.community, ahead=3 * DAY)
    signup = join(shift, world.volunteer)
    asked(shift, at=database_now() - timedelta(hours=49))
    assert write(phone, "2") == "unclear"
    asked(shift, at=database_now() - timedelta(hours=47))
    assert write(phone, "2") == "leave"
    assert now_of(signup).state == "cancelled_by_volunteer"


def test_an_answer_proves_that_a_text_of_unknown_fate_arrived(mine, phone):
    with transaction():
        lost = update(Message).where(Message.state == "sent")
        facts = {"sent_at": None, "due_at": database_now(), "token": Message.uuid}
        db.session.execute(lost.values(state="unknown", **facts))
    assert write(phone, "1") == "come"


def test_a_question_to_an_old_number_gives_the_new_owner_no_say(world, mine, phone):
    with transaction():
        world.volunteer.phone = "+8613900000001"
        newcomer = make_person("新机主", phone=phone)
    assert write(phone, "2") == "unclear"
    assert now_of(mine).state == "confirmed"
    assert texts_to(phone)[0].count("共享集市") == 0
    assert newcomer.phone == phone


def test_who_is_unknown_is_counted_and_hears_nothing(mine):
    for text in ("1", "2", "R", "谢谢"):
        assert write("+8613999999999", text) == "unknown"
    assert texts_to("+8613999999999") == []
    counted = select(db.func.count()).where(IncomingSms.outcome == "unknown")
    assert db.session.scalar(counted) == 4


@pytest.mark.parametrize("text", ["R", "td", "T", "退订"])
def test_who_wants_no_more_texts_gets_none_but_codes(world, shift_of, join, mine, phone, text):
    code = {"kind": "code-sign-in", "lane": LANE_CODES, "key": "code", "channel": "sms"}
    with transaction():
        waiting = db.session.scalars(select(Message).where(Message.state == "pending")).first()
        facts = ("topic", "address", "language", "due_at", "try_at", "expires_at", "dated_at")
        copied = {name: getattr(waiting, name) for name in facts} | {"address": phone}
        db.session.add(Message(**(copied | code), body_text="482913", message_id="<code@x>"))
    assert write(phone, text) == "opted-out"
    (confirmed,) = texts_to(phone, "reply-opted-out")
    for words in ("【邻里志愿】", "不再发给您", "验证码", "回复开通"):
        assert words in confirmed
    left = select(Message.kind).where(Message.address == phone, Message.state == "pending")
    assert set(db.session.scalars(left)) == {"reply-opted-out", "code-sign-in"}
    assert now_of(mine).state == "confirmed"
    # Said again, it is known; nothing more is written, whatever happens.
    assert write(phone, text) == "opted-out"
    join(shift_of(world.community, ahead=2 * DAY), world.volunteer)
    assert write(phone, "谢谢") == "unclear"
    assert texts_to(phone, "reply-opted-out") == [confirmed]
    assert leaving(phone) == {"reply-opted-out", "code-sign-in"}
    said = select(AuditEntry.thing).where(AuditEntry.verb == "opted-out-of-sms")
    assert list(db.session.scalars(said)) == [f"person:{world.volunteer.id}"]


@pytest.fixture
def family(world):
    """A child and an old neighbour who are reached on the volunteer's phone."""
    through = {"phone": None, "email": None, "reached_through_id": world.volunteer.id}
    with transaction():
        return make_person("陈小明", **through), make_person("王奶奶", **through)


def test_an_answer_speaks_for_everybody_on_the_phone(world, shift_of, join, family, phone):
    shift = shift_of(world.community)
    theirs = [join(shift, person) for person in (world.volunteer, *family)]
    other = join(shift, world.other_volunteer)
    asked(shift)
    assert write(phone, "1") == "come"
    assert all(now_of(signup).coming_at for signup in theirs)
    assert "陈晓梅、陈小明、王奶奶" in texts_to(phone)[0]
    assert write(phone, "2") == "leave"
    assert {now_of(signup).state for signup in theirs} == {"cancelled_by_volunteer"}
    assert "已为陈晓梅、陈小明、王奶奶取消" in texts_to(phone)[1]
    assert now_of(other).state == "confirmed"


def test_a_text_names_the_one_it_is_about_when_it_is_not_the_owner(
    world, shift_of, join, family, phone
):
    shift = shift_of(world.community)
    signup = join(shift, family[0])
    asked(shift)
    assert write(phone, "2") == "leave"
    assert now_of(signup).state == "cancelled_by_volunteer"
    assert "已为陈小明取消" in texts_to(phone)[0]


def test_a_rule_that_says_no_is_passed_on(world, shift_of, join, phone):
    """By now the person serves elsewhere at that time."""
    offered = offer(world, shift_of, join)
    shift = now_of(offered)
    elsewhere = shift_of(world.neighbour, ahead=3 * DAY)
    with transaction():
        db.session.add(
            Signup(
                shift_id=elsewhere.id, person_id=world.volunteer.id, state="confirmed",
                during=shift.during, joined_at=database_now(), confirmed_at=database_now(),
            )
        )  # fmt: skip
        elsewhere.confirmed += 1
    assert write(phone, "1") == "refused"
    assert now_of(offered).state == "offered"
    (text,) = texts_to(phone)
    assert "您的回复没有办成：您那个时间已报名：共享集市" in text


def test_an_offer_that_lapsed_is_no_question_any_more(world, shift_of, join, phone):
    offered = offer(world, shift_of, join)
    with transaction():
        offers.lapse(now=now_of(offered).offer_until + HOUR)
    assert write(phone, "1") == "unclear"
    assert now_of(offered).state == "lapsed"


def test_a_text_that_breaks_is_put_aside_and_the_next_is_answered(mine, phone, monkeypatch):
    def broken(_text):
        raise ZeroDivisionError

    monkeypatch.setattr(by_text.texts, "read", broken)
    assert write(phone, "1") == "broken"
    monkeypatch.undo()
    assert write(phone, "1") == "come"
    assert now_of(mine).coming_at is not None

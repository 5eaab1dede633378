"""Announced changes: one letter for each person, however many shifts, and only once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.activities import make_activity
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.queries.activities import get_activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.planning import letters
from volunteer_hub.planning.actions import occurrences

HOUR = timedelta(hours=1)


@pytest.fixture
def market(world):
    """An activity with two shifts: one person on both, another one waiting."""
    with transaction():
        activity = make_activity(world.community, description_zh="带来，带走。")
        for begin in (0, 1):
            starts_at = activity.starts_at + begin * HOUR
            times = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
            shift = make_shift(world.community, activity=activity, capacity=1, **times)
            make_signup(shift, world.volunteer)
            make_signup(shift, world.other_volunteer, state="waitlisted")
    return activity.id


def edit(activity_id, *, announce=True, now=None, **changes):
    activity = get_activity(activity_id)
    facts = {
        name: getattr(activity, name)
        for name in ("place", "project", "title_zh", "title_en", "starts_at", "ends_at")
    }
    facts |= {"description_zh": activity.description_zh, **changes}
    with transaction():
        return occurrences.edit_activity(
            activity=activity, announce=announce, now=now or utc_now(), **facts
        )


def told(*, state="pending", channel="email"):
    found = select(Message).filter_by(kind="activity-changed", state=state, channel=channel)
    return list(db.session.scalars(found.order_by(Message.id)))


def test_one_letter_for_each_person_about_what_is_different(world, market):
    assert edit(market, title_zh="春天集市", place=world.neighbour) == 2
    found = told()
    assert [letter.recipient_id for letter in found] == [
        world.volunteer.id,
        world.other_volunteer.id,
    ]
    text = found[0].body_text
    assert "春天集市，原来是：共享集市" in text
    assert "西北新村社区，原来是：甘家巷社区" in text
    assert "带来，带走。" not in text
    assert f"/activities/{market}" in text
    assert "春天集市" in found[0].subject
    assert "原来是：共享集市" in re.sub(r"\s+", " ", found[0].body_html or "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_en": "Spring Market"}, "Spring Market, before: Sharing Market"),
        ({"description_zh": "春天来了。"}, "What it is: 春天来了。"),
    ],
)
def test_in_the_language_of_the_reader(world, market, changes, said):
    with transaction():
        world.volunteer.language = "en"
    edit(market, **changes)
    assert said in told()[0].body_text


def test_a_new_frame_of_time_says_that_the_shifts_stay(world, market):
    activity = get_activity(market)
    edit(market, ends_at=activity.ends_at + HOUR)
    text = told()[0].body_text
    assert "时间" in text
    assert "原来是：" in text
    assert "您的班次不变，除非另有通知。" in text


def test_the_text_message_is_short(world, market):
    edit(market, title_zh="春天集市")
    (letter, *_others) = told(channel="sms")
    assert "您报名的春天集市" in letter.body_text
    assert len(letter.body_text) <= 134  # two parts


@pytest.mark.parametrize(
    ("announce", "changes"),
    [(False, {"title_zh": "春天集市"}), (True, {})],
    ids=["nobody wants it told", "nothing is different"],
)
def test_when_nobody_is_told(market, announce, changes):
    assert edit(market, announce=announce, **changes) == 0
    assert told() == []


def test_a_draft_has_nobody_to_tell(world):
    with transaction():
        draft = make_activity(world.community, state="draft")
    assert edit(draft.id, title_zh="春天集市") == 0


def test_who_gave_the_place_back_is_not_told(world, market):
    with transaction():
        signups = db.text("update signup set state = 'cancelled_by_volunteer', rank = null,")
        db.session.execute(
            db.text(f"{signups} ended_at = now() where person_id = :person"),
            {"person": world.volunteer.id},
        )
    assert edit(market, title_zh="春天集市") == 1


def test_the_next_change_takes_the_place_of_what_has_not_left(market):
    edit(market, title_zh="春天集市")
    edit(market, title_zh="夏天集市")
    assert ["春天集市" in letter.body_text for letter in told(state="superseded")] == [True] * 2
    assert ["夏天集市" in letter.subject for letter in told()] == [True] * 2


def test_what_is_called_off_is_announced_no_more(market):
    edit(market, title_zh="春天集市")
    with transaction():
        occurrences.call_off(activity=get_activity(market), reason="大风", now=utc_now())
    assert told() == []
    assert len(told(state="cancelled")) == 2


def test_the_same_change_posted_twice_is_one_letter(world, market):
    activity = get_activity(market)
    before = letters.Said.by(activity)._replace(title_zh="旧集市")
    for _ in range(2):
        with transaction():
            letters.changed(
                [world.volunteer],
                activity=activity,
                before=before,
                altered={"title"},
                now=utc_now(),
            )
    assert len(told()) == 1


def test_what_is_told_apart(world, market):
    activity = get_activity(market)
    said = letters.Said.by(activity)
    assert said.altered(said) == frozenset()
    assert said.altered(said._replace(title_en="Market", ends_at=said.ends_at + HOUR)) == {
        "title",
        "time",
    }
    assert said.altered(said._replace(place=world.neighbour, description_en="x")) == {
        "place",
        "description",
    }

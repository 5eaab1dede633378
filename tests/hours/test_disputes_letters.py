"""Who is asked for an answer, and how the volunteer is told of it."""

import pytest
from sqlalchemy import select

from tests.factories.attendance import make_hours
from tests.factories.people import make_person
from tests.market import END
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.actions import disputes as actions
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.kinds import KIND_WORDS

ANSWER = "100% 核对了 <b>"


def letters(kind):
    db.session.expire_all()
    wanted = select(Message).where(Message.kind == kind).order_by(Message.channel, Message.id)
    return db.session.scalars(wanted).all()


@pytest.fixture
def hours(world, shift):
    with transaction():
        return make_hours(shift, world.volunteer, state="locked", by=world.coordinator)


def dispute(hours, says="100% 少记了 <b>"):
    with transaction():
        return actions.open_dispute(hours_id=hours.id, says=says, by=hours.person_id, now=END)


def answer(found, by, *, minutes=None):
    said = {"dispute_id": found.id, "answer": ANSWER, "by": by.id, "now": END}
    with transaction():
        if minutes is None:
            actions.turn_down(**said)
        else:
            actions.uphold(**said, minutes=minutes)


def test_coordinators_who_took_no_part_are_asked(world, hours):
    with transaction():
        world.second_coordinator.language = "en"
        make_person("别处", role=policy.COORDINATOR, at=world.neighbour)
    found = dispute(hours)
    letter = letters("hours-dispute-opened")[0]
    assert [one.recipient_id for one in letters("hours-dispute-opened")] == [
        world.second_coordinator.id
    ]
    assert letter.channel == "email"
    assert letter.subject == f"Disputed hours: {world.volunteer.name}, 5 Dec"
    for body in (letter.body_text, letter.body_html):
        assert "Sharing Market" in body
        assert "180 minutes" in body
        assert f"/attendance/disputes/{found.id}" in body
    assert "12 Dec 2026" in letter.body_text
    assert "100% 少记了 <b>" in letter.body_text
    assert "100% 少记了 &lt;b&gt;" in letter.body_html
    assert (letter.topic, letter.place_path) == (
        f"hours-dispute:{found.id}",
        world.community.path,
    )


def test_where_all_coordinators_took_part_the_supervisors_are_asked(world, shift):
    with transaction():
        hours = make_hours(
            shift,
            world.volunteer,
            state="locked",
            by=world.coordinator,
            recorded_by=world.second_coordinator.id,
        )
    dispute(hours)
    asked = [letter.recipient_id for letter in letters("hours-dispute-opened")]
    assert asked == [world.supervisor.id]


def test_a_coordinator_does_not_answer_to_themself(world, shift):
    with transaction():
        hours = make_hours(shift, world.second_coordinator, state="rejected", by=world.coordinator)
    dispute(hours)
    asked = [letter.recipient_id for letter in letters("hours-dispute-opened")]
    assert asked == [world.supervisor.id]


@pytest.mark.parametrize("end", ["answered", "withdrawn"])
def test_nobody_is_asked_once_it_is_over(world, hours, end):
    found = dispute(hours)
    if end == "answered":
        answer(found, world.second_coordinator)
    else:
        with transaction():
            actions.withdraw(dispute_id=found.id, by=world.volunteer.id, now=END)
    assert [letter.state for letter in letters("hours-dispute-opened")] == ["cancelled"]


@pytest.mark.parametrize(
    ("language", "minutes", "subject", "said"),
    [
        ("en", None, "Your dispute about 5 Dec is answered", "stay as they are"),
        ("en", 240, "Your dispute about 5 Dec is answered", "180 minutes become 240 minutes"),
        ("zh", 240, "12月5日", "240"),
        ("zh", None, "12月5日", "180"),
    ],
)
def test_the_volunteer_is_told_the_answer(world, hours, language, minutes, subject, said):
    with transaction():
        world.volunteer.language = language
    found = dispute(hours)
    answer(found, world.second_coordinator, minutes=minutes)
    letter = letters("hours-dispute-answered")[0]
    assert (letter.recipient_id, letter.channel) == (world.volunteer.id, "email")
    assert subject in letter.subject
    assert "\n" not in letter.subject
    for body in (letter.body_text, letter.body_html):
        assert said in body
        assert "/me/hours" in body
    assert ANSWER in letter.body_text
    assert "100% 核对了 &lt;b&gt;" in letter.body_html


@pytest.mark.parametrize(("minutes", "verdict"), [(240, "成立，将更正"), (None, "不成立")])
def test_by_text_message_in_a_few_words(world, hours, minutes, verdict):
    with transaction():
        world.volunteer.remind_by = ["sms"]
    answer(dispute(hours), world.second_coordinator, minutes=minutes)
    (letter,) = letters("hours-dispute-answered")
    assert letter.channel == "sms"
    assert verdict in letter.body_text
    assert "12月5日共享集市" in letter.body_text
    assert len(letter.body_text) <= 70
    assert ANSWER not in letter.body_text  # others may see the screen


def test_nobody_is_told_who_wants_no_letters(world, hours):
    with transaction():
        world.volunteer.remind_by = []
    answer(dispute(hours), world.second_coordinator)
    assert letters("hours-dispute-answered") == []


def test_the_outbox_knows_both_kinds():
    assert {"hours-dispute-opened", "hours-dispute-answered"} <= set(KIND_WORDS)

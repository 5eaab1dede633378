"""What is kept of a choice, and which letters leave or come back because of it."""

from datetime import UTC, datetime, time, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from tests.at_once import at_once
from tests.factories.people import make_person
from tests.replies.phones import leaving, write
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.messages.actions import call_back, post_letter
from volunteer_hub.messages.actions.suppressing import suppress
from volunteer_hub.messages.models import Message
from volunteer_hub.messages.rules.kinds import ALWAYS_GO, EVERY_KIND
from volunteer_hub.people.models import Preference
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.preferences import queries
from volunteer_hub.preferences.actions import choose, switch_on
from volunteer_hub.preferences.rules import Choice

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEWS, ALL = Choice("watch-news", "sms"), Choice(EVERY_KIND, "sms")
REMINDER = "shift-reminder-24h"


def say(person, choices):
    with transaction():
        return choose(person=person, choices=choices, now=database_now())


def post(person, kind=REMINDER, *, asked_as="shift", planned=False):
    """Post a letter as rooms do, now or for tomorrow's noon.

    :param asked_as: the kind that rooms ask the reader's wishes by
    """
    with transaction():
        now = database_now()
        noon = datetime.combine(now.astimezone(zone()) + DAY, time(12), tzinfo=zone())
        post_letter(
            "people/address-changed",
            to=reader_of(person, kind=asked_as),
            kind=kind,
            key=f"{kind}:{now}",
            topic="trial:1",
            facts={"old": "1", "new": "2"},
            due_at=noon.astimezone(UTC) if planned else now,
            expires_at=now + 3 * DAY,
        )


def texts(kind=REMINDER):
    """Name the states of the texts of a kind."""
    found = select(Message.state).where(Message.channel == "sms", Message.kind == kind)
    return list(db.session.scalars(found))


def test_only_what_changes_is_told(app, world):
    mei = world.volunteer
    assert say(mei, {NEWS: True}) == frozenset()  # nobody had turned it off
    assert say(mei, {NEWS: False, ALL: False}) == {NEWS, ALL}
    assert say(mei, {NEWS: False, ALL: True}) == {ALL}
    assert queries.stopped_by(mei.id) == {NEWS}
    assert queries.has_stopped(mei.id, kind="watch-news", channel="sms")
    assert queries.stopped_by(world.other_volunteer.id) == frozenset()


@pytest.mark.parametrize("kind", ["shift-cancelled", "code-sign-in", "trial"])
def test_what_always_goes_is_nobody_s_choice(app, world, kind):
    with pytest.raises(BrokenInput):
        say(world.volunteer, {NEWS: False, Choice(kind, "sms"): False})
    assert queries.stopped_by(world.volunteer.id) == frozenset()


def test_chosen_by_many_at_once_it_is_changed_once(committed):
    with transaction():
        mei = make_person("陈晓梅")
    both = {NEWS: False, Choice("mailing", "sms"): False}

    def press(choices):
        return lambda: choose(person=mei, choices=choices, now=database_now())

    backwards = dict(reversed(both.items()))
    found = at_once(committed, *[press(both), press(backwards)] * 3)
    assert sorted(map(len, found)) == [0, 0, 0, 0, 0, 2]
    assert len(db.session.scalars(select(Preference)).all()) == 2


@pytest.mark.parametrize("kind", ["shift-cancelled", "shift-changed", REMINDER, "shift-joined"])
def test_the_truth_about_kind_choice_and_channel(app, world, kind):
    """Through the real outbox: what is posted by a name for several kinds, as rooms do."""
    mei = world.volunteer
    chosen = (None, Choice(kind, "sms"), Choice("shift", "sms"), ALL, "untick")
    for channel, choice in product(("email", "sms"), chosen):
        with transaction():
            for row in db.session.scalars(select(Preference)).all():
                db.session.delete(row)
            mei.remind_by = ["email"] if choice == "untick" else ["email", "sms"]
            if isinstance(choice, Choice):
                values = choice._asdict() | {"person_id": mei.id, "wanted": False}
                db.session.add(Preference(**values))
        post(mei, kind)
        left = leaving(mei.email if channel == "email" else mei.phone, channel)
        off = channel == "sms" and choice in (Choice(kind, "sms"), ALL, "untick")
        assert left == (set() if off and kind not in ALWAYS_GO else {kind}), (channel, choice)


@pytest.mark.parametrize("asked_as", ["shift", "shift-cancelled"])
def test_who_has_unticked_everything_is_told_of_what_is_called_off(app, world, asked_as):
    with transaction():
        world.volunteer.remind_by = []
    post(world.volunteer, "shift-cancelled", asked_as=asked_as)
    assert leaving(world.volunteer.email, "email") == {"shift-cancelled"}
    assert leaving(world.volunteer.phone) == {"shift-cancelled"}


def stop(person, reader=None):
    """Plan a reminder and let whoever reads it write R."""
    post(person, planned=True)
    assert write((reader or person).phone, "R") == "opted-out"
    assert texts() == ["suppressed"]


def test_reminders_come_back_to_who_writes_again(app, world):
    stop(world.volunteer)
    assert write(world.volunteer.phone, "开通") == "opted-in"
    reminder = db.session.scalars(
        select(Message).where(Message.kind == REMINDER, Message.channel == "sms"),
        execution_options={"populate_existing": True},
    ).one()
    assert (reminder.state, reminder.settled_at) == ("pending", None)
    assert reminder.try_at == reminder.due_at


def test_reminders_of_those_one_passes_messages_on_to_come_back_too(app, world):
    mei = world.volunteer
    with transaction():
        boy = make_person("林小宝", phone=None, email=None, reached_through_id=mei.id)
    stop(boy, mei)
    with transaction():
        assert switch_on(person=mei, channel="sms", now=database_now())
    assert texts() == ["pending"]


def test_what_is_called_back_meanwhile_stays_away(app, world):
    stop(world.volunteer)
    with transaction():
        assert call_back("trial:1") == 2  # the mail, which waits, and the text
    assert write(world.volunteer.phone, "开通") == "opted-in"
    assert texts() == ["cancelled"]


def test_what_answered_a_moment_does_not_come_late(app, world):
    post(world.volunteer, "shift-joined")
    assert write(world.volunteer.phone, "R") == "opted-out"
    say(world.volunteer, {ALL: True})
    assert texts("shift-joined") == ["suppressed"]


@pytest.mark.parametrize(("later", "state"), [(2 * DAY, "pending"), (3 * DAY, "suppressed")])
def test_what_is_over_stays_away(app, world, later, state):
    stop(world.volunteer)
    with transaction():
        choose(person=world.volunteer, choices={ALL: True}, now=database_now() + later)
    assert texts() == [state]


def test_what_was_due_meanwhile_leaves_in_the_morning(app, world):
    stop(world.volunteer)
    night = datetime.combine(database_now().astimezone(zone()) + 2 * DAY, time(2), tzinfo=zone())
    with transaction():
        choose(person=world.volunteer, choices={ALL: True}, now=night.astimezone(UTC))
    try_at = select(Message.try_at).where(Message.channel == "sms", Message.kind == REMINDER)
    assert db.session.scalar(try_at) == night + 6 * HOUR


def test_an_address_that_must_not_be_written_to_stays_so(app, world):
    stop(world.volunteer)
    with transaction():
        suppress("sms", world.volunteer.phone, reason="hard-bounce")
    say(world.volunteer, {ALL: True})
    assert texts() == ["suppressed"]


def test_one_kind_that_is_still_unwanted_stays_away(app, world):
    stop(world.volunteer)
    say(world.volunteer, {Choice(REMINDER, "sms"): False, ALL: True})
    assert texts() == ["suppressed"]
    say(world.volunteer, {Choice(REMINDER, "sms"): True})
    assert texts() == ["pending"]

"""Texts keep the night of whom they reach: when posted, when it is changed, when they leave."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests.at_once import at_once
from tests.factories.people import make_person
from volunteer_hub.dispatch.actions import claiming, recording
from volunteer_hub.foundation.bells import person_left
from volunteer_hub.foundation.database import database_now, db, transaction
from volunteer_hub.foundation.own_data import gather
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.messages.actions import post_letter
from volunteer_hub.messages.models import Attempt, Message
from volunteer_hub.messages.queries import outbox
from volunteer_hub.messages.queries.nights import ASLEEP
from volunteer_hub.people.actions.accounts import change_profile
from volunteer_hub.people.queries.readers import reader_of
from volunteer_hub.preferences import queries as asked
from volunteer_hub.preferences.actions import choose, sleep
from volunteer_hub.preferences.models import QuietHours
from volunteer_hub.preferences.rules import USUAL, Choice, Night

SHANGHAI, BERLIN, NEW_YORK = "Asia/Shanghai", "Europe/Berlin", "America/New_York"
REMINDER = "shift-reminder-2h"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EARLY = Night(ends=time(6))  # rises early, so that 6:30 is no night


def at(days, hour, minute=0, zone=SHANGHAI):
    """Give an instant on a wall, some days after today in Shanghai."""
    day = (database_now() + days * DAY).astimezone(ZoneInfo(SHANGHAI)).date()
    wall = datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC)


def post(person, due_at=None, *, kind=REMINDER, lasts=2 * HOUR, key="trial"):
    with transaction():
        due = due_at or database_now()
        return post_letter(
            "people/address-changed",
            to=reader_of(person, kind="shift"),
            kind=kind,
            key=key,
            topic="trial:1",
            facts={"old": "1", "new": "2"},
            due_at=due,
            expires_at=due + lasts,
            channels={"sms"},
        )


def go_to_bed(person, night):
    with transaction():
        return sleep(person=person, night=night, now=database_now())


def asleep_now():
    """Give a night of which four hours are over and four are left."""
    wall = database_now().astimezone(ZoneInfo(SHANGHAI))
    return Night(None, *((wall + ahead).time() for ahead in (-4 * HOUR, 4 * HOUR)))


def the_text(key="trial"):
    wanted = select(Message).where(Message.key == f"{key}:sms")
    return db.session.scalars(wanted, execution_options={"populate_existing": True}).one()


def what_became(key="trial"):
    text = the_text(key)
    return text.state, text.due_at, text.planned_at


@pytest.mark.parametrize(
    ("night", "due", "leaves"),
    [
        (USUAL, (9, 6, 30), (8, 20, 59)),
        (EARLY, (9, 6, 30), (9, 6, 30)),
        (Night(None, time(20), time(9)), (9, 8, 30), (8, 19, 59)),
        (Night(SHANGHAI), (9, 6, 30), (8, 20, 59)),
        (Night("Asia/Urumqi"), (9, 22, 30), (9, 22, 30)),  # it is 20:30 there
        (Night("Asia/Urumqi"), (9, 9, 30), (8, 22, 59)),
        (Night(BERLIN), (9, 22, 30), (9, 22, 30)),
    ],
)
def test_a_reminder_keeps_the_night_of_its_reader(app, world, night, due, leaves):
    go_to_bed(world.volunteer, night)
    assert post(world.volunteer, at(*due)) == 1
    moved = at(*due) if due != leaves else None
    assert what_became() == ("pending", at(*leaves), moved)
    assert the_text().try_at == at(*leaves)


def test_nobody_s_night_costs_a_statement_but_that_of_who_chose_one(app, world, queries):
    counted = []
    for night in (USUAL, EARLY):
        go_to_bed(world.volunteer, night)
        del queries[:]
        post(world.volunteer, at(9, 6, 30), key=str(night))
        counted.append(len(queries))
    assert counted[1] == counted[0] + 1


def test_without_an_address_the_night_of_whom_letters_go_to_counts(app, world):
    with transaction():
        boy = make_person("林小宝", phone=None, email=None, reached_through_id=world.volunteer.id)
    go_to_bed(boy, Night(None, time(13), time(20)))
    go_to_bed(world.volunteer, EARLY)
    post(boy, at(9, 6, 30))
    assert the_text().due_at == at(9, 6, 30)
    go_to_bed(world.volunteer, USUAL)
    assert the_text().due_at == at(8, 20, 59)


def test_what_waits_moves_with_the_night_and_back(app, world):
    post(world.volunteer, at(9, 6, 30))
    for night, leaves in (
        (EARLY, at(9, 6, 30)),
        (USUAL, at(8, 20, 59)),
        (Night(NEW_YORK), at(9, 6, 30)),  # the afternoon before
        (Night(None, time(18), time(9)), at(8, 17, 59)),
    ):
        assert go_to_bed(world.volunteer, night)
        assert not go_to_bed(world.volunteer, night)
        assert (the_text().due_at, the_text().try_at) == (leaves, leaves)
    assert go_to_bed(world.volunteer, EARLY)
    assert what_became() == ("pending", at(9, 6, 30), None)


def test_what_is_of_no_use_in_the_morning_stays_away_until_the_night_is_shorter(app, world):
    due = database_now() + 20 * HOUR
    wall = due.astimezone(ZoneInfo(SHANGHAI))
    # Asleep from before now until after it is over.
    begins, ends = ((wall + ahead).time().replace(microsecond=0) for ahead in (-14 * HOUR, HOUR))
    post(world.volunteer, due, kind="mailing", lasts=HOUR / 2)
    go_to_bed(world.volunteer, Night(None, begins, ends))
    early = due - 14 * HOUR  # it is not over yet: the minute before
    assert the_text().due_at < early
    with transaction():
        db.session.execute(update(Message).values(posted_at=due - DAY))
        sleep(person=world.volunteer, night=USUAL, now=due - 10 * HOUR)
        sleep(person=world.volunteer, night=Night(None, begins, ends), now=due - 10 * HOUR)
    assert (the_text().state, the_text().reason) == ("suppressed", ASLEEP)
    awake = Night(None, (wall + 2 * HOUR).time(), (wall + 9 * HOUR).time())
    with transaction():
        sleep(person=world.volunteer, night=awake, now=due - 10 * HOUR)
    assert what_became() == ("pending", due, None)
    assert (the_text().reason, the_text().settled_at) == ("", None)


def last_step(now, *, claimed_at=None):
    """Take what is due to the point of no return; tell whether it may leave."""
    with transaction():
        parcels = claiming.claim(
            now=claimed_at or now, channels={"sms"}, limit=9, lanes=outbox.LANES
        )
        claiming.begin(parcels, now=now)
        return [recording.mark(parcel, now=now) for parcel in parcels]


@pytest.mark.parametrize(
    ("night", "hour", "leaves", "morning"),
    [
        (USUAL, (9, 12), [True], None),
        (USUAL, (9, 23), [False], (10, 8)),
        (Night(BERLIN), (9, 23), [True], None),
        (Night(BERLIN), (10, 10), [False], (10, 15)),  # summer or winter, 8:00 in Berlin
        (Night(None, time(11), time(18)), (9, 12), [False], (9, 18)),
    ],
)
def test_in_the_last_step_it_is_asked_once_more(app, world, night, hour, leaves, morning):
    go_to_bed(world.volunteer, night)
    post(world.volunteer, at(9, 10, 30), lasts=3 * DAY)
    with transaction():  # as if it had been tried all the time
        db.session.execute(update(Message).values(try_at=at(1, 0)))
    now = at(*hour)
    assert last_step(now) == leaves
    if morning:
        zone = night.zone or SHANGHAI
        until = at(morning[0], night.ends.hour, zone=zone)
        text = the_text()
        assert (text.state, text.due_at, text.try_at) == ("pending", until, until)
        assert (text.lease_until, text.token, text.attempts) == (None, None, 0)
        answers = select(Attempt.answer, Attempt.finished_at)
        assert db.session.execute(answers).one() == ("Its reader sleeps", now)


def test_asleep_until_it_is_over_it_stays_away(app, world):
    post(world.volunteer, at(9, 20, 30), lasts=3 * HOUR)
    assert last_step(at(9, 22), claimed_at=at(9, 22)) == [False]
    assert (the_text().state, the_text().reason) == ("suppressed", ASLEEP)


@pytest.mark.parametrize("kind", ["shift-joined", "shift-cancelled", "code-sign-in"])
def test_what_cannot_wait_leaves_at_any_hour(app, world, kind):
    go_to_bed(world.volunteer, asleep_now())
    post(world.volunteer, kind=kind)
    assert last_step(database_now()) == [True]


@pytest.mark.parametrize("kind", ["watch-news", "mailing", "credential-expiring"])
def test_news_wait_for_the_morning_where_their_reader_is(app, world, kind):
    go_to_bed(world.volunteer, asleep_now())
    post(world.volunteer, kind=kind, lasts=DAY)
    assert last_step(database_now()) == []
    assert database_now() + 3 * HOUR < the_text().due_at <= database_now() + 4 * HOUR


@pytest.mark.parametrize(("begins", "ends"), [("21:00", "03:00"), ("16:00", "08:00")])
def test_a_night_lasts_six_to_sixteen_hours(app, world, begins, ends):
    night = Night(None, time.fromisoformat(begins), time.fromisoformat(ends))
    assert go_to_bed(world.volunteer, night)
    assert asked.night_of(world.volunteer.id) == night


@pytest.mark.parametrize(
    ("night", "field"),
    [
        (Night(None, time(21), time(2, 59)), "ends"),
        (Night(None, time(16), time(8, 1)), "ends"),
        (Night(None, time(9), time(9)), "ends"),
        (Night("Europe/Atlantis"), "zone"),
        (Night("../etc/passwd"), "zone"),
        (Night(None, time(21, tzinfo=UTC), time(8)), "begins"),
    ],
)
def test_what_is_no_night(app, world, night, field):
    with pytest.raises(BrokenInput) as refusal:
        go_to_bed(world.volunteer, night)
    assert [name for name, _text in refusal.value.errors] == [field]
    assert asked.night_of(world.volunteer.id) == USUAL


def test_chosen_by_many_at_once_one_night_is_kept(committed):
    with transaction():
        mei = make_person("陈晓梅")
    post(mei, at(9, 6, 30))
    tasks = [
        lambda night=night: sleep(person=mei, night=night, now=database_now())
        for night in (EARLY, USUAL, Night(BERLIN)) * 2
    ]
    at_once(committed, *tasks)
    in_berlin = at(8, 20, 59, BERLIN)  # 6:30 in Shanghai is late in the evening there
    leaves = {USUAL: at(8, 20, 59), EARLY: at(9, 6, 30), Night(BERLIN): in_berlin}
    assert the_text().due_at == leaves[asked.night_of(mei.id)]


def test_a_night_is_told_to_its_owner_and_forgotten_with_the_account(app, world):
    go_to_bed(world.volunteer, Night(BERLIN, time(22), time(7)))
    row = {"zone": BERLIN, "begins": "22:00:00", "ends": "07:00:00"}
    assert gather(world.volunteer.id)["quiet_hours"] == [row]
    with transaction():
        person_left.send(person_id=world.volunteer.id)
    assert db.session.scalars(select(QuietHours)).all() == []


@pytest.mark.parametrize("stopped", [False, True])
def test_the_profile_s_box_brings_reminders_back_as_this_page_does(app, world, stopped):
    mei = world.volunteer
    post(mei, at(9, 12))
    with transaction():
        change_profile(person=mei, now=database_now(), remind_by=["email"])
        choose(person=mei, choices={Choice("*", "sms"): not stopped}, now=database_now())
    assert last_step(at(9, 12, 1)) == [False]
    assert the_text().state == "suppressed"
    with transaction():
        change_profile(person=mei, now=at(9, 12, 2), remind_by=["email", "sms"])
    assert the_text().state == "pending"
    assert asked.stopped_by(mei.id) == frozenset()
    assert last_step(at(9, 12, 3)) == [True]

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.activities import make_activity
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.activities.rules.life import ActivityIsCancelled
from volunteer_hub.foundation.database import db, transaction, violated
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.shifts import rules
from volunteer_hub.shifts.actions import planning
from volunteer_hub.signups.actions import changing
from volunteer_hub.signups.rules.staying import CapacityBelowConfirmed

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
RISK = "地面结冰。"


@pytest.fixture
def activity(world):
    with transaction():
        return make_activity(world.community, state="draft")


def create(activity, world, now, **more):
    facts = {
        "activity": activity,
        "place": world.community,
        "title_zh": "引导",
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
        "minimum": 1,
        "capacity": 3,
        "created_by": world.coordinator.id,
        "now": now,
        "risk_notice_zh": RISK,
    }
    with transaction():
        return planning.create_shift(**(facts | more))


def publish(shift, now):
    with transaction():
        planning.publish_shift(shift=shift, now=now)


def change(shift, now, **changes):
    with transaction():
        changing.change_shift(shift_id=shift.id, now=now, **changes)


def cancel(shift, now, reason="大风降温"):
    with transaction():
        changing.cancel_shift(shift_id=shift.id, reason=reason, now=now)


def test_a_shift_is_a_draft_until_it_is_published_with_its_activity(activity, world, now):
    shift = create(activity, world, now, spot_zh="广场", minimum_age=16)
    assert (shift.state, shift.confirmed, shift.waiting, shift.free) == ("draft", 0, 0, 3)
    publish(shift, now)
    db.session.expire_all()
    assert (shift.state, activity.state) == ("published", "published")


@pytest.mark.parametrize("state", ["draft", "published"])
def test_the_activity_keeps_its_state_when_it_is_public(activity, world, now, state):
    with transaction():
        activity.state = state
    publish(create(activity, world, now), now)
    db.session.expire_all()
    assert activity.state == "published"


def test_no_risk_notice_no_publication(activity, world, now):
    shift = create(activity, world, now, risk_notice_zh=" ")
    with pytest.raises(rules.RiskNoticeIsMissing):
        publish(shift, now)
    with pytest.raises(IntegrityError) as refused, transaction():
        db.session.execute(
            db.text("update shift set state = 'published', risk_notice_zh = '' where id = :id"),
            {"id": shift.id},
        )
    assert violated(refused.value) == "ck_shift_states_its_risks"


@pytest.mark.parametrize(
    ("state", "refusal"),
    [("published", rules.ShiftIsNoDraft), ("cancelled", rules.ShiftIsNoDraft)],
)
def test_only_a_draft_is_published(world, now, state, refusal):
    with transaction():
        shift = make_shift(world.community, state=state, reason="大风")
    with pytest.raises(refusal):
        publish(shift, now)


def test_a_shift_of_a_cancelled_activity(activity, world, now):
    shift = create(activity, world, now)
    with transaction():
        activity.state, activity.reason = "cancelled", "大风"
    with pytest.raises(rules.ActivityIsCalledOff):
        publish(shift, now)
    with pytest.raises(ActivityIsCancelled):
        create(activity, world, now)


@pytest.mark.parametrize(
    "bad", [{"minimum": 4}, {"capacity": 0, "minimum": 0}, {"minimum": -1}], ids=str
)
def test_an_unsound_shift_is_refused_before_the_database_must(activity, world, now, bad):
    with pytest.raises(BrokenInput):
        create(activity, world, now, **bad)
    shift = create(activity, world, now)
    with pytest.raises(BrokenInput):
        change(shift, now, **bad)


def test_more_places_let_the_line_move(world, now, join, sound):
    with transaction():
        shift = make_shift(world.community, capacity=1)
        persons = [make_person() for _ in range(4)]
    made = [join(shift, person) for person in persons]
    change(shift, now, capacity=3)
    db.session.expire_all()
    assert [s.state for s in made] == ["confirmed"] * 3 + ["waitlisted"]
    assert sound()


def test_fewer_places_than_people_are_refused(world, now, join, sound):
    with transaction():
        shift = make_shift(world.community, capacity=2)
    for person in (world.volunteer, world.other_volunteer):
        join(shift, person)
    with pytest.raises(CapacityBelowConfirmed) as refused:
        change(shift, now, capacity=1)
    assert refused.value.facts == {"confirmed": 2}
    change(shift, now, capacity=2)
    assert sound()


def test_a_published_shift_keeps_its_risk_notice(world, now):
    with transaction():
        shift = make_shift(world.community)
    with pytest.raises(rules.RiskNoticeIsMissing):
        change(shift, now, risk_notice_zh="")


def test_a_published_shift_moves_only_into_the_future(world, now):
    with transaction():
        shift = make_shift(world.community)
    with pytest.raises(BrokenInput):
        change(shift, now, starts_at=now - HOUR)


@pytest.mark.parametrize(
    ("changes", "revision"),
    [
        ({"tasks_zh": "扫码"}, 0),
        ({"capacity": 9}, 0),
        ({"spot_zh": "二楼"}, 1),
        ({"ends_in": 4 * HOUR}, 1),
        ({"place": "neighbour"}, 1),
    ],
    ids=str,
)
def test_only_time_and_place_raise_the_revision(world, now, changes, revision):
    with transaction():
        shift = make_shift(world.community)
    if "ends_in" in changes:
        changes = {"ends_at": shift.starts_at + changes["ends_in"]}
    if "place" in changes:
        changes = {"place": world.neighbour}
    change(shift, now, **changes)
    db.session.expire_all()
    assert shift.revision == revision


def test_a_draft_changes_in_silence(world, now):
    with transaction():
        shift = make_shift(world.community, state="draft")
    change(shift, now, starts_at=shift.starts_at + HOUR, ends_at=shift.ends_at + HOUR)
    db.session.expire_all()
    assert shift.revision == 0


def test_a_shift_does_not_move_onto_another_of_its_people(world, now, join, sound):
    with transaction():
        first = make_shift(world.community, starts_at=now + DAY, ends_at=now + DAY + HOUR)
        second = make_shift(world.community, starts_at=now + 2 * DAY, ends_at=now + 2 * DAY + HOUR)
    for shift in (first, second):
        join(shift, world.volunteer)
    with pytest.raises(rules.PeopleWouldOverlap) as refused:
        change(second, now, starts_at=first.starts_at, ends_at=first.ends_at)
    assert refused.value.facts == {"names": "陈晓梅"}
    db.session.expire_all()
    assert second.revision == 0
    assert sound()


def test_who_becomes_free_by_a_move_comes_up_elsewhere(world, now, join, sound):
    times = {"starts_at": now + DAY, "ends_at": now + DAY + HOUR}
    with transaction():
        serves = make_shift(world.community, **times)
        full = make_shift(world.community, capacity=2, **times)
        held = make_signup(full, world.other_volunteer)
        waits = make_signup(full, world.volunteer, state="waitlisted", instant=True)
        full.capacity = 2
    join(serves, world.coordinator)
    with transaction():
        make_signup(serves, world.volunteer)
    assert held.state == "confirmed"
    change(serves, now, starts_at=now + 2 * DAY, ends_at=now + 2 * DAY + HOUR)
    db.session.expire_all()
    assert (waits.state, full.confirmed, full.waiting) == ("confirmed", 2, 0)


def test_cancelling_ends_every_promise_and_opens_other_lines(world, now, join, sound):
    times = {"starts_at": now + DAY, "ends_at": now + DAY + HOUR, "capacity": 1}
    with transaction():
        shift, other = make_shift(world.community, **times), make_shift(world.community, **times)
        persons = [make_person() for _ in range(2)]
    first = join(shift, persons[0])
    second = join(shift, persons[1])
    with transaction():
        waits = make_signup(other, persons[0], state="waitlisted", instant=True)
    cancel(shift, now)
    db.session.expire_all()
    assert (shift.state, shift.reason, shift.revision) == ("cancelled", "大风降温", 1)
    assert (shift.confirmed, shift.waiting) == (0, 0)
    assert {first.state, second.state} == {"cancelled_by_org"}
    assert waits.state == "confirmed"
    assert sound()


@pytest.mark.parametrize(
    ("facts", "reason", "refusal"),
    [
        ({}, " ", BrokenInput),
        ({"state": "cancelled", "reason": "x"}, "大风", rules.ShiftIsCancelled),
        ({"over": True}, "大风", rules.ShiftIsOver),
    ],
)
def test_a_cancellation_is_refused(world, now, facts, reason, refusal):
    if facts.pop("over", False):
        facts = {"starts_at": now - 2 * HOUR, "ends_at": now}
    with transaction():
        shift = make_shift(world.community, **facts)
    with pytest.raises(refusal):
        cancel(shift, now, reason)


def test_nothing_changes_about_what_was_cancelled(world, now):
    with transaction():
        shift = make_shift(world.community, state="cancelled", reason="大风")
    with pytest.raises(rules.ShiftIsCancelled):
        change(shift, now, capacity=9)


def test_what_does_not_exist(world, now):
    with pytest.raises(NotFound), transaction():
        changing.change_shift(shift_id=999_999_999, now=now, capacity=1)
    with pytest.raises(NotFound), transaction():
        changing.cancel_shift(shift_id=999_999_999, now=now, reason="大风")


def test_staff_work_is_written_down(activity, world, now):
    shift = create(activity, world, now)
    publish(shift, now)
    change(shift, now, capacity=4)
    cancel(shift, now)
    found = db.session.execute(
        db.text("select verb, place_path from audit_entry where thing = :thing order by id"),
        {"thing": f"shift:{shift.id}"},
    )
    verbs = ["created", "published", "edited", "cancelled"]
    assert [tuple(row) for row in found] == [(verb, world.community.path) for verb in verbs]

"""Two people settle at the same moment: no day above its cap, no dispute answered twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from tests.at_once import outcomes
from tests.factories.attendance import make_hours
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, START, announced
from tests.world import build_world
from volunteer_hub.attendance.actions.declaring import declare
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.actions import disputes
from volunteer_hub.hours.actions import hours as actions
from volunteer_hub.hours.models import Dispute, Hours
from volunteer_hub.hours.rules import disputes as dispute_rules
from volunteer_hub.hours.rules import hours as rules
from volunteer_hub.people.models import Person

HOUR = timedelta(hours=1)
AT_ONCE = 6


@pytest.fixture
def world(committed):
    return build_world()


@pytest.fixture
def shift(world):
    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=END)
        make_signup(shift, world.volunteer)
        return shift


def shifts(world, number):
    starts = [START + n * HOUR for n in range(number)]
    return [make_shift(world.community, starts_at=at, ends_at=at + HOUR) for at in starts]


def verify(hours, by, *, agreed=None):
    return lambda: actions.verify_hours(hours_id=hours.id, verifier=by.id, now=END, agreed=agreed)


def counted(person):
    wanted = select(func.sum(Hours.minutes))
    return db.session.scalar(wanted.where(Hours.person_id == person.id, Hours.state == "locked"))


def test_two_verifiers_do_not_pass_the_cap(committed, world):
    with transaction():
        rows = [make_hours(one, world.volunteer, minutes=300) for one in shifts(world, AT_ONCE)]
    verifiers = [world.coordinator, world.second_coordinator] * (AT_ONCE // 2)
    with announced() as facts:
        results = outcomes(committed, *map(verify, rows, verifiers))
    assert results.count("done") == 1
    assert results.count(rules.DayIsFull) == AT_ONCE - 1
    assert counted(world.volunteer) == 300
    assert [fact.amount for fact in facts] == [300]


def test_up_to_the_cap_all_fit(committed, world):
    with transaction():
        rows = [make_hours(one, world.volunteer, minutes=80) for one in shifts(world, AT_ONCE)]
    results = outcomes(committed, *[verify(row, world.coordinator) for row in rows])
    assert results == ["done"] * AT_ONCE
    assert counted(world.volunteer) == 480


def test_what_both_agreed_to_fits_once(committed, world):
    with transaction():
        first, *rows = [make_hours(one, world.volunteer, minutes=300) for one in shifts(world, 3)]
        actions.verify_hours(hours_id=first.id, verifier=world.coordinator.id, now=END)
    results = outcomes(
        committed,
        verify(rows[0], world.coordinator, agreed=180),
        verify(rows[1], world.second_coordinator, agreed=180),
    )
    assert sorted(map(str, results)) == sorted(["done", str(rules.DayIsFull)])
    assert counted(world.volunteer) == 480


def test_whole_shifts_in_bulk_do_not_pass_the_cap(committed, world):
    """Many people on several shifts of one day, each shift verified in bulk at one moment."""
    with transaction():
        people = [make_person() for _ in range(8)]
        days = shifts(world, AT_ONCE)
        for number, one in enumerate(days):
            for person in people if number % 2 else reversed(people):
                make_hours(one, person, minutes=200)

    def bulk(one):
        return lambda: actions.verify_shift(shift_id=one.id, verifier=world.coordinator.id, now=END)

    with announced() as facts:
        results = outcomes(committed, *map(bulk, days))
    assert results == ["done"] * AT_ONCE  # nobody waits for each other in a circle
    assert [counted(person) for person in people] == [400] * 8
    assert sum(fact.amount for fact in facts) == 400 * 8


def test_bulk_and_one_by_one_do_not_pass_the_cap(committed, world):
    with transaction():
        one, other = shifts(world, 2)
        row = make_hours(one, world.volunteer, minutes=300)
        make_hours(other, world.volunteer, minutes=300)
    results = outcomes(
        committed,
        verify(row, world.coordinator),
        lambda: actions.verify_shift(
            shift_id=other.id, verifier=world.second_coordinator.id, now=END
        ),
    )
    assert counted(world.volunteer) == 300
    assert results[1] == "done"


def test_declared_once(committed, world, shift):
    def say():
        person = db.session.get_one(Person, world.volunteer.id)
        return declare(shift_id=shift.id, person=person, minutes=60, reason="没人签到", now=END)

    results = outcomes(committed, *[say] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(rules.HoursAreThere) == AT_ONCE - 1


@pytest.fixture
def hours(world, shift):
    with transaction():
        return make_hours(shift, world.volunteer, state="locked", by=world.coordinator)


def ask(hours, person):
    return lambda: disputes.open_dispute(hours_id=hours.id, says="少记了", by=person.id, now=END)


def test_disputed_once(committed, world, hours):
    results = outcomes(committed, *[ask(hours, world.volunteer)] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(dispute_rules.DisputedAlready) == AT_ONCE - 1
    assert db.session.scalar(select(func.count()).select_from(Dispute)) == 1


def test_answered_once(committed, world, hours):
    with transaction():
        dispute = ask(hours, world.volunteer)()
    said = {"dispute_id": dispute.id, "answer": "核对了", "now": END}

    def uphold():
        return disputes.uphold(**said, minutes=240, by=world.second_coordinator.id)

    def turn_down():
        return disputes.turn_down(**said, by=world.supervisor.id)

    def withdraw():
        return disputes.withdraw(dispute_id=dispute.id, by=world.volunteer.id, now=END)

    results = outcomes(committed, uphold, turn_down, withdraw, uphold, turn_down)
    assert results.count("done") == 1
    assert results.count(dispute_rules.DisputeIsSettled) == 4
    rows = db.session.execute(text("select minutes from hours order by id")).scalars().all()
    state = db.session.scalars(select(Dispute.state)).one()
    assert rows == ([180, -180, 240] if state == "upheld" else [180])


def test_upheld_and_reversed_at_the_same_moment(committed, world, hours):
    with transaction():
        dispute = ask(hours, world.volunteer)()

    def uphold():
        return disputes.uphold(
            dispute_id=dispute.id,
            minutes=240,
            answer="核对了",
            by=world.second_coordinator.id,
            now=END,
        )

    def reverse():
        return actions.reverse_hours(
            hours_id=hours.id, reason="误", by=world.coordinator.id, now=END
        )

    results = outcomes(committed, uphold, reverse)
    rows = db.session.execute(text("select minutes from hours order by id")).scalars().all()
    assert results[0] == "done"
    assert results[1] in ("done", rules.HoursCannotBeReversed)
    assert sorted(rows) == [-180, 180, 240]

"""Who may serve where: age, consent, danger, insurance, training, window, hours of a day."""

from datetime import date, timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.shifts import make_shift
from volunteer_hub.credentials.models import Credential
from volunteer_hub.foundation.clock import day_span
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day, zone
from volunteer_hub.shifts import rules as shift_rules
from volunteer_hub.shifts.actions import planning
from volunteer_hub.signups.rules import joining as rules

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BORN = date(1970, 1, 1)
TODAY = date(2026, 12, 5)
CHILD = date(2013, 6, 1)


@pytest.mark.parametrize(
    ("danger", "born", "consented", "refusal"),
    [
        (False, BORN, False, None),
        (False, None, False, None),
        (False, CHILD, False, rules.ConsentIsMissing),
        (False, CHILD, True, None),
        (True, BORN, False, None),
        (True, None, False, rules.BirthDateIsNeeded),
        (True, CHILD, True, rules.NotForMinors),
        (True, CHILD, False, rules.NotForMinors),
        (True, date(2008, 12, 5), False, None),  # 18 on the day
        (True, date(2008, 12, 6), True, rules.NotForMinors),  # a day short
    ],
)
def test_minors_and_danger(danger, born, consented, refusal):
    check(
        refusal,
        lambda: rules.ensure_may_do_it(
            is_dangerous=danger, birth_date=born, day=TODAY, consented=consented
        ),
    )


@pytest.mark.parametrize(
    ("needed", "insured", "refusal"),
    [
        (False, False, None),
        (False, True, None),
        (True, True, None),
        (True, False, rules.InsuranceIsMissing),
    ],
)
def test_insurance(needed, insured, refusal):
    check(refusal, lambda: rules.ensure_protected(needs_insurance=needed, insured=insured))


@pytest.mark.parametrize(
    ("what", "held", "refusal"),
    [
        (None, False, None),
        ("First aid", True, None),
        ("First aid", False, rules.TrainingIsMissing),
    ],
)
def test_training(what, held, refusal):
    check(refusal, lambda: rules.ensure_qualified(what=what, held=held))


@pytest.mark.parametrize(("minutes", "refusal"), [(0, None), (480, None), (481, rules.DayIsFull)])
def test_hours_of_a_day(minutes, refusal):
    check(refusal, lambda: rules.ensure_within_the_day(minutes=minutes, hours=8))


@pytest.mark.parametrize(
    ("opens", "closes", "refusal"),
    [
        (None, None, None),
        (HOUR, None, rules.SignupOpensLater),
        (0 * HOUR, None, None),
        (-HOUR, HOUR, None),
        (None, 0 * HOUR, rules.SignupHasClosed),
        (None, -HOUR, rules.SignupHasClosed),
    ],
)
def test_window(now, opens, closes, refusal):
    check(
        refusal,
        lambda: rules.ensure_in_window(
            opens_at=opens if opens is None else now + opens,
            closes_at=closes if closes is None else now + closes,
            now=now,
        ),
    )


def check(refusal, ask):
    if refusal is None:
        ask()
    else:
        with pytest.raises(refusal):
            ask()


def give(world, person, kind, days, code=None, **more):
    first = local_day(more.pop("now")) - timedelta(days=1)
    with transaction():
        db.session.add(
            Credential(
                person_id=person.id,
                kind=kind,
                code=code,
                valid_from=first,
                valid_until=first + timedelta(days=days),
                recorded_by=world.coordinator.id,
                **more,
            )
        )


def midnight_after(now, *, days):
    return day_span(local_day(now) + timedelta(days=days), zone()).starts_at


def test_dangerous_work_asks_for_all_of_it(world, join, now):
    facts = {"is_dangerous": True, "needs_insurance": True, "need": "disaster-relief"}
    with transaction():
        evening = (
            midnight_after(now, days=4) - 3 * HOUR
        )  # ends at midnight, which is not the next day
        shift = make_shift(world.community, starts_at=evening, **facts)
        child = make_person("小明", birth_date=local_day(now) - timedelta(days=13 * 365))
    with pytest.raises(rules.NotForMinors):
        join(shift, child)
    with pytest.raises(rules.InsuranceIsMissing):
        join(shift, world.volunteer)
    give(world, world.volunteer, "insurance", 4, now=now)  # ends on the day itself
    with pytest.raises(rules.TrainingIsMissing):
        join(shift, world.volunteer)
    give(world, world.volunteer, "training", 3, code="disaster-relief", now=now)  # a day short
    with pytest.raises(rules.TrainingIsMissing):
        join(shift, world.volunteer)
    give(world, world.volunteer, "training", 30, code="disaster-relief", now=now)
    assert join(shift, world.volunteer).state == "confirmed"


def test_a_child_joins_with_consent_on_the_day(world, join, now):
    with transaction():
        shift = make_shift(world.community, starts_at=now + 3 * DAY)
        child = make_person("小明", birth_date=local_day(now) - timedelta(days=13 * 365))
    with pytest.raises(rules.ConsentIsMissing):
        join(shift, child)
    give(world, child, "guardian_consent", 30, guardian_id=world.volunteer.id, now=now)
    assert join(shift, child).state == "confirmed"


def test_a_day_holds_so_many_hours(world, join, now):
    noon = now.replace(hour=1, minute=0) + 3 * DAY
    with transaction():
        long = make_shift(world.community, starts_at=noon, ends_at=noon + 6 * HOUR)
        more = make_shift(
            world.community, starts_at=noon + 6 * HOUR, ends_at=noon + 8 * HOUR + HOUR / 2
        )
        fits = make_shift(world.community, starts_at=noon + 6 * HOUR, ends_at=noon + 8 * HOUR)
    join(long, world.volunteer)
    with pytest.raises(rules.DayIsFull):
        join(more, world.volunteer)
    assert join(fits, world.volunteer).state == "confirmed"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"is_dangerous": True}, shift_rules.ProtectionIsMissing),
        ({"is_dangerous": True, "needs_insurance": True}, shift_rules.ProtectionIsMissing),
        ({"is_dangerous": True, "need": "first-aid"}, shift_rules.ProtectionIsMissing),
        ({"is_dangerous": True, "needs_insurance": True, "need": "first-aid"}, None),
        ({"needs_insurance": True}, None),
    ],
)
def test_dangerous_work_is_published_only_with_insurance_and_training(world, now, facts, refusal):
    with transaction():
        shift = make_shift(world.community, state="draft", **facts)

    def publish():
        with transaction():
            planning.publish_shift(shift=shift, now=now)

    check(refusal, publish)

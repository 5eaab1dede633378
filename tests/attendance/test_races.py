"""Several coordinators press at the same moment: one result, and nothing counts twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once import outcomes
from tests.factories.attendance import make_hours, make_presence
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, START, announced
from tests.world import World, build_world
from volunteer_hub.attendance.actions import presence as actions
from volunteer_hub.attendance.actions.back_filling import back_fill
from volunteer_hub.attendance.actions.paper import Line, type_sheet
from volunteer_hub.attendance.actions.posters import switch_on
from volunteer_hub.attendance.models import PosterCode, Presence
from volunteer_hub.attendance.rules import presence as rules
from volunteer_hub.attendance.rules.paper import SheetIsRefused
from volunteer_hub.foundation.audit import AuditEntry
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours.actions import hours as hours_actions
from volunteer_hub.hours.models import Hours
from volunteer_hub.hours.queries.hours import get_shift
from volunteer_hub.hours.rules import hours as hours_rules
from volunteer_hub.people.models import Person
from volunteer_hub.shifts.models import Shift

AT_ONCE = 6


@pytest.fixture
def world(committed: Flask) -> World:
    return build_world()


@pytest.fixture
def shift(world: World) -> Shift:
    with transaction():
        shift = make_shift(world.community, starts_at=START, ends_at=END)
        make_signup(shift, world.volunteer)
        return shift


def check_in(shift: Shift, person: Person) -> Callable[[], object]:
    def verb() -> object:
        here, who = db.session.get_one(Shift, shift.id), db.session.get_one(Person, person.id)
        return actions.check_in(shift=here, person=who, now=START, by=None)

    return verb


def test_one_check_in_out_of_many(committed, world, shift):
    results = outcomes(committed, *[check_in(shift, world.volunteer)] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(rules.AlreadyCheckedIn) == AT_ONCE - 1
    assert len(db.session.scalars(select(Presence)).all()) == 1


def test_here_and_absent_at_the_same_moment(committed, world, shift):
    def no_show() -> object:
        here = db.session.get_one(Shift, shift.id)
        who = db.session.get_one(Person, world.volunteer.id)
        return actions.mark_absent(shift=here, person=who, state="no_show", by=None, now=START)

    results = outcomes(committed, check_in(shift, world.volunteer), no_show)
    presence = db.session.scalars(select(Presence)).one()
    # Whoever comes who was marked absent before is simply here; the other way round is refused.
    assert (results[0], presence.state) == ("done", "present")
    assert results[1] in ("done", rules.PersonCame)


def test_not_at_two_places_at_once(committed, world, shift):
    with transaction():
        others = [make_shift(world.neighbour, starts_at=START, ends_at=END) for _ in range(3)]
    everywhere = [check_in(one, world.volunteer) for one in (shift, *others)]
    results = outcomes(committed, *everywhere)
    assert results.count("done") == 1
    assert results.count(rules.PresentElsewhere) == 3


def test_one_check_out_out_of_many(committed, world, shift):
    with transaction():
        presence = make_presence(shift, world.volunteer)

    def leave() -> object:
        return actions.check_out(presence_id=presence.id, now=END, by=None)

    results = outcomes(committed, *[leave] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(rules.NotCheckedIn) == AT_ONCE - 1
    assert len(db.session.scalars(select(Hours)).all()) == 1


def test_undone_and_checked_out_at_the_same_moment(committed, world, shift):
    with transaction():
        presence = make_presence(shift, world.volunteer)

    def leave() -> object:
        return actions.check_out(presence_id=presence.id, now=END, by=None)

    def undo() -> object:
        here = db.session.get_one(Shift, shift.id)
        who = db.session.get_one(Person, world.volunteer.id)
        return actions.undo(shift=here, person=who, by=None, now=END)

    results = outcomes(committed, leave, undo)
    state = db.session.scalars(select(Presence.state)).one_or_none()
    hours = db.session.scalars(select(Hours)).all()
    # Left, then one step back: here again. Or the check-in undone first, and nobody left to leave.
    assert (results, state, hours) in (
        (["done", "done"], "present", []),
        ([NotFound, "done"], None, []),
    )


def test_verified_once_and_counted_once(committed, world, shift):
    with transaction():
        hours = make_hours(shift, world.volunteer)

    def verify() -> object:
        return hours_actions.verify_hours(hours_id=hours.id, verifier=world.coordinator.id, now=END)

    def verify_all() -> object:
        return hours_actions.verify_shift(
            shift_id=shift.id, verifier=world.second_coordinator.id, now=END
        )

    with announced() as facts:
        results = outcomes(committed, verify, verify, verify, verify_all)
    assert [fact.amount for fact in facts] == [180]
    assert all(result in ("done", hours_rules.HoursAreSettled) for result in results)


def test_reversed_once(committed, world, shift):
    with transaction():
        hours = make_hours(shift, world.volunteer, state="locked", by=world.coordinator)

    def reverse() -> object:
        return hours_actions.reverse_hours(
            hours_id=hours.id, reason="记错", by=world.coordinator.id, now=END
        )

    results = outcomes(committed, *[reverse] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(hours_rules.HoursCannotBeReversed) == AT_ONCE - 1


def test_written_in_once(committed, world, shift):
    def write_in() -> object:
        return back_fill(
            shift=db.session.get_one(Shift, shift.id),
            person=db.session.get_one(Person, world.volunteer.id),
            checked_in_at=START,
            checked_out_at=END,
            reason="纸质签到表",
            by=world.coordinator.id,
            now=END,
        )

    results = outcomes(committed, *[write_in] * AT_ONCE)
    assert results.count("done") == 1
    assert results.count(hours_rules.HoursStandAlready) == AT_ONCE - 1


def type_in(shift: Shift, world: World, *people: Person, left: str = "12:00") -> Any:
    def verb() -> object:
        lines = [
            Line(key=f"p{person.id}", person_id=person.id, arrived="8:00", left=left)
            for person in people
        ]
        return type_sheet(
            shift=db.session.get_one(Shift, shift.id),
            lines=lines,
            reason="纸质签到表",
            by=world.coordinator.id,
            now=END,
        )

    return verb


def test_a_sheet_typed_in_while_another_checks_in(committed, world, shift):
    results = outcomes(
        committed, check_in(shift, world.volunteer), type_in(shift, world, world.volunteer)
    )
    presence = db.session.scalars(select(Presence)).one()
    # Here first, and the sheet says when they left; or the sheet first, and nobody comes twice.
    assert (presence.state, presence.checked_in_at, presence.checked_out_at) == ("left", START, END)
    assert results in (["done", "done"], [rules.AlreadyCheckedIn, "done"])
    assert [hours.minutes for hours in db.session.scalars(select(Hours))] == [240]


def test_two_type_the_same_sheet_in_from_both_ends(committed, world, shift):
    people = [world.volunteer, world.other_volunteer, world.supervisor, world.administrator]
    down, up = type_in(shift, world, *people), type_in(shift, world, *reversed(people))
    assert outcomes(committed, down, up, down, up) == ["done"] * 4
    assert len(db.session.scalars(select(Presence)).all()) == 4
    assert len(db.session.scalars(select(Hours)).all()) == 4


def test_two_sheets_that_disagree(committed, world, shift):
    results = outcomes(
        committed,
        type_in(shift, world, world.volunteer, left="11:00"),
        type_in(shift, world, world.volunteer, left="11:30"),
    )
    assert sorted(map(str, results)) == sorted(["done", str(SheetIsRefused)])
    assert len(db.session.scalars(select(Hours)).all()) == 1


def test_a_poster_is_switched_on_once(committed, world, shift):
    def switch() -> object:
        with_place = get_shift(shift.id)
        return switch_on(shift=with_place, by=world.coordinator.id, now=START)

    assert outcomes(committed, *[switch] * AT_ONCE) == ["done"] * AT_ONCE
    assert len(db.session.scalars(select(PosterCode)).all()) == 1
    verbs = db.session.scalars(select(AuditEntry.verb)).all()
    assert verbs.count("switched_poster_on") == 1


def test_two_workers_close_each_forgotten_one_once(committed, world, shift):
    with transaction():
        make_presence(shift, world.volunteer)
        make_presence(shift, world.other_volunteer)

    def close() -> object:
        return actions.close_forgotten(now=END + timedelta(hours=5))

    assert outcomes(committed, *[close] * AT_ONCE) == ["done"] * AT_ONCE
    assert len(db.session.scalars(select(Hours)).all()) == 2

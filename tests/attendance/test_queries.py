"""The board's counts and order, a person's totals, and what waits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.attendance import make_hours, make_presence
from tests.factories.people import make_person
from tests.factories.shifts import make_shift, make_signup
from tests.market import END, MINUTE, START
from volunteer_hub.attendance.queries import board
from volunteer_hub.credentials.queries import find_person
from volunteer_hub.foundation.clock import day_span
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import zone
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.hours.queries import hours
from volunteer_hub.hours.queries.hours import get_shift

THE_DAY = date(2026, 12, 5)


def lanes(*paths, day=THE_DAY, now=START):
    return board.page_lanes(day_span(day, zone()), paths=paths, now=now).items


def test_the_board_shows_published_shifts_of_the_local_day_in_scope(world, shift):
    with transaction():
        late_evening = datetime(2026, 12, 5, 15, 59, tzinfo=UTC)  # 23:59 here
        last = make_shift(world.community, starts_at=late_evening, ends_at=late_evening + MINUTE)
        for starts_at in (START - timedelta(hours=8, seconds=1), late_evening + MINUTE):
            make_shift(world.community, starts_at=starts_at, ends_at=starts_at + MINUTE)
        for state in ("draft", "cancelled"):
            make_shift(world.community, starts_at=START, ends_at=END, state=state)
        beside = make_shift(world.neighbour, starts_at=END, ends_at=END + MINUTE)
        make_shift(world.elsewhere, starts_at=START, ends_at=END)
    assert [lane.shift.id for lane in lanes(world.community.path)] == [shift.id, last.id]
    both = lanes(world.subdistrict.path)
    assert [lane.shift.id for lane in both] == [shift.id, beside.id, last.id]
    assert lanes() == []


def test_walk_ins_fill_places_and_the_absent_free_them(world, shift, signup):
    with transaction():
        absent = make_person()
        make_signup(shift, absent)
        make_signup(shift, make_person())
    lane = lanes(world.community.path)[0]
    assert (lane.booked, lane.arrived, lane.gap, lane.last_arrival) == (3, 0, 2, None)
    with transaction():
        make_presence(shift, absent, state="no_show")
        make_presence(shift, world.volunteer, signup=signup, checked_in_at=START - MINUTE)
        make_presence(shift, world.other_volunteer, state="left")
    lane = lanes(world.community.path)[0]
    assert (lane.booked, lane.arrived, lane.gap, lane.last_arrival) == (3, 2, 2, START)
    assert lane.absent == 1


@pytest.mark.parametrize(
    ("now", "phase"),
    [(START - MINUTE, "next"), (START, "run"), (END - MINUTE, "run"), (END, "done")],
)
def test_phase_of_a_lane(world, shift, now, phase):
    assert lanes(world.community.path)[0].phase(now) == phase


def test_the_roster_puts_who_is_late_first(world, shift, signup):
    with transaction():
        late = make_person("甲", sort_key="jia")
        make_signup(shift, late)
        gone, excused = make_person("乙"), make_person("丙")
        for person, state in ((gone, "left"), (excused, "excused")):
            make_presence(shift, person, state=state, signup=make_signup(shift, person))
        make_presence(shift, world.volunteer, signup=signup)
    roster = board.list_roster(shift, now=START + MINUTE)
    assert [entry.standing for entry in roster] == ["late", "present", "left", "excused"]
    assert [entry.person_id for entry in roster] == [
        late.id,
        world.volunteer.id,
        gone.id,
        excused.id,
    ]
    assert not any(entry.walk_in for entry in roster)


def test_a_walk_in_stands_on_the_roster_once(world, shift):
    with transaction():
        make_signup(shift, world.volunteer, state="waitlisted", rank=1, confirmed_at=None)
        make_presence(shift, world.volunteer)
    entry = board.list_roster(shift, now=START)[0]
    assert (entry.walk_in, entry.state) == (True, "present")
    assert len(board.list_roster(shift, now=START)) == 1


@pytest.mark.parametrize(
    ("facts", "may_undo"),
    [
        ({}, True),
        ({"state": "locked"}, False),
        ({"state": "rejected"}, False),
        ({"source": "back_filled", "reason": "补"}, False),
    ],
)
def test_the_roster_offers_no_undo_once_hours_were_looked_at(world, shift, signup, facts, may_undo):
    with transaction():
        make_presence(shift, world.volunteer, state="left", signup=signup)
        make_hours(shift, world.volunteer, **facts)
    entry = board.list_roster(shift, now=END)[0]
    assert ("undo" in entry.marks) is may_undo


def test_totals_keep_classes_and_years_apart(world, shift):
    with transaction():
        person = world.volunteer
        old = {"served_on": date(2025, 12, 31), "state": "locked"}
        first = make_hours(shift, person, minutes=100, **old)
        make_hours(shift, person, minutes=60, source="back_filled", reason="补", **old)
        make_hours(shift, person, minutes=30, state="locked")
        make_hours(shift, person, minutes=-100, reverses_id=first.id, reason="误", **old)
        make_hours(shift, person, minutes=500, state="rejected")
        make_hours(shift, person, minutes=700)
        make_hours(shift, world.other_volunteer, minutes=900, state="locked")
    totals = hours.hours_of(person.id)
    assert totals.by_year == {2026: {"clocked": 30}, 2025: {"back_filled": 60, "clocked": 0}}
    assert totals.by_source == {"clocked": 30, "back_filled": 60}
    assert (totals.minutes, totals.waiting) == (90, 1)


def test_own_hours_are_paged_newest_first(world, shift):
    with transaction():
        rows = [
            make_hours(shift, world.volunteer, state="locked", served_on=date(2026, 1, day))
            for day in range(1, 6)
        ]
        make_hours(shift, world.other_volunteer)
    first = hours.page_own(world.volunteer.id, after=None, limit=3)
    rest = hours.page_own(world.volunteer.id, after=first.next, limit=3)
    assert [h.id for h in (*first.items, *rest.items)] == [h.id for h in reversed(rows)]
    assert rest.next is None


def test_what_waits_within_the_paths(world, shift):
    with transaction():
        far = make_shift(world.elsewhere, starts_at=START, ends_at=END)
        mine = make_hours(shift, world.volunteer)
        make_hours(far, world.volunteer)
        make_hours(shift, world.other_volunteer, state="locked")
    page = hours.page_waiting(paths=[world.subdistrict.path], after=None)
    assert [entry.id for entry in page.items] == [mine.id]
    assert hours.count_waiting([world.subdistrict.path]) == 1
    assert hours.count_waiting([]) == 0


def test_what_was_taken_back(world, shift):
    with transaction():
        standing, gone, asked = (
            make_hours(shift, make_person(), state="locked", minutes=60) for _ in range(3)
        )
        for row, state in ((gone, "locked"), (asked, "recorded")):
            more = {"minutes": -60, "state": state, "reverses_id": row.id, "reason": "误"}
            owner = db.session.get_one(type(world.volunteer), row.person_id)
            make_hours(shift, owner, **more)
    assert hours.list_reversed([standing.id, gone.id, asked.id]) == {gone.id}


def test_a_draft_has_no_attendance(world):
    with transaction():
        draft = make_shift(world.community, state="draft")
    with pytest.raises(NotFound):
        get_shift(draft.id)


def test_finds_a_person_by_the_number_on_the_card(world):
    person = world.volunteer
    assert find_person(person.volunteer_no.lower()).id == person.id
    assert find_person(person.phone.removeprefix("+86")).id == person.id
    assert find_person("TST-2026") is None
    with transaction():
        person.left_at = START
    assert find_person(person.volunteer_no) is None

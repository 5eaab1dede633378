from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.factories.activities import make_activity
from tests.factories.people import make_person
from tests.factories.projects import make_project
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.shifts.queries import lists, shifts
from volunteer_hub.signups.queries import lists as own_lists
from volunteer_hub.signups.queries import signups

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def made(world, now):
    """Shifts of all kinds, named after what they are."""
    with transaction():
        project = make_project(world.community)
        activity = make_activity(world.community, project_id=project.id)

        def make(place, in_days, **more):
            starts_at = now + in_days * DAY
            times = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
            return make_shift(place, **(times | more))

        found = {
            "past": make(world.community, -1),
            "open": make(world.community, 1),
            "full": make(world.community, 2, capacity=1),
            "line": make(world.community, 3, capacity=1),
            "off": make(world.community, 4, state="cancelled", reason="大风"),
            "draft": make(world.community, 5, state="draft"),
            "project": make(world.community, 6, activity=activity),
            "neighbour": make(world.neighbour, 7),
            "elsewhere": make(world.elsewhere, 8),
        }
        make_signup(found["full"], world.volunteer)
        make_signup(found["line"], world.volunteer)
        make_signup(found["line"], world.other_volunteer, state="waitlisted")
    found["project_id"] = project.id
    return found


def listed(made, wanted):
    names = {shift.id: name for name, shift in made.items() if name != "project_id"}
    return [names[shift.id] for shift in lists.list_coming(wanted, limit=50).items]


def test_everything_public_that_comes(made, now):
    expected = ["open", "full", "line", "off", "project", "neighbour", "elsewhere"]
    assert listed(made, lists.Wanted(since=now)) == expected


def test_narrowed_by_what_is_free(made, now):
    wanted = lists.Wanted(since=now, open_only=True)
    assert listed(made, wanted) == ["open", "project", "neighbour", "elsewhere"]


def test_narrowed_by_place_and_what_lies_below(made, now, world):
    def within(place):
        return listed(made, lists.Wanted(since=now, path=place.path))

    assert within(world.neighbour) == ["neighbour"]
    assert within(world.subdistrict) == ["open", "full", "line", "off", "project", "neighbour"]


def test_narrowed_by_project_days_and_cancellation(made, now):
    assert listed(made, lists.Wanted(since=now, project_id=made["project_id"])) == ["project"]
    wanted = lists.Wanted(since=now + 2 * DAY, until=now + 4 * DAY)  # half-open
    assert listed(made, wanted) == ["full", "line"]
    wanted = lists.Wanted(since=now + 4 * DAY, until=now + 5 * DAY, cancelled_too=False)
    assert listed(made, wanted) == []


def test_pages_follow_each_other_without_gap_or_repeat(world, now):
    with transaction():
        activity = make_activity(world.community)
        times = {"starts_at": now + DAY, "ends_at": now + DAY + HOUR}
        made = [make_shift(world.community, activity=activity, **times) for _ in range(7)]
    seen, after = [], None
    while True:
        page = lists.list_coming(lists.Wanted(since=now), after=after, limit=3)
        seen += [shift.id for shift in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [shift.id for shift in made]
    with pytest.raises(BrokenInput):
        lists.list_coming(lists.Wanted(since=now), after="forged")


def test_a_page_reads_through_the_index_of_what_is_public(world, now):
    with transaction():
        activity = make_activity(world.community)
        db.session.execute(
            text(
                "insert into shift (activity_id, place_id, title_zh, starts_at, ends_at, capacity,"
                " state, risk_notice_zh) select :a, :p, '引导', now() + n * interval '1 hour',"
                " now() + (n + 1) * interval '1 hour', 5, 'published', '结冰'"
                " from generate_series(1, 5000) n"
            ),
            {"a": activity.id, "p": world.community.id},
        )
    db.session.execute(text("analyze shift"))
    seen = []
    from sqlalchemy import event

    engine = db.engines[None]
    note = lambda *args: seen.append((args[2], args[3]))  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        lists.list_coming(lists.Wanted(since=now))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    (statement, facts) = seen[0]
    plan = "\n".join(row[0] for row in engine.exec_driver_sql(f"explain {statement}", facts).all())
    assert "Index Scan using ix_shift_coming" in plan, plan
    assert "Seq Scan on shift" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("name", "mine", "state"),
    [
        ("open", None, "open"),
        ("open", "confirmed", "mine"),
        ("full", None, "full"),
        ("line", None, "full"),
        ("line", "waitlisted", "wait"),
        ("off", None, "off"),
        ("off", "confirmed", "off"),
    ],
)
def test_the_state_that_a_reader_sees(made, name, mine, state):
    assert lists.state_for_reader(made[name], mine) == state


def test_a_free_place_beside_a_line_is_not_open(world):
    with transaction():
        shift = make_shift(world.community, capacity=2)
        make_signup(shift, world.volunteer, state="waitlisted")
    assert lists.state_for_reader(shift, None) == "full"


def test_rows_show_the_reader_s_own_places(made, now, world):
    rows = {row.id: row for row in own_lists.next_opportunities(now=now, limit=9)}
    assert rows[made["open"].id].state == "open"
    found = lists.list_coming(lists.Wanted(since=now)).items
    mine = {row.id: row.state for row in own_lists.rows(found, person_id=world.volunteer.id)}
    assert (mine[made["full"].id], mine[made["open"].id]) == ("mine", "open")


def test_own_promises_with_the_place_in_each_line(made, now, world):
    with transaction():
        make_signup(made["past"], world.other_volunteer)
        make_signup(made["open"], world.other_volunteer)
    mine = signups.my_signups(world.other_volunteer.id, now)
    assert [(m.shift.id, m.state, m.position, m.row.state) for m in mine] == [
        (made["open"].id, "confirmed", None, "mine"),
        (made["line"].id, "waitlisted", 1, "wait"),
    ]


def test_own_promises_take_one_statement_however_many(made, now, world, queries):
    person_id = world.volunteer.id
    queries.clear()
    signups.my_signups(person_id, now)
    assert len(queries) == 1


def test_who_serves_comes_before_who_waits(world):
    with transaction():
        shift = make_shift(world.community, capacity=2)
        persons = [make_person(f"人{n}") for n in range(4)]
        for person in persons[:2]:
            make_signup(shift, person)
        for person in persons[2:]:
            make_signup(shift, person, state="waitlisted")
    assert [s.person_id for s in signups.list_live(shift.id)] == [p.id for p in persons]


def test_shifts_with_too_few_people(world, now):
    with transaction():
        short = make_shift(world.community, minimum=2)
        enough = make_shift(world.community, minimum=1)
        make_shift(world.elsewhere, minimum=3)
        make_signup(enough, world.volunteer)
    paths = (world.subdistrict.path,)
    found = lists.list_understaffed(paths, now=now, until=now + 7 * DAY)
    assert [shift.id for shift in found] == [short.id]
    assert lists.list_understaffed(paths, now=now, until=now + DAY) == []


def test_shifts_are_held_in_the_order_of_their_ids(made):
    ids = [made[name].id for name in ("project", "open", "full")]
    assert list(shifts.lock_shifts(ids)) == sorted(ids)


@pytest.mark.parametrize(
    ("ranks", "first"), [((), 1), ((1, 2), 1), ((2,), 2), ((0, 1), 0), ((-3,), -3)]
)
def test_the_head_of_the_line_may_stand_at_zero_or_before(world, ranks, first):
    with transaction():
        shift = make_shift(world.community, capacity=1)
        for rank in ranks:
            make_signup(shift, make_person(), state="waitlisted", rank=rank)
    assert signups.first_rank(shift.id) == first

"""Begin, change and end a watch; what the database itself refuses."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.factories.series import make_series
from tests.factories.shifts import make_shift
from tests.factories.watches import make_condition, make_watch
from tests.watches.conftest import DAY, HELD, HOUR, NOW, letters, look_at, shift_at
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.watches.actions import watching
from volunteer_hub.watches.models import ShiftCondition, Watch
from volunteer_hub.watches.rules import WISHES, WatchHasEnded


@pytest.fixture
def watch(world):
    with transaction():
        return make_watch(world.volunteer, place=world.community, created_at=NOW)


def begin(person, **subject):
    wishes = subject.pop("wishes", ("understaffed",))
    with transaction():
        return watching.begin(person_id=person.id, wishes=wishes, now=NOW, **subject)


def end(watch, by, now=NOW):
    with transaction():
        return watching.end(watch_id=watch.id, by=by.id, now=now)


def live():
    return db.session.scalars(select(Watch).where(Watch.ended_at.is_(None))).all()


def test_begin_a_place_and_a_series(world):
    with transaction():
        series = make_series(world.community)
    begin(world.volunteer, place_id=world.community.id)
    begin(world.volunteer, series_id=series.id, wishes=("almost_full", "all_clear"))
    assert [watch.wishes for watch in live()] == [("understaffed",), ("all_clear", "almost_full")]


def test_begun_twice_it_is_one_that_hears_of_what_was_said_last(world, watch):
    again = begin(world.volunteer, place_id=world.community.id, wishes=("almost_full",))
    assert again.id == watch.id
    assert [one.wishes for one in live()] == [("almost_full",)]


def test_change(world, watch):
    with transaction():
        watching.change(watch_id=watch.id, by=world.volunteer.id, wishes=("all_clear",))
    assert live()[0].wishes == ("all_clear",)


def test_end_and_begin_anew(world, watch):
    end(watch, world.volunteer)
    assert live() == []
    assert begin(world.volunteer, place_id=world.community.id).id != watch.id


def test_what_was_ended_is_neither_changed_nor_ended_again(world, watch):
    end(watch, world.volunteer)
    for _ in range(2):
        with pytest.raises(WatchHasEnded):
            end(watch, world.volunteer, now=NOW + DAY)
    with pytest.raises(WatchHasEnded), transaction():
        watching.change(watch_id=watch.id, by=world.volunteer.id, wishes=WISHES)


def test_nobody_touches_another_s(world, watch):
    with pytest.raises(NotFound):
        end(watch, world.coordinator)
    with pytest.raises(NotFound), transaction():
        watching.change(watch_id=watch.id, by=world.coordinator.id, wishes=WISHES)
    with pytest.raises(NotFound), transaction():
        watching.end(watch_id=999_999, by=world.volunteer.id, now=NOW)


def test_nothing_to_hear_is_refused_and_nothing_changes(world, watch):
    with pytest.raises(BrokenInput):
        begin(world.other_volunteer, place_id=world.community.id, wishes=())
    with pytest.raises(BrokenInput), transaction():
        watching.change(watch_id=watch.id, by=world.volunteer.id, wishes=())
    assert [one.wishes for one in live()] == [WISHES]


@pytest.mark.parametrize(("others", "state"), [(0, "cancelled"), (1, "pending")])
def test_what_is_on_its_way_stops_with_the_last_watch(world, watch, others, state):
    with transaction():
        shift_at(world.community)
        if others:
            make_watch(world.volunteer, place=world.elsewhere)
        make_watch(world.other_volunteer, place=world.community)
    look_at(NOW)
    look_at(NOW + HELD)
    end(watch, world.volunteer, now=NOW + HELD)
    assert {m.state for m in letters(recipient_id=world.volunteer.id)} == {state}
    assert {m.state for m in letters(recipient_id=world.other_volunteer.id)} == {"pending"}


@pytest.mark.parametrize(
    ("terms", "name"),
    [
        ({"place": None}, "ck_watch_watches_one_thing"),
        ({"series": "other"}, "ck_watch_watches_one_thing"),
        ({"wishes": ()}, "ck_watch_wants_something"),
        ({"created_at": NOW, "ended_at": NOW - HOUR}, "ck_watch_ends_after_it_begins"),
    ],
)
def test_how_no_watch_is(world, terms, name):
    if terms.get("series"):
        with transaction():
            terms = {"series": make_series(world.community)}
    with pytest.raises(IntegrityError) as refused, attempt():
        make_watch(world.volunteer, **({"place": world.community} | terms))
    assert violated(refused.value) == name


@pytest.mark.parametrize("kind", ["place", "series"])
def test_one_live_watch_of_one_thing(world, kind):
    with transaction():
        thing = world.community if kind == "place" else make_series(world.community)
        make_watch(world.volunteer, **{kind: thing}, ended_at=NOW + DAY, created_at=NOW)
        make_watch(world.volunteer, **{kind: thing})
        make_watch(world.other_volunteer, **{kind: thing})
    with pytest.raises(IntegrityError) as refused, attempt():
        make_watch(world.volunteer, **{kind: thing})
    assert violated(refused.value) == f"uq_watch_{kind}"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"seen": "quiet"}, "ck_shift_condition_seen_is_known"),
        ({"told": "quiet"}, "ck_shift_condition_told_is_known"),
        ({"revision": -1, "told": "enough"}, "ck_shift_condition_revision_is_counted"),
        ({"revision": 0}, "ck_shift_condition_begins_with_enough"),
    ],
)
def test_how_no_shift_is_known(world, change, name):
    with transaction():
        make_condition(make_shift(world.community), since=NOW)
    with pytest.raises(IntegrityError) as refused, attempt():
        db.session.execute(update(ShiftCondition).values(change))
    assert violated(refused.value) == name

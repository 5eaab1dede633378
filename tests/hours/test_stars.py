"""Stars: thresholds are data, only whole hours of the classes that count bring one."""

from datetime import date

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from tests.factories.attendance import make_hours
from tests.market import announced
from volunteer_hub.foundation.database import attempt, db, transaction, violated
from volunteer_hub.hours.models import StarLevel
from volunteer_hub.hours.queries.disputes import list_thresholds
from volunteer_hub.hours.queries.hours import hours_of
from volunteer_hub.hours.rules.stars import COUNTED, Threshold, standing

HOURS = (100, 300, 600, 1000, 1500)
LEVELS = [Threshold(stars, 60 * hours) for stars, hours in enumerate(HOURS, start=1)]


@pytest.mark.parametrize(
    ("minutes", "stars", "missing"),
    [
        (0, 0, 6000),
        (5999, 0, 1),
        (6000, 1, 12_000),
        (6059, 1, 11_941),
        (17_999, 1, 1),
        (18_000, 2, 18_000),
        (19_710, 2, 16_290),  # 328.5 h: another 271.5 h to the third
        (89_999, 4, 1),
        (90_000, 5, 0),
        (200_000, 5, 0),
        (-60, 0, 6060),
    ],
)
def test_whole_hours_reach_a_star(minutes, stars, missing):
    found = standing({"clocked": minutes}, LEVELS)
    assert (found.stars, found.minutes, found.missing) == (stars, minutes, missing)
    assert (found.next is None) == (stars == 5)


def test_begun_hours_do_not_reach_a_threshold_that_is_no_whole_hour():
    assert standing({"clocked": 95}, [Threshold(1, 90)]).stars == 0
    assert standing({"clocked": 120}, [Threshold(1, 90)]).stars == 1


@pytest.mark.parametrize("source", COUNTED)
def test_each_class_that_counts(source):
    assert standing({source: 6000}, LEVELS).stars == 1


def test_one_s_own_word_brings_no_star():
    found = standing({"self_declared": 90_000, "clocked": 60}, LEVELS)
    assert (found.stars, found.minutes) == (0, 60)
    assert "self_declared" not in COUNTED


def test_classes_that_count_are_added_up():
    minutes = {"clocked": 2000, "back_filled": 2000, "confirmed_by_leader": 2000}
    assert standing(minutes, LEVELS).stars == 1


def test_without_thresholds_there_are_no_stars():
    found = standing({"clocked": 90_000}, [])
    assert (found.stars, found.minutes, found.next, found.along) == (0, 90_000, None, 1)


@pytest.mark.parametrize(
    ("minutes", "share"),
    [(-60, 0), (0, 0), (3000, 0.1), (6000, 0.2), (12_000, 0.3), (75_000, 0.9), (90_000, 1)],
)
def test_the_stars_stand_the_same_step_apart(minutes, share):
    assert standing({"clocked": minutes}, reversed(LEVELS)).along == pytest.approx(share)


def test_the_thresholds_are_data(world):
    assert list_thresholds() == LEVELS
    with transaction():
        db.session.execute(update(StarLevel).where(StarLevel.stars == 1).values(minutes=3000))
        db.session.execute(delete(StarLevel).where(StarLevel.stars == 5))
    assert list_thresholds() == [Threshold(1, 3000), *LEVELS[1:4]]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("insert into star_level values (6, 1)", "ck_star_level_one_to_five"),
        ("update star_level set minutes = 0 where stars = 1", "ck_star_level_takes_time"),
        ("update star_level set minutes = 18000 where stars = 1", "uq_star_level_minutes"),
        ("insert into star_level values (1, 1)", "pk_star_level"),
    ],
)
def test_the_database_keeps_the_levels_apart(app, change, constraint):
    with transaction(), pytest.raises(IntegrityError) as error, attempt():
        db.session.execute(text(change))
    assert violated(error.value) == constraint


def serve(world, shift, hours, **more):
    """Lock so many hours on days of their own."""
    with transaction():
        for day in range(hours // 20):
            served_on = date(2026, 1, 1 + day)
            made = {"minutes": 1200, "state": "locked", "by": world.coordinator}
            make_hours(shift, world.volunteer, served_on=served_on, **(made | more))


def test_the_page_says_what_the_star_is_made_of(as_person, english, world, shift):
    serve(world, shift, 140)
    serve(world, shift, 20, source="back_filled", reason="纸质签到表")
    serve(world, shift, 40, source="self_declared", reason="没人记")
    with transaction():
        make_hours(shift, world.volunteer, minutes=600)  # waits: counts for nothing
    with announced():
        page = as_person(world.volunteer).get("/me/hours").text
    said = " ".join(page.split())
    assert "<span>1 star</span>" in said
    assert "Another 140.0 hours of service to 2 stars." in said
    assert 'value="9600" max="18000"' in said
    assert "For stars count, in whole hours:" in said
    assert "Not for stars:" in said
    assert "as of" in said
    assert hours_of(world.volunteer.id).by_source == {
        "back_filled": 1200,
        "clocked": 8400,
        "self_declared": 2400,
    }


def test_a_reversal_takes_the_star_back(as_person, english, world, shift):
    serve(world, shift, 100)
    browser = as_person(world.volunteer)
    assert "<span>1 star</span>" in browser.get("/me/hours").text
    with transaction():
        taken = make_hours(shift, world.volunteer, minutes=60, state="locked", by=world.coordinator)
        back = {"reverses_id": taken.id, "reason": "记错", "served_on": date(2025, 1, 1)}
        make_hours(
            shift, world.volunteer, minutes=-1200, state="locked", by=world.coordinator, **back
        )
    page = browser.get("/me/hours").text
    assert "1 star</span>" not in page
    assert "to 1 star." in page


def test_at_the_top_nothing_is_missing(as_person, english, world, shift):
    with transaction():
        db.session.execute(delete(StarLevel).where(StarLevel.stars > 1))
    serve(world, shift, 100)
    page = as_person(world.volunteer).get("/me/hours").text
    assert "<progress" not in page
    assert "<span>1 star</span>" in page

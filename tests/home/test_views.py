from datetime import date, timedelta

import pytest

from tests.factories.activities import make_activity
from tests.factories.attendance import make_hours
from tests.factories.credentials import make_training
from tests.factories.series import make_series
from tests.factories.services import make_record
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.language import local_day
from volunteer_hub.foundation.policy import COORDINATOR, Actor, Grant
from volunteer_hub.home.queries import desk
from volunteer_hub.hours.models import Dispute

NOTICES = ("/privacy", "/accessibility", "/method")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", *NOTICES])
def test_open_to_everybody(world, as_person, path, language):
    assert as_person(None, language=language).get(path).status_code == 200


def test_the_landing_page_shows_the_next_shifts(world, as_person):
    with transaction():
        make_shift(world.community, title_en="Guiding")
    page = as_person(world.volunteer).get("/").text
    assert "Guiding" in page
    assert "wait for you" not in page


def test_my_page_shows_my_next_shift_first(world, as_person):
    with transaction():
        later = make_shift(world.community, title_en="Later", starts_at=utc_now() + timedelta(9))
        sooner = make_shift(world.community, title_en="Sooner", starts_at=utc_now() + timedelta(2))
        for shift in (later, sooner):
            make_signup(shift, world.volunteer)
    page = as_person(world.volunteer).get("/me").text
    assert page.index("Sooner") < page.index("Later")
    assert world.volunteer.volunteer_no in page
    assert "Sooner" not in as_person(world.other_volunteer).get("/me").text


def test_the_desk_counts_what_this_person_may_settle(world, as_person):
    with transaction():
        make_record(world.community, world.grid_worker, state="draft")
        make_shift(world.community, title_en="Lonely", minimum=2)
    desk = as_person(world.coordinator).get("/desk").text
    assert "Service records to verify" in desk
    assert "Lonely" in desk
    far = as_person(world.stranger).get("/desk").text
    assert "Service records to verify" not in far
    assert "Lonely" not in far


def test_the_desk_counts_disputes_days_off_and_papers(world, as_person):
    with transaction():
        disputed = make_hours(
            make_shift(world.community), world.volunteer, state="locked", by=world.coordinator
        )
        facts = {"opened_at": utc_now(), "due_on": date(2026, 12, 1), "says": "少了"}
        person = disputed.person_id
        db.session.add(Dispute(hours_id=disputed.id, opened_by=person, state="open", **facts))
        series = make_series(world.community)
        for day_off, choice in (("spring-festival", "waiting"), ("qingming", "kept")):
            day = {"nominal_on": date(2019, 2, len(choice)), "day_off": day_off, "choice": choice}
            make_activity(world.community, series_id=series.id, **day)
        soon = local_day(utc_now()) + timedelta(days=9)
        world.volunteer.home_place_id = world.community.id
        make_training(world.volunteer, by=world.coordinator, valid_until=soon)
    here = Grant(COORDINATOR, world.community.path)
    seen = desk.look(Actor(person_id=world.coordinator.id, grants=(here,)), now=utc_now())
    assert (seen.disputes, seen.days_off, seen.papers) == (1, 1, 1)
    assert seen.waiting == 2, "papers that run out are news, not work"
    page = as_person(world.coordinator).get("/desk").text
    for link in ("/attendance/disputes", "/shifts", "/credentials"):
        assert f'href="{link}"' in page
    there = Grant(COORDINATOR, world.neighbour.path)
    elsewhere = desk.look(Actor(person_id=world.coordinator.id, grants=(there,)), now=utc_now())
    assert (elsewhere.disputes, elsewhere.days_off, elsewhere.papers) == (0, 0, 0)


@pytest.mark.parametrize("path", ["/", "/me", "/desk"])
def test_pages_ask_few_questions(world, as_person, queries, path):
    with transaction():
        for day in range(1, 12):
            shift = make_shift(world.community, starts_at=utc_now() + timedelta(days=day))
            make_signup(shift, world.coordinator)
    del queries[:]
    assert as_person(world.coordinator).get(path).status_code == 200
    assert len(queries) <= 25


def test_the_process_lives_whatever_else(client, app):
    assert client.get("/healthz").json == {"alive": True}


def test_not_ready_while_nobody_works(client, app):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {"worker", "beat"} <= set(answer.json["faults"])


def test_metrics_do_not_exist_without_their_token(client, app):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_api_describes_itself(client, app):
    described = client.get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/shifts/{shift_id}/signups" in described["paths"]


@pytest.mark.parametrize(
    ("role", "board", "services"),
    [("coordinator", True, True), ("grid_worker", True, True), ("administrator", False, False)],
)
def test_staff_links_lead_only_where_the_role_may_go(world, as_person, role, board, services):
    page = as_person(getattr(world, role)).get("/privacy").text
    assert ("/attendance/day" in page) == board
    assert ('href="/services"' in page) == services


def test_a_refreshing_part_leads_to_sign_in_as_a_whole(client, app):
    answer = client.get("/attendance/day", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "/sign-in" in answer.headers["HX-Redirect"]

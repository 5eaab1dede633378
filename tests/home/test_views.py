from datetime import timedelta

import pytest

from tests.factories.services import make_record
from tests.factories.shifts import make_shift, make_signup
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction

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


@pytest.mark.parametrize("path", ["/", "/me", "/desk"])
def test_pages_ask_few_questions(world, as_person, queries, path):
    with transaction():
        for day in range(1, 12):
            shift = make_shift(world.community, starts_at=utc_now() + timedelta(days=day))
            make_signup(shift, world.coordinator)
    del queries[:]
    assert as_person(world.coordinator).get(path).status_code == 200
    assert len(queries) <= 22


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

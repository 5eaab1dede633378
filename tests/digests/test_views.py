"""The page of the letter: for whom, of which month and place; and a copy for oneself."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests import routes
from tests.digests.conftest import DUE
from volunteer_hub.digests import actions
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message

HERE = "/digests/2026-10"
ROUTES = [
    ("GET", "/digests", routes.only(302, supervisor=302, stranger=302)),
    ("GET", HERE, routes.only(200, supervisor=200, stranger=200)),
    ("GET", f"{HERE}/letter", routes.only(200, supervisor=200, stranger=200)),
    ("POST", f"{HERE}/send", routes.only(303, supervisor=303, stranger=303)),
]


@pytest.mark.parametrize(("method", "path", "role", "status"), routes.cases(ROUTES))
def test_every_route_for_everybody(world, as_person, method, path, role, status):
    answer = as_person(routes.person_of(world, role)).open(path, method=method)
    assert answer.status_code == status


def test_the_table_is_whole(app):
    assert routes.untold(app, ROUTES, room="digests") == set()


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        (f"{HERE}?place=ganjiaxiang", "coordinator", 200),
        (f"{HERE}?place=ganjiaxiang", "supervisor", 404),  # it goes to those of the place itself
        (f"{HERE}/letter?place=ganjiaxiang", "stranger", 404),
        (f"{HERE}/letter?lang=xx", "coordinator", 404),
        ("/digests/2199-01", "coordinator", 404),
        ("/digests/october", "coordinator", 404),
    ],
)
def test_only_closed_months_of_one_s_own_places(world, as_person, path, role, status):
    assert as_person(getattr(world, role)).get(path).status_code == status


def test_the_page_shows_both_languages_and_leaves_nothing(town, as_person):
    page = as_person(town.coordinator).get(HERE).text
    for said in ("E-mail in Chinese", "E-mail in English", "300 人次", "300 person-times"):
        assert said in page
    assert "999" not in re.sub(r"\s+", " ", page)
    assert _letters() == []


def test_the_frame_shows_the_pictures_and_lets_nothing_else_in(town, as_person):
    answer = as_person(town.coordinator).get(f"{HERE}/letter?lang=en")
    assert "cid:" not in answer.text
    assert answer.text.count("data:image/png;base64,") == 2
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "on 3 Nov 2026 at 9:00"), (8, "Nobody was written to")]
)
def test_before_it_goes_the_page_says_when(town, as_person, days, said):
    with time_machine.travel(DUE + timedelta(days=days), tick=False):
        assert said in as_person(town.coordinator).get(HERE).text


def test_after_it_went_the_page_says_to_how_many(town, as_person):
    with transaction():
        actions.tell_month(now=DUE)
    assert "Written to 2 people" in as_person(town.coordinator).get(HERE).text


def test_the_newest_closed_month_is_where_one_begins(world, as_person):
    answer = as_person(world.coordinator).get("/digests")
    assert re.search(r"/digests/20\d\d-\d\d$", answer.headers["Location"])
    chosen = as_person(world.coordinator).get("/digests?month=2026-09&place=ganjiaxiang")
    assert chosen.headers["Location"].endswith("/digests/2026-09?place=ganjiaxiang")


def test_a_copy_goes_to_whoever_asks(town, as_person):
    client = as_person(town.coordinator)
    page = client.post(f"{HERE}/send", data={"place": "ganjiaxiang"}, follow_redirects=True)
    assert "on its way" in page.text
    [copy] = _letters()
    assert (copy.address, copy.place_path) == (town.coordinator.email, town.community.path)
    denied = client.post(f"{HERE}/send", data={"place": "zhangjiayuan"})
    assert denied.status_code == 404


def test_without_an_address_it_says_so(town, as_person):
    with transaction():
        town.coordinator.email = None
    page = as_person(town.coordinator).post(f"{HERE}/send", follow_redirects=True)
    assert "no e-mail address" in page.text
    assert _letters() == []


@pytest.mark.parametrize(("role", "shown"), [("coordinator", True), ("volunteer", False)])
def test_the_figures_lead_to_the_letter(town, as_person, role, shown):
    page = as_person(getattr(town, role)).get("/impact").text
    assert ('href="/digests"' in page) == shown


def test_a_page_asks_few_questions(town, as_person, queries):
    del queries[:]
    as_person(town.coordinator).get(HERE)
    assert len(queries) <= 30


def _letters():
    return db.session.scalars(select(Message)).all()

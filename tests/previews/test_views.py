"""Letters are shown whole, in both languages, out of what is real in scope; and nothing stays."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests import routes
from tests.factories.attendance import make_hours
from tests.factories.shifts import make_shift, make_signup
from tests.factories.watches import make_watch
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.hours.models import Dispute
from volunteer_hub.messages.models import Message
from volunteer_hub.previews.rules import OF_A_SIGNUP, PREVIEWED, SERVING
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.queries.signups import find_live, get_signup

STATUSES = (302, 403, 403, 403, 200, 200, 200, 200)
ROUTES = [
    ("GET", "/previews", STATUSES),
    ("GET", "/previews/shift-joined", STATUSES),
    ("GET", "/previews/shift-joined/letter", (*STATUSES[:-1], 404)),
]


@pytest.fixture
def town(world):
    """One shift with somebody on it and somebody in line, disputed hours, a watch."""
    with transaction():
        shift = make_shift(world.community, starts_at=utc_now() + timedelta(days=5))
        make_signup(shift, world.volunteer)
        make_signup(shift, world.other_volunteer, state="waitlisted")
        for state in ("rejected", "locked"):
            past = make_shift(world.community, starts_at=utc_now() - timedelta(days=3))
            hours = make_hours(past, world.volunteer, state=state, by=world.coordinator)
        said = {"opened_at": utc_now(), "due_on": date(2027, 12, 1), "says": "少了"}
        answer = {"answered_at": utc_now(), "answered_by": world.second_coordinator.id}
        answered = {"state": "turned_down", "answer": "名单上没有", **answer}
        db.session.add(Dispute(hours_id=hours.id, opened_by=world.volunteer.id, **said, **answered))
        make_watch(world.volunteer, place=world.community)
    return shift


@pytest.mark.parametrize(("method", "path", "role", "status"), routes.cases(ROUTES))
def test_every_route_for_everybody(world, town, as_person, method, path, role, status):
    answer = as_person(routes.person_of(world, role)).open(path, method=method)
    assert answer.status_code == status


def test_the_table_is_whole(app):
    assert routes.untold(app, ROUTES, room="previews") == set()


@pytest.mark.parametrize("kind", PREVIEWED)
def test_every_kind_in_both_languages_leaves_nothing(world, town, as_person, kind):
    before = _outbox()
    page = as_person(world.coordinator).get(f"/previews/{kind}").text
    assert "E-mail in Chinese" in page
    assert "E-mail in English" in page
    assert _outbox() == before
    for lang in ("zh", "en"):
        answer = as_person(world.coordinator).get(f"/previews/{kind}/letter?lang={lang}")
        assert f'<html lang="{lang}' in answer.text
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_a_kind_without_anything_real_says_so(world, as_person):
    for kind in PREVIEWED:
        page = as_person(world.coordinator).get(f"/previews/{kind}").text
        assert "There is nothing of this kind" in page


def test_nobody_sees_letters_of_other_places(world, town, as_person):
    page = as_person(world.stranger).get(f"/previews/shift-joined?shift={town.id}").text
    assert "There is nothing of this kind" in page
    assert "Guiding" not in page


@pytest.mark.parametrize(
    ("role", "shown"), [("coordinator", True), ("supervisor", True), ("administrator", False)]
)
def test_who_may_know_the_name(world, town, as_person, role, shown):
    letter = "/previews/hours-rejected"
    page = as_person(getattr(world, role)).get(letter).text
    assert (world.volunteer.name in page) == shown
    assert ("hidden from your role" in page) != shown


def test_a_real_letter_stays_as_it_is_and_does_not_hide_the_preview(world, town, as_person):
    with transaction():
        live = find_live(town.id, person_id=world.volunteer.id)
        signup = get_signup(live.id)
        reader = news.reader_of(signup.person, signup.shift)
        news.joined(signup, shift=signup.shift, reader=reader, now=utc_now())
    before = _outbox()
    assert before
    for kind in ("shift-joined", "shift-changed", "shift-cancelled", "shift-promoted"):
        page = as_person(world.coordinator).get(f"/previews/{kind}?shift={town.id}").text
        assert "E-mail in English" in page
    assert _outbox() == before


def test_the_links_of_a_preview_answer_for_nobody(world, town, as_person, client):
    page = as_person(world.coordinator).get("/previews/shift-reminder-24h").text
    links = set(re.findall(r"/(?:replies|letters)/[^\s\"<&]+", page))
    assert links
    for link in links:
        assert client.get(link).status_code in (404, 410), link


def test_the_text_is_counted_and_the_calendar_named(world, town, as_person):
    page = as_person(world.coordinator).get("/previews/shift-joined").text
    assert "【邻里志愿】" in page
    assert "shift.ics" in page
    assert "part" in page


def test_kinds_of_those_who_serve_need_one_who_serves(world, as_person):
    with transaction():
        shift = make_shift(world.community, starts_at=utc_now() + timedelta(days=5))
        make_signup(shift, world.volunteer, state="waitlisted")
    for kind, states in OF_A_SIGNUP.items():
        page = as_person(world.coordinator).get(f"/previews/{kind}").text
        assert ("There is nothing of this kind" in page) == (states == SERVING)


def test_a_page_asks_few_questions(world, town, as_person, queries):
    del queries[:]
    as_person(world.coordinator).get("/previews/shift-joined")
    assert len(queries) <= 40


def _outbox():
    columns = Message.id, Message.key, Message.state, func.length(Message.body_text)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Message.id))]

"""Letters are shown whole, in both languages, out of what is real in scope; and nothing stays."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import routes
from tests.factories.shifts import make_shift, make_signup
from tests.previews.conftest import NUMBER
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.messages.models import Message
from volunteer_hub.people.models import SignInCode
from volunteer_hub.previews.policy import CLOSED
from volunteer_hub.previews.rules import OF_A_SIGNUP, PREVIEWED, SERVING, SUBJECTS
from volunteer_hub.signups.letters import news
from volunteer_hub.signups.queries.signups import find_live, get_signup

STATUSES = (302, 403, 403, 403, 200, 200, 200, 200)
ROUTES = [
    ("GET", "/previews", STATUSES),
    ("GET", "/previews/shift-joined", STATUSES),
    ("GET", "/previews/mailing", (*STATUSES[:-2], 403, 200)),
    ("GET", "/previews/shift-joined/letter", (*STATUSES[:-1], 404)),
    ("GET", "/previews/mailing/letter", (*STATUSES[:-2], 403, 404)),
]
BY_SMS_ALONE = {"reply-done", "reply-help", "reply-opted-out", "reply-opted-in"}
BY_MAIL_ALONE = {
    "hours-rejected", "hours-dispute-opened", "code-sign-in-link", "funding-entry-waiting",
}  # fmt: skip
OF_WHOEVER_ASKS = {kind for kind in PREVIEWED if SUBJECTS[kind].missing.startswith("Your account")}


@pytest.mark.parametrize(("method", "path", "role", "status"), routes.cases(ROUTES))
def test_every_route_for_everybody(world, town, as_person, method, path, role, status):
    answer = as_person(routes.person_of(world, role)).open(path, method=method)
    assert answer.status_code == status


def test_the_table_is_whole(app):
    assert routes.untold(app, ROUTES, room="previews") == set()


@pytest.mark.parametrize("kind", PREVIEWED)
def test_every_kind_in_both_languages_leaves_nothing(world, town, as_person, queries, kind):
    before = _kept()
    queries.clear()
    page = as_person(world.coordinator).get(f"/previews/{kind}").text
    assert len(queries) <= 40
    for said in ("E-mail in Chinese", "E-mail in English"):
        assert (said in page) == (kind not in BY_SMS_ALONE)
    assert ("【邻里志愿】" in page) == (kind not in BY_MAIL_ALONE)
    assert _kept() == before
    for lang in ("zh", "en"):
        answer = as_person(world.coordinator).get(f"/previews/{kind}/letter?lang={lang}")
        assert (answer.status_code == 404) == (kind in BY_SMS_ALONE)
        if answer.status_code == 200:
            assert f'<html lang="{lang}' in answer.text
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_a_kind_without_anything_real_says_what_is_missing(world, as_person):
    with transaction():
        world.coordinator.language = "en"
    for kind in PREVIEWED:
        page = as_person(world.coordinator).get(f"/previews/{kind}").text
        wanted = kind not in OF_WHOEVER_ASKS | {"reply-opted-out", "reply-opted-in"}
        assert ("There is nothing of this kind" in page) == wanted, kind
        assert (SUBJECTS[kind].missing in page) == wanted, kind


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
    before = _kept()
    assert before[0]
    for kind in ("shift-joined", "shift-changed", "shift-cancelled", "shift-promoted"):
        page = as_person(world.coordinator).get(f"/previews/{kind}?shift={town.id}").text
        assert "E-mail in English" in page
    assert _kept() == before


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


@pytest.mark.parametrize(
    ("kind", "paths"),
    [("code-sign-in", 0), ("code-sign-in-link", 1), ("places-kept", 1)],
)
def test_a_secret_is_never_shown_and_opens_nothing(world, town, as_person, kind, paths):
    page = as_person(world.coordinator).get(f"/previews/{kind}").text
    secrets = set(re.findall(r"(?:X{6}|NOT-A-REAL-SECRET-X+)", page))
    assert len(secrets) == 1
    links = set(re.findall(r"/(?:sign-in/link|groups/reservations)/[^\s\"<&]+", page))
    assert len(links) == paths
    assert all(link.endswith(secrets.copy().pop()) for link in links)
    assert not re.search(r"\b[0-9]{6}\b", page)


@pytest.mark.parametrize(
    ("role", "shown"), [("coordinator", True), ("supervisor", False), ("administrator", False)]
)
def test_a_paper_is_shown_as_far_as_elsewhere(world, town, as_person, role, shown):
    page = as_person(getattr(world, role)).get("/previews/credential-expiring").text
    assert (NUMBER in page) == shown
    assert (world.volunteer.name in page) == (role != "administrator")


def test_nobody_below_18_is_looked_at_for_the_words_of_a_letter(world, town, as_person):
    with transaction():
        world.volunteer.birth_date = utc_now().date() - timedelta(days=17 * 365)
    page = as_person(world.coordinator).get("/previews/credential-expiring").text
    assert "There is nothing of this kind" in page


def test_who_may_not_know_names_reads_no_words_between_people(world, town, as_person):
    page = as_person(world.administrator).get("/previews/stand-in-asked").text
    assert "嗓子哑了" not in page
    assert "嗓子哑了" in as_person(world.coordinator).get("/previews/stand-in-asked").text
    page = as_person(world.administrator).get("/previews/stand-in-declined").text
    assert world.other_volunteer.volunteer_no not in page


def test_an_administrator_is_offered_what_is_open_to_them(world, as_person):
    for role, wanted in (
        ("administrator", set(PREVIEWED) - CLOSED),
        ("coordinator", set(PREVIEWED)),
    ):
        assert _offered(as_person(getattr(world, role)).get("/previews")) == wanted


def _offered(page):
    return set(re.findall(r'"/previews/([a-z0-9-]+)"', page.text))


def _kept():
    columns = Message.id, Message.key, Message.state, func.length(Message.body_text)
    letters = [tuple(row) for row in db.session.execute(select(*columns).order_by(Message.id))]
    return letters, db.session.scalar(select(func.count(SignInCode.id)))

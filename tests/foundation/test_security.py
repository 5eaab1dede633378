"""Headers on every answer, a name for every request, and no forged forms."""

import io
import logging
import re

import pytest
from flask.testing import FlaskClient

from volunteer_hub.foundation.security import HEADERS

ANSWERS = {
    "page": "/tried/open",
    "json": "/api/v1/tried",
    "feed": "/tried/cached",
    "missing page": "/tried/nowhere",
    "missing call": "/api/v1/nowhere",
    "refusal": "/tried/refused",
    "crash": "/tried/crash",
    "crashed call": "/api/v1/tried/crash",
    "redirect": "/tried/signed-in",
    "static": "/static/img/mark.svg",
    "missing static": "/static/nowhere.css",
}


@pytest.fixture
def visitor(served_house):
    return served_house.test_client()


@pytest.fixture
def hub_log():
    """Give what the house's own log says meanwhile."""
    written = io.StringIO()
    (ours,) = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    before = ours.setStream(written)
    yield written.getvalue
    ours.setStream(before)


@pytest.mark.parametrize("path", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("header", HEADERS)
def test_every_answer_carries_every_header(visitor, path, header):
    with visitor.get(path) as answer:
        assert answer.headers[header] == HEADERS[header]


def test_the_content_policy_lets_in_nothing_from_elsewhere():
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert {
        name: value for name, value in policy.items() if "unsafe" in value or "*" in value
    } == {}
    assert {value for name, value in policy.items() if name in ("script-src", "style-src")} == {
        "'self'"
    }


@pytest.mark.parametrize("name", [n for n in ANSWERS if "static" not in n and n != "feed"])
def test_no_shared_cache_keeps_what_one_reader_saw(visitor, name):
    answer = visitor.get(ANSWERS[name])
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)


def test_a_door_may_say_that_its_answer_can_be_kept(visitor):
    assert visitor.get("/tried/cached").headers["Cache-Control"] == "public, max-age=300"


class TestTransport:
    def test_plain_http_promises_nothing(self, visitor):
        assert "Strict-Transport-Security" not in visitor.get("/tried/open").headers

    def test_https_stays_https(self, visitor):
        answer = visitor.get("/tried/open", base_url="https://hub.test")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"

    def test_behind_a_proxy_the_public_address_tells(self, served_house, visitor):
        served_house.config["SESSION_COOKIE_SECURE"] = True
        answer = visitor.get("/tried/open")
        served_house.config["SESSION_COOKIE_SECURE"] = False
        assert "Strict-Transport-Security" in answer.headers


class TestRequestId:
    @pytest.mark.parametrize("given", ["abcdefgh", "0a1b2c3d-4e5f", "A.b_c-123", "x" * 64])
    def test_a_well_formed_one_is_kept(self, visitor, given):
        answer = visitor.get("/tried/open", headers={"X-Request-Id": given})
        assert answer.headers["X-Request-Id"] == given

    @pytest.mark.parametrize(
        "given", ["", "short", "x" * 65, "with space", "<script>", "志愿志愿志愿志愿"]
    )
    def test_any_other_is_replaced(self, visitor, given):
        answer = visitor.get(
            "/tried/open", headers={"X-Request-Id": given.encode().decode("latin1")}
        )
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])

    def test_each_request_has_its_own(self, visitor):
        first, second = visitor.get("/tried/open"), visitor.get("/tried/open")
        assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]

    def test_stands_in_the_log_while_the_request_lasts(self, served_house, hub_log):
        """A server's thread serves one request after the other, with work of its own between."""
        same_thread = FlaskClient(served_house, served_house.response_class)
        same_thread.get("/tried/crash", headers={"X-Request-Id": "this-very-one"})
        logging.getLogger("hub").warning("afterwards")
        lines = hub_log().splitlines()
        (crash,) = [line for line in lines if "Unforeseen error" in line]
        (after,) = [line for line in lines if "afterwards" in line]
        assert "request_id=this-very-one" in crash
        assert "this-very-one" not in after


class TestForgedForms:
    def send(self, visitor, **form):
        headers = {"Accept-Language": "en"}
        return visitor.post("/tried/form", data={"name": "马丽", **form}, headers=headers)

    def test_a_form_without_our_mark_is_refused_with_a_clear_page(self, visitor):
        answer = self.send(visitor)
        assert answer.status_code == 400
        assert "The page was open for a long time. Go back, reload it" in answer.text
        assert "<main" in answer.text

    def test_a_form_with_it_is_taken(self, visitor):
        page = visitor.get("/tried/nowhere").text  # every page carries small forms
        mark = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        answer = self.send(visitor, csrf_token=mark)
        assert (answer.status_code, answer.text) == (200, "马丽")

    def test_the_mark_of_another_browser_is_refused(self, visitor, served_house):
        page = served_house.test_client().get("/tried/nowhere").text
        mark = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        assert self.send(visitor, csrf_token=mark).status_code == 400

    def test_the_mark_does_not_grow_old_while_the_session_lasts(self, served_house):
        assert served_house.config["WTF_CSRF_TIME_LIMIT"] is None

    def test_the_api_needs_none(self, visitor):
        """It reads no cookie: there is nothing to forge."""
        answer = visitor.post("/api/v1/tried", json={"name": "ab"})
        assert answer.status_code == 401


def test_cookies_are_closed_to_scripts_and_to_other_sites(app, as_person, world):
    client = as_person(world.volunteer)
    cookie = client.get_cookie("hub_session", domain="hub.test")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert not cookie.secure


def test_cookies_go_over_https_only_where_the_house_is_reached_by_it(servers, house_to_try):
    from tests.conftest import FOR_TESTS
    from volunteer_hub.app import create_app

    settings = servers.settings("postgresql://hub@/hub", HUB_PUBLIC_URL="https://hub.example.org")
    app = create_app(settings, **FOR_TESTS)
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["REMEMBER_COOKIE_SECURE"]

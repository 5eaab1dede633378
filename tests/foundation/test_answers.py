"""What went wrong is answered: a page for readers, a problem document for programs."""

import re

import pytest
from sqlalchemy import text

from volunteer_hub.foundation.answers import local_referrer, safe_next
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.policy import COORDINATOR, Actor, Grant
from volunteer_hub.foundation.refusal import NotFound

HERE = "/baiyin/ganjiaxiang/"
VOLUNTEER = Actor(person_id=1, name="陈晓梅")
STAFF = Actor(person_id=2, name="马丽", grants=(Grant(COORDINATOR, HERE),))


@pytest.fixture
def visit(served_house):
    """Visit the house as somebody, reading English."""
    kept = served_house.extensions["actor_loader"]

    def go(path, *, method="get", actor=None, language="en", **more):
        served_house.extensions["actor_loader"] = lambda: actor or Actor()
        headers = {"Accept-Language": language, **more.pop("headers", {})}
        return served_house.test_client().open(path, method=method, headers=headers, **more)

    yield go
    served_house.extensions["actor_loader"] = kept


def upload(size):
    """Write a form with one file of this size."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    return {
        "data": head + b"." * size + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


def heading(answer):
    return re.search(r"<h1>\s*(.*?)\s*</h1>", answer.text, re.S)[1]


class TestPages:
    @pytest.mark.parametrize(
        ("path", "actor", "status", "said"),
        [
            ("/tried/staff", VOLUNTEER, 403, "This is not open to you"),
            ("/tried/outside", STAFF, 404, "There is nothing at this address"),
            ("/tried/nowhere", None, 404, "There is nothing at this address"),
            ("/tried/refused", None, 409, "That cannot be done right now"),
            ("/tried/broken", None, 422, "That cannot be done right now"),
            ("/tried/form", None, 405, "That cannot be done right now"),
            ("/tried/abort/403", None, 403, "This is not open to you"),
            ("/tried/abort/418", None, 418, "That cannot be done right now"),
            ("/tried/abort/429", None, 429, "A little too fast"),
            ("/tried/abort/501", None, 501, "Something went wrong here"),
            ("/tried/crash", None, 500, "Something went wrong here"),
            ("/tried/unguarded", None, 500, "Something went wrong here"),
        ],
    )
    def test_each_reason_has_its_page(self, visit, path, actor, status, said):
        answer = visit(path, actor=actor)
        assert answer.status_code == status
        assert answer.content_type == "text/html; charset=utf-8"
        assert heading(answer) == said
        assert "<main" in answer.text

    def test_a_page_does_not_tell_what_broke(self, visit):
        assert "on purpose" not in visit("/tried/crash").text
        assert "ZeroDivisionError" not in visit("/tried/crash").text

    def test_pages_speak_the_reader_s_language(self, visit):
        chinese, english = visit("/tried/nowhere", language="zh-CN"), visit("/tried/nowhere")
        assert "这个地址没有内容" in chinese.text or heading(chinese) != heading(english)
        assert 'lang="zh-CN"' in chinese.text
        assert 'lang="en"' in english.text

    def test_a_file_too_large_is_refused(self, visit):
        answer = visit("/tried/upload", method="post", **upload(11 * 1024 * 1024))
        assert answer.status_code == 413
        assert "Ten megabytes" in answer.text

    def test_one_just_small_enough_is_not(self, house):
        """Ten megabytes are taken; what a form puts around the file does not count."""
        answer = house.test_client().post("/tried/upload", **upload(10 * 1024 * 1024))
        assert answer.text == f"{10 * 1024 * 1024}.csv"

    def test_the_way_back_is_where_the_reader_came_from(self, visit):
        answer = visit("/tried/refused", headers={"Referer": "http://hub.test/tried/open?a=1"})
        assert 'href="/tried/open?a=1"' in answer.text

    @pytest.mark.parametrize("method", ["head", "options"])
    def test_other_methods_ask_for_the_same_permission(self, visit, method):
        assert visit("/tried/open", method=method).status_code == 200
        assert visit("/tried/staff", method=method, actor=VOLUNTEER).status_code == 403
        assert visit("/tried/unguarded", method=method).status_code == 500


class TestSignIn:
    @pytest.mark.parametrize(
        ("path", "then"),
        [
            ("/tried/signed-in", "/tried/signed-in"),
            ("/tried/signed-in?day=5&q=a%26b", "/tried/signed-in?day=5&q=a%26b"),
        ],
    )
    def test_a_visitor_is_shown_in_and_comes_back(self, visit, path, then):
        from urllib.parse import parse_qs, urlsplit

        for method in ("get", "head"):
            answer = visit(path, method=method)
            assert answer.status_code == 302
            parts = urlsplit(answer.location)
            assert parts.path == "/sign-in"
            assert parse_qs(parts.query)["next"] == [then]

    def test_after_a_post_the_page_with_the_form_comes_back(self, house):
        kept = house.extensions["actor_loader"]
        house.extensions["actor_loader"] = Actor
        answer = house.test_client().post(
            "/tried/signed-in", headers={"Referer": "http://hub.test/tried/open"}
        )
        house.extensions["actor_loader"] = kept
        assert answer.location.endswith("?next=/tried/open")


class TestProblems:
    @pytest.mark.parametrize(
        ("path", "actor", "status", "refusal"),
        [
            ("/api/v1/tried/signed-in", None, 401, "not-signed-in"),
            ("/api/v1/tried/nowhere", None, 404, "not-found"),
            ("/api/nowhere", None, 404, "not-found"),
            ("/api/v1/tried/refused", None, 409, "shift-is-full"),
            ("/api/v1/tried/broken", None, 422, "broken-input"),
            ("/api/v1/tried/crash", None, 500, "internal-error"),
        ],
    )
    def test_each_reason_is_named(self, visit, path, actor, status, refusal):
        answer = visit(path, actor=actor)
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        body = answer.get_json()
        assert (body["status"], body["refusal"], body["type"]) == (status, refusal, "about:blank")
        assert body["title"]
        assert body["detail"]
        assert "purpose" not in answer.text

    def test_401_says_how_to_sign_in(self, visit):
        answer = visit("/api/v1/tried/signed-in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "WWW-Authenticate" not in visit("/tried/staff", actor=VOLUNTEER).headers

    def test_broken_input_names_each_field(self, visit):
        answer = visit("/api/v1/tried/broken", language="zh-CN")
        assert answer.get_json()["errors"] == [{"field": "phone", "message": "请填写这一项。"}]

    def test_the_detail_is_in_the_caller_s_language(self, visit):
        english = visit("/api/v1/tried/refused").get_json()
        chinese = visit("/api/v1/tried/refused", language="zh-CN").get_json()
        assert english["detail"] == "This is not possible right now."
        assert chinese["detail"] != english["detail"]
        assert chinese["refusal"] == english["refusal"]

    @pytest.mark.parametrize("prefix", ["", "/api/v1"])
    def test_405_says_what_is_allowed(self, visit, prefix):
        answer = visit(f"{prefix}/tried/crash", method="put")
        assert answer.status_code in (400, 405)  # a page first asks for the form's own mark
        if prefix:
            assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}

    def test_405_on_a_page_says_so_too(self, house):
        answer = house.test_client().put("/tried/open")
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


class TestTheDatabase:
    """A page must still come out when the database does not."""

    def test_a_value_it_cannot_hold_is_broken_input(self, visit):
        answer = visit("/tried/value?text=a%00b")
        assert answer.status_code == 422
        assert heading(answer) == "That cannot be done right now"
        assert visit("/tried/value?text=ab").text == "ab"

    def test_away_from_the_start(self, house_to_try, servers):
        nowhere = "postgresql://hub@/hub?host=/nowhere"
        with house_to_try(nowhere, TESTING=False) as app:
            client = app.test_client()
            with client.session_transaction() as session:
                session["_user_id"] = "1:1"
                session["language"] = "en"
            with client.get("/static/img/mark.svg") as picture:
                assert picture.status_code == 200
            page = client.get("/tried/open")
            told = client.get("/api/v1/tried/signed-in", headers={"Authorization": "Bearer x"})
        assert page.status_code == told.status_code == 503
        assert page.headers["Retry-After"] == told.headers["Retry-After"] == "30"
        assert heading(page) == "Something went wrong here"
        assert told.get_json()["refusal"] == "service-unavailable"
        assert "nowhere" not in page.text + told.text

    def test_gone_in_the_middle_of_a_request(self, house_to_try, servers):
        with house_to_try(TESTING=False) as app:
            app.extensions["actor_loader"] = lambda: (
                db.session.execute(text("select pg_terminate_backend(pg_backend_pid())")) and None
            )
            answer = app.test_client().get("/tried/open")
            assert (answer.status_code, heading(answer) != "") == (503, True)
            app.extensions["actor_loader"] = Actor
            assert app.test_client().get("/tried/value?text=back").text == "back"

    def test_gone_when_something_is_refused_anyway(self, house_to_try):
        """Nothing can be undone there any more, and the reader need not hear of it."""

        def lose_it():
            app.extensions["actor_loader"] = Actor
            pid = db.session.scalar(text("select pg_backend_pid()"))
            with db.engine.begin() as other:
                other.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            raise NotFound

        with house_to_try(TESTING=False) as app:
            app.extensions["actor_loader"] = lose_it
            answer = app.test_client().get("/tried/open")
        assert (answer.status_code, answer.mimetype) == (404, "text/html")

    def test_broken_error_pages_fall_back_to_the_sentence(self, visit, served_house):
        def break_down():
            raise KeyError

        kept = served_house.template_context_processors[None]
        served_house.template_context_processors[None] = [break_down]
        try:
            answer = visit("/tried/crash")
        finally:
            served_house.template_context_processors[None] = kept
        assert (answer.status_code, answer.mimetype) == (500, "text/plain")
        assert answer.text.startswith("Something broke on our side.")


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/me", "/me"),
        ("/shifts/7?day=5#map", "/shifts/7?day=5#map"),
        ("/activities?next=https://evil.example", "/activities?next=https://evil.example"),
        ("/志愿", "/志愿"),
        ("/a//b", "/a//b"),
        (None, "/"),
        ("", "/"),
        ("me", "/"),
        ("?next=/me", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\/evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\t//evil.example", "/"),
        (" //evil.example", "/"),
        ("https://evil.example", "/"),
        ("https:evil.example", "/"),
        ("https:/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("//[evil", "/"),
        ("/me\r\nSet-Cookie: a=b", "/"),
        ("/\x00", "/"),
    ],
)
def test_the_way_on_stays_in_this_house(target, path):
    assert safe_next(target) == path


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://hub.test/shifts/7?day=5", "/shifts/7?day=5"),
        ("http://hub.test", "/"),
        ("http://evil.example/shifts/7", "/"),
        ("http://hub.test//evil.example", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_too(house, referrer, path):
    with house.test_request_context(headers={"Referer": referrer}):
        assert local_referrer() == path

"""The files of the look: fast, safe, and kept only as long as they are true."""

from pathlib import Path

import pytest

from volunteer_hub.foundation.pages import asset
from volunteer_hub.foundation.static_files import ASK_AGAIN, FOR_A_YEAR

MARK = "/static/img/mark.svg"


@pytest.fixture
def get(house):
    def ask(path, method="GET", **headers):
        with house.test_client().open(path, method=method, headers=headers) as answer:
            answer.get_data()
            return answer

    return ask


@pytest.fixture
def fingerprinted(house):
    with house.test_request_context():
        return asset("img/mark.svg")


def test_a_page_s_address_names_the_content(fingerprinted):
    path, _, version = fingerprinted.partition("?v=")
    assert path == MARK
    assert len(version) == 10


def test_the_right_fingerprint_is_kept_for_a_year(get, fingerprinted):
    assert get(fingerprinted).headers["Cache-Control"] == FOR_A_YEAR
    assert "immutable" in FOR_A_YEAR


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789", "?w=1", "?v=a&v=b"])
def test_any_other_name_is_asked_for_again(get, query):
    """A fingerprint of another release would pin this release's file for a year."""
    assert get(f"{MARK}{query}").headers["Cache-Control"] == ASK_AGAIN


def test_asking_again_costs_no_body(get):
    first = get(MARK)
    again = get(MARK, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == ASK_AGAIN


def test_files_are_for_this_house_only(get):
    headers = get(MARK).headers
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Content-Type"] == "image/svg+xml"
    assert "Set-Cookie" not in headers


def test_they_ask_neither_database_nor_session(house, get):
    def ask_nobody():
        raise AssertionError("a picture asked who is there")

    kept = house.extensions["actor_loader"]
    house.extensions["actor_loader"] = ask_nobody
    try:
        assert get(MARK).status_code == 200
    finally:
        house.extensions["actor_loader"] = kept


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_they_are_only_read(get, method):
    assert get(MARK, method=method).status_code == 405


def test_head_tells_without_sending(get):
    answer = get(MARK, method="HEAD")
    assert (answer.status_code, answer.data) == (200, b"")


@pytest.mark.parametrize(
    "path", ["/static/../config.py", "/static/%2e%2e/config.py", "/static//etc/passwd", "/static/"]
)
def test_nothing_else_is_reached(get, path):
    assert get(path).status_code in (404, 308)


def test_every_file_stands_behind_the_layer(house):
    files = {
        f"/static/{p.relative_to(house.static_folder)}"
        for p in Path(house.static_folder).rglob("*")
        if p.is_file()
    }
    assert files == set(house.wsgi_app.files)

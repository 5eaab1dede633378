"""The manners of the API: what comes in, what is said about it, what it is described as."""

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR  # type: ignore[attr-defined]

from volunteer_hub.foundation.api import description
from volunteer_hub.foundation.policy import COORDINATOR, Actor

ADDRESS = "/api/v1/tried"


@pytest.fixture
def call(house):
    """Call the API as somebody with a token that may write."""
    kept = house.extensions["actor_loader"]
    scopes = frozenset({"read", "write"})
    house.extensions["actor_loader"] = lambda: Actor(person_id=1, name="陈晓梅", scopes=scopes)

    def go(path=ADDRESS, *, method="post", language="en", **more):
        client = house.test_client()
        return client.open(path, method=method, headers={"Accept-Language": language}, **more)

    yield go
    house.extensions["actor_loader"] = kept


WRONG = [
    ({}, "name", "This field is needed.", "这一项要填。"),
    ({"name": "x"}, "name", "This is too short.", "太短了。"),
    ({"name": "  x  "}, "name", "This is too short.", "太短了。"),
    ({"name": "x" * 6}, "name", "This is too long.", "太长了。"),
    ({"name": 7}, "name", "This must be text.", None),
    ({"name": "a\x00b"}, "name", "This text holds a character that cannot be stored.", None),
    (
        {"name": "ab", "surprise": 1},
        "surprise",
        "This field is not known here; leave it out.",
        None,
    ),
    ({"name": "ab", "places": "many"}, "places", "This must be a whole number.", None),
    ({"name": "ab", "places": 1.5}, "places", "This must be a whole number.", None),
    ({"name": "ab", "places": 0}, "places", "This number is too small.", None),
    ({"name": "ab", "places": 10}, "places", "This number is too large.", None),
    ({"name": "ab", "kind": "A"}, "kind", "This is not written as it should be.", None),
    ({"name": "ab", "tags": ["a", "b", "c"]}, "tags", "This list is too long.", None),
    ({"name": "ab", "tags": ["a\x00"]}, "tags", "This text holds a character", None),
    ({"name": "ab", "tags": "a"}, "tags", "This cannot be read.", None),
    ({"name": "ab", "starts_at": "2026-12-05T08:00:00"}, "starts_at", "with its offset", None),
    ({"name": "ab", "starts_at": "soon"}, "starts_at", "Give an ISO 8601 time", None),
]


@pytest.mark.parametrize(("body", "field", "english", "chinese"), WRONG)
def test_every_bad_field_is_named_with_a_sentence(call, body, field, english, chinese):
    answer = call(json=body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem["refusal"] == "broken-input"
    (error,) = problem["errors"]
    assert error["field"] == field
    assert english in error["message"]
    (there,) = call(json=body, language="zh-CN").get_json()["errors"]
    assert there["field"] == field
    assert not there["message"].isascii()
    if chinese:
        assert there["message"] == chinese


def test_half_a_letter_is_no_text(call):
    answer = call(data=r'{"name": "\ud800a"}', content_type="application/json")
    assert answer.get_json()["errors"] == [{"field": "name", "message": "This must be text."}]


def test_all_bad_fields_are_named_at_once(call):
    answer = call(json={"places": 0, "kind": "A"})
    assert [one["field"] for one in answer.get_json()["errors"]] == ["name", "places", "kind"]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": "{not json", "content_type": "application/json"},
        {"data": "name=ab"},
        {"data": '{"name": "ab"}', "content_type": "text/plain"},
        {"json": ["ab"]},
        {"json": None},
        {},
    ],
)
def test_what_is_no_json_object_is_refused(call, sent):
    answer = call(**sent)
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [
        {"field": "body", "message": "Send a JSON object, with Content-Type application/json."}
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("page=2", "page")],
)
def test_a_query_is_read_as_strictly(call, query, field):
    answer = call(f"{ADDRESS}?{query}", method="get")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]


def test_what_is_taken_is_cut_of_blanks_and_given_back_whole(call):
    answer = call(json={"name": "  志愿  ", "starts_at": "2026-12-05T08:00:00+08:00"})
    assert answer.status_code == 201
    assert answer.mimetype == "application/json"
    assert answer.get_json() == {"name": "志愿", "places": 1}
    assert "志愿" in answer.get_data(as_text=True)  # letters, not escapes


def test_a_list_says_where_it_goes_on(call):
    first = call(f"{ADDRESS}?limit=2", method="get")
    assert len(first.get_json()["items"]) == 2
    assert first.get_json()["next"] == "cursor"
    assert first.headers["Link"] == f'<{ADDRESS}?limit=2&after=cursor>; rel="next"'
    last = call(f"{ADDRESS}?limit=2&after=cursor", method="get")
    assert last.get_json()["next"] is None
    assert "Link" not in last.headers


def test_a_session_is_no_key_to_the_api(sign_in):
    """Cookies are not read below /api, so a forged form on another site reaches nothing there."""
    browser = sign_in(COORDINATOR)
    assert browser.get("/tried/staff").status_code == 200
    for answer in (browser.get("/api/v1/me"), browser.post(ADDRESS, json={"name": "ab"})):
        assert answer.status_code == 401
        assert answer.get_json()["refusal"] == "not-signed-in"


class TestDescription:
    @pytest.fixture
    def document(self, house):
        with house.app_context():
            return description()

    def test_is_openapi_3_1(self, document):
        assert document["openapi"].startswith("3.1")
        OPENAPI_31_VALIDATOR.validate(document)

    def test_errors_are_problems(self, document):
        responses = document["paths"][ADDRESS]["post"]["responses"]
        assert set(responses) == {"201", "401", "403", "404", "409", "422", "429"}
        for status, response in responses.items():
            expected = "application/problem+json" if status > "400" else "application/json"
            assert list(response["content"]) == [expected]

    def test_every_reference_leads_somewhere(self, document):
        known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
        assert set(references(document)) - known == set()

    def test_operations_have_names_of_their_own(self, document):
        names = [
            operation["operationId"]
            for operations in document["paths"].values()
            for operation in operations.values()
        ]
        assert len(names) == len(set(names))

    def test_asks_for_a_bearer_token(self, document):
        assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
        assert document["paths"][ADDRESS]["post"]["security"] == [{"bearer": []}]

    def test_is_the_same_however_often_it_is_asked_for(self, house, document):
        with house.app_context():
            assert description() == document


def references(part):
    """Walk through the document and yield every $ref."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inside in part.values():
            yield from references(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from references(inside)

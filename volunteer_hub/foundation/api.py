"""The manners of the API: bearer tokens, typed bodies, lists by cursor, problems, replays.

Each room has an `api.py` with one blueprint made by `blueprint(...)`; OpenAPI 3.1 comes out of
the pydantic models named there.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, Generic, TypeVar

from flask import Response, current_app, jsonify, url_for
from flask_babel import gettext as _
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.info import Info
from flask_openapi3.models.path_item import PathItem
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from volunteer_hub.foundation.answers import problem
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.paging import LARGEST_PAGE, PAGE, Page
from volunteer_hub.foundation.refusal import BrokenInput, sentence
from volunteer_hub.foundation.security import csrf

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")
PREFIX = "/api/v1"
INFO = Info(title="Volunteer Hub", version="1.0.0")
BEARER: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Made by hub people token."}
}

# pydantic's error types, said so that the sender knows what to do
SENTENCES = {
    "missing": sentence("This field is needed."),
    "extra_forbidden": sentence("This field is not known here; leave it out."),
    "string_too_short": sentence("This is too short."),
    "string_too_long": sentence("This is too long."),
    "string_pattern_mismatch": sentence("This is not written as it should be."),
    "model_type": sentence("Send a JSON object, with Content-Type application/json."),
    "too_short": sentence("This list is too short."),
    "too_long": sentence("This list is too long."),
    "greater_than": sentence("This number is too small."),
    "greater_than_equal": sentence("This number is too small."),
    "less_than": sentence("This number is too large."),
    "less_than_equal": sentence("This number is too large."),
    "timezone_aware": sentence("Give the time with its offset, such as 2026-12-05T08:00:00+08:00."),
}
PREFIXES = {
    "int": sentence("This must be a whole number."),
    "bool": sentence("This must be true or false."),
    "datetime": sentence("Give an ISO 8601 time with offset, such as 2026-12-05T08:00:00+08:00."),
    "timezone": sentence("Give the time with its offset, such as 2026-12-05T08:00:00+08:00."),
    "date": sentence("Give a date as YYYY-MM-DD."),
    "string": sentence("This must be text."),
    "json": sentence("This is not valid JSON."),
    "literal": sentence("This is not one of the values allowed here."),
    "enum": sentence("This is not one of the values allowed here."),
}
UNREADABLE = sentence("This cannot be read.")
UNSTORABLE = sentence("This text holds a character that cannot be stored.")


class In(BaseModel):
    """What a program sends: unknown fields are refused, blanks cut off."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def can_be_stored(cls, value: Any) -> Any:
        """Refuse NUL here: PostgreSQL keeps it in no text, and says so too late."""
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and "\x00" in text for text in texts):
            raise ValueError(UNSTORABLE)
        return value


class Query(BaseModel):
    """What stands behind the question mark."""

    @classmethod
    def model_json_schema(cls, *how: Any, **more: Any) -> dict[str, Any]:
        """Describe it once: the library asks with every request, and a join waited 1 ms for it."""
        return _described(cls, how, tuple(more.items()))


@cache
def _described(
    query: type[Query], how: tuple[Any, ...], more: tuple[tuple[str, Any], ...]
) -> dict[str, Any]:
    return super(Query, query).model_json_schema(*how, **dict(more))


class Out(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(from_attributes=True)


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """An RFC 9457 problem; `refusal` names the rule that said no."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    refusal: str
    errors: list[FieldError] | None = None


class ListOf(BaseModel, Generic[Item]):
    """One page of a list; pass `next` as `after` for the page behind it."""

    items: list[Item]
    next: str | None = None


class Paged(Query, In):
    """The query of every list."""

    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE, description="rows on a page, 200 at most")
    after: str | None = Field(None, description="the cursor from the page before")


class Money(BaseModel):
    """An amount in minor units (fen) with its ISO 4217 currency."""

    amount: int
    currency: str


PROBLEMS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 409, 422, 429), Problem)


def blueprint(name: str, import_name: str) -> APIBlueprint:
    """Make a room's API blueprint, named `<room>_api`; its rules hang below /api/v1."""
    made = APIBlueprint(
        name,
        import_name,
        url_prefix=PREFIX,
        abp_security=[{"bearer": []}],
        abp_responses=PROBLEMS,
    )
    csrf.exempt(made)  # programs carry no cookie; only bearer tokens are read below /api
    return made


def answer(body: BaseModel, status: int = 200) -> Response:
    """Answer with a model as JSON; absent values stay visible as null."""
    response = jsonify(body.model_dump(mode="json"))
    response.status_code = status
    return response


def answer_page(
    page: Page[Row], show: Callable[[Row], BaseModel], endpoint: str, **query: Any
) -> Response:
    """Answer one page of a list, with RFC 8288's Link to the next."""
    response = jsonify(
        {"items": [show(row).model_dump(mode="json") for row in page.items], "next": page.next}
    )
    if page.next:
        given = {name: value for name, value in query.items() if value is not None}
        there = url_for(endpoint, **{**given, "after": page.next})
        response.headers["Link"] = f'<{there}>; rel="next"'
    return response


def read_errors(error: ValidationError) -> list[dict[str, str]]:
    """Name every bad field with a sentence in the reader's language."""
    return [
        {"field": ".".join(str(part) for part in one["loc"]) or "body", "message": _(_said(one))}
        for one in error.errors(include_url=False, include_context=True)
    ]


def _said(one: Any) -> str:
    kind = one["type"]
    if kind == "value_error":
        return str(one["ctx"]["error"])  # our own validators raise ValueError(sentence(...))
    return SENTENCES.get(kind) or PREFIXES.get(kind.split("_")[0], UNREADABLE)


def answer_broken(error: ValidationError) -> Response:
    """Answer input that cannot be read, naming each field."""
    return problem(422, "broken-input", say(BrokenInput([])), errors=read_errors(error))


def make_app(import_name: str, **kwargs: Any) -> OpenAPI:
    """Make the Flask app that can describe its own API."""
    app = OpenAPI(
        import_name,
        info=INFO,
        security_schemes=BEARER,
        validation_error_callback=answer_broken,
        validation_error_model=Problem,
        doc_ui=False,
        **kwargs,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    return app


def hang(app: Any, door: APIBlueprint) -> None:
    """Register a room's API; two rooms may answer one path by different methods.

    :raises RuntimeError: if two rooms describe different things by one name
    """
    known = dict(app.paths)
    schemas = app.components_schemas
    for name, schema in door.components_schemas.items():
        if name in schemas and schemas[name] != schema:
            raise RuntimeError(f"Two rooms describe different things as {name}.")
    app.register_api(door)
    for path, item in known.items():
        if app.paths[path] is not item:
            app.paths[path] = item.model_copy(update=_operations(app.paths[path]))


def _operations(item: PathItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.model_fields_set}


def description() -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of all rooms; errors stand there as the problems they are."""
    app: Any = current_app
    document = deepcopy(app.api_doc)
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    content = response["content"]
                    content["application/problem+json"] = content.pop("application/json")
    return document

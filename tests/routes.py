"""The table of a room: each of its routes against everybody in tests.world.WHO."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask

from tests.world import WHO, World
from volunteer_hub.people.models import Person

METHODS = {"GET", "POST", "DELETE"}
Statuses = tuple[int, ...]


def everybody(status: int) -> Statuses:
    return (status,) * len(WHO)


def signed_in(status: int) -> Statuses:
    """Whoever has an account may; a visitor is sent to sign in."""
    return (302, *everybody(status)[1:])


def only(
    coordinator: int, *, worker: int = 403, supervisor: int = 403, stranger: int = 404
) -> Statuses:
    """A coordinator in scope may; other staff as said; somebody else's place is not there."""
    return (302, 403, worker, 403, coordinator, supervisor, 403, stranger)


def cases(routes: Iterable[tuple]) -> list[Any]:
    """Give a case for each row (method, path, …, statuses) and each of WHO."""
    return [
        pytest.param(method, path, *more, role, status, id=f"{method} {path} {role}")
        for method, path, *more, statuses in routes
        for role, status in zip(WHO, statuses, strict=True)
    ]


def person_of(world: World, role: str) -> Person | None:
    return world.stranger if role == "stranger" else world.roles()[role]


def untold(app: Flask, routes: Iterable[tuple], *, room: str) -> set[tuple[str, str]]:
    """Name the room's routes that are not in its table; numbers and words may stand for any."""
    known = app.url_map.bind("hub.test")
    told = {
        (method, known.match(re.sub(r"{\w+}", "1", path), method=method)[0])
        for method, path, *_more in routes
    }
    ours = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{room}.")
        for method in (rule.methods or set()) & METHODS
    }
    return ours - told

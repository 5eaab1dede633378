"""The doorkeeper: every route names its permission, and nothing opens without one."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from volunteer_hub.foundation.policy import NOBODY, Actor, Permission
from volunteer_hub.foundation.refusal import Refusal

View = TypeVar("View", bound=Callable[..., Any])
OPEN_ENDPOINTS = frozenset({"static"})  # files of the look; they hold nothing about anybody


def permits(permission: Permission) -> Callable[[View], View]:
    """Name the permission a route asks for; stands closest to the function."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(endpoint: str, app: Flask | None = None) -> Permission | None:
    """Find the permission that an endpoint's function names."""
    view: Any = (app or current_app).view_functions.get(endpoint)
    while view is not None:
        found = getattr(view, "permission", None)
        if found is not None:
            return found
        view = getattr(view, "__wrapped__", None)
    return None


def current_actor() -> Actor:
    """Say who stands at the door; read once per request."""
    if "actor" not in g:
        load: Callable[[], Actor] = current_app.extensions.get("actor_loader", lambda: NOBODY)
        g.actor = load()
    return g.actor


def may_open(endpoint: str) -> bool:
    """Tell whether the reader's roles let them through a door, so that no link leads to a no."""
    permission = permission_of(endpoint)
    try:
        if permission is not None:
            permission.admit(current_actor())
    except Refusal:
        return False
    return permission is not None


def is_api() -> bool:
    """Tell whether a program is asking, so that it is answered in JSON."""
    return request.path.startswith("/api/")


def _keep_the_door() -> None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return
    permission = permission_of(endpoint)
    if permission is None:
        raise RuntimeError(f"The route {endpoint} names no permission.")
    permission.admit(current_actor())


def init_app(app: Flask) -> None:
    app.before_request(_keep_the_door)
